from apps.core.errors import DomainError


class AlreadyReceived(DomainError):
    """The same file or the same invoice of the same creditor is here already."""


class DetailsMissing(DomainError):
    """Something is missing before the voucher can go on."""


class AssignmentIncomplete(DomainError):
    """The parts do not make up the amount of the voucher."""


class SamePerson(DomainError):
    """Four eyes: two steps need two persons."""


class AccountUnconfirmed(DomainError):
    """The invoice names another account than the known one, and nobody has had it confirmed."""


class NotBookable(DomainError):
    """Vouchers of this kind prove something but are not booked."""


class AlreadySettled(DomainError):
    """Payments stand on the voucher, or it is paid."""


class PaymentDoesNotFit(DomainError):
    """The entry pays nothing, or less than is claimed."""


class PaymentUnderWay(DomainError):
    """The voucher stands in a payment run, or waits for one."""


class AlreadyCounted(DomainError):
    """The cash was counted since; the signed count holds."""


class OwnInvoice(DomainError):
    """An invoice that we have issued ourselves."""


class OwnAccount(DomainError):
    """Our own bank account as that of a creditor."""


class DiffersFromInvoice(DomainError):
    """Recorded otherwise than the e-invoice states, without a reason."""


class NotDatedYet(DomainError):
    """The voucher bears a date that has not come."""


class NothingToDepreciate(DomainError):
    """No asset is left to depreciate in this year."""


class CostExceeded(DomainError):
    """The voucher proves less than the assets made from it would cost."""


class AssetGone(DomainError):
    """The asset was already disposed of."""
