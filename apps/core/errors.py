"""What a business act answers when it refuses."""


class DomainError(Exception):
    """A rule forbids the act. The message is a German sentence for the person who tried; `field` names the form field it belongs to.

    Subclasses are named for the fact, e.g. `InvoiceAlreadyIssued`.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
