from apps.core.errors import DomainError


class YearNotOver(DomainError):
    """A year is closed when it has passed."""


class YearBegun(DomainError):
    """The closing of this year was begun already."""


class NothingBooked(DomainError):
    """The books begin in a later year."""


class EarlierYearOpen(DomainError):
    """Years are closed one after the other."""


class ChecksFailed(DomainError):
    """Something stands in the way of closing."""


class FiguresChanged(DomainError):
    """The books are no longer those that were prepared."""


class SamePerson(DomainError):
    """Who prepared the accounts doesn't examine them."""


class ReserveNotAllowed(DomainError):
    """The law or the balance of the reserve does not allow it."""


class SettingsMissing(DomainError):
    """The numbers of the tax adviser are not entered yet."""


class NotExportable(DomainError):
    """The books hold something that the format can't express."""
