"""Why an act of the reminders is refused."""

from apps.core.errors import DomainError


class NoProcedure(DomainError):
    """No dunning procedure is in force on the day."""


class ProcedureIncomplete(DomainError):
    pass


class BaseRateMissing(DomainError):
    """Interest needs the base rate of every day; without it there is none (BGB § 247)."""


class NothingToDun(DomainError):
    pass


class AlreadyIssued(DomainError):
    pass


class PreviewOutdated(DomainError):
    """Something changed since the preview was frozen."""


class AlreadyWithdrawn(DomainError):
    pass


class ReasonMissing(DomainError):
    pass


class PeriodWrong(DomainError):
    pass


class NothingToPrint(DomainError):
    pass


class NothingToWaive(DomainError):
    """No interest and no costs are open."""
