from apps.core.errors import DomainError


class NotAnEInvoice(DomainError):
    """The file is no e-invoice that can be read: wrong kind, broken, or hostile."""
