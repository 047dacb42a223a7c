from apps.core.errors import DomainError


class StatementRefused(DomainError):
    """A statement file can't be taken; nothing of any file was changed."""


class ImportStays(DomainError):
    """Something rests on the lines of the import."""


class LineAlreadyBooked(DomainError):
    """The line has been booked, otherwise than is asked for now."""


class LineNotDouble(DomainError):
    """The line moved money and was told once: it can't be left out of the books."""


class LineNotBooked(DomainError):
    """There is nothing to take back."""


class AllocationsDoNotFit(DomainError):
    """The parts don't add up to the line, or an invoice owes less."""


class ProposalOutdated(DomainError):
    """What the proposal assumed is no longer so."""


class ReasonMissing(DomainError):
    """The act needs a reason."""


class NoBankAccount(DomainError):
    """No account of ours is known yet."""


class RuleNotPossible(DomainError):
    """The rule has no condition, no target, or exists."""
