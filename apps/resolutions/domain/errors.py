from apps.core.errors import DomainError


class NotADraft(DomainError):
    """Only a draft is edited."""


class ProposedTooLate(DomainError):
    """A motion is put to the vote today or was put to it before."""


class CountsContradict(DomainError):
    """The counts can't all be right."""


class CountNeeded(DomainError):
    """The majority rule needs a number that is missing."""


class AnnouncedDiffers(DomainError):
    """The chair announced something else than the counts say, and nobody explained it."""


class DecidedTooEarly(DomainError):
    """The decision lies before the day the motion was put to the vote, or before the body existed."""


class AlreadyEnded(DomainError):
    """The resolution was repealed or replaced before."""


class NotAdopted(DomainError):
    """Only an adopted resolution can do this."""


class WrongSubject(DomainError):
    """The resolution is about something else."""


class AlreadyInForce(DomainError):
    """The day it took effect is already recorded."""


class AlreadyDone(DomainError):
    """The follow-up is finished."""
