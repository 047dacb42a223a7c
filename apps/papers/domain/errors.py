from apps.core.errors import DomainError


class NotOpen(DomainError):
    """The text of the paper no longer changes."""


class NotSignable(DomainError):
    """The paper isn't frozen, or the time to sign is over."""


class NotAMember(DomainError):
    """Only member cities sign."""


class MayNotSign(DomainError):
    """The person has no delegation with the right to sign for this city on that day."""


class AlreadySigned(DomainError):
    """The city has signed this version."""


class OtherWording(DomainError):
    """What the person read isn't what the paper says now."""


class BasisTooLow(DomainError):
    """A political paper needs more than the expert level; a council decision needs its number."""


class AlreadyWithdrawn(DomainError):
    """The signature was withdrawn before."""


class NobodyCarriesIt(DomainError):
    """A paper without a signature and without a resolution isn't published."""
