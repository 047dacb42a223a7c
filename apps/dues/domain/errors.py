"""Why a business act of the dues is refused."""

from apps.core.errors import DomainError


class NoCreditor(DomainError):
    """A network without legal form has nobody to whom dues could be owed (BGB §§ 21, 54)."""


class NoScheduleInForce(DomainError):
    pass


class ScheduleIncomplete(DomainError):
    """The schedule lacks something its form of fee needs, or holds something that contradicts it."""


class ScheduleInForce(DomainError):
    """Only drafts can be changed."""


class ResolutionMissing(DomainError):
    pass


class ReliefOverlaps(DomainError):
    """Another reduction of the city holds on some of the same days."""


class AlreadyIssued(DomainError):
    """The dues of the year are issued; nothing is left to bill."""


class YearTooFar(DomainError):
    """Nobody knows yet who will be a member of that year, with how many inhabitants."""


class NobodyToBill(DomainError):
    pass


class PreviewIncomplete(DomainError):
    """Something is missing without which no invoice can be issued."""


class PreviewOutdated(DomainError):
    """Something changed since the preview was frozen; a new preview is needed."""


class InvoiceAlreadyCancelled(DomainError):
    pass


class ReasonMissing(DomainError):
    pass


class InvoiceWrittenOff(DomainError):
    """What was written off has to be taken back first."""


class NothingOwed(DomainError):
    """The invoice is cancelled, paid or written off."""


class MoneyUnderWay(DomainError):
    """The invoice is being collected."""


class AboveSmallAmount(DomainError):
    """Too much to be written off as a trifle."""


class AmountNotPossible(DomainError):
    """The amount is zero, negative or more than there is."""


class AlreadyReleased(DomainError):
    pass


class PayerMissing(DomainError):
    """A receipt names who handed over the money."""


class NothingToPrint(DomainError):
    pass


class NothingToSend(DomainError):
    pass


class NothingToAnnounce(DomainError):
    """Every city has been told what it will probably owe."""


class DayNotPossible(DomainError):
    pass
