from apps.core.errors import DomainError


class EntryNotBalanced(DomainError):
    """Debit and credit differ, or the lines are incomplete."""


class PeriodClosed(DomainError):
    """The date lies in a period that is closed."""


class UnknownAccount(DomainError):
    """There is no such account on that day."""


class CostCentreNotOpen(DomainError):
    """The cost centre is closed on that day, or not open yet."""


class CostCentreInUse(DomainError):
    """Lines stand on the cost centre, or its number is taken."""


class EntryAlreadyReversed(DomainError):
    """An entry is reversed once, and a reversal never."""


class EntryBelongsElsewhere(DomainError):
    """The entry was made by another act, which alone can take it back."""


class AccountKeptElsewhere(DomainError):
    """Another book keeps the account; only there it is posted."""


class DayNotReached(DomainError):
    """The date lies in the future."""


class CashNegative(DomainError):
    """More would leave the cash box than lies in it."""


class AccountInUse(DomainError):
    """Entries stand on the account."""


class ReasonMissing(DomainError):
    """A reversal needs a reason."""


class VoucherMissing(DomainError):
    """No entry without a voucher."""


class NotAVoucher(DomainError):
    """The file proves nothing to others."""
