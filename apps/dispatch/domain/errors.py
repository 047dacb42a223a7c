"""Why an act of the outbox is refused."""

from apps.core.errors import DomainError


class RecipientMissing(DomainError):
    """Nobody can be reached on the chosen way."""


class WordingIncomplete(DomainError):
    """A text is empty or quotes something it doesn't know."""


class NothingToRelease(DomainError):
    pass


class NothingToPrint(DomainError):
    pass


class NothingToSend(DomainError):
    pass


class StillSending(DomainError):
    """The mail server may still be answering; only later a person decides."""


class MailServerSilent(DomainError):
    """No connection to the mail server: nothing left the house, everything stays released."""


class ReasonMissing(DomainError):
    pass


class AlreadyRepeated(DomainError):
    pass


class BatchClosed(DomainError):
    """The batch was posted or dissolved."""


class FileNotUnderstood(DomainError):
    pass
