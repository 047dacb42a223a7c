"""What the acts of an examination refuse."""

from apps.core.errors import DomainError


class AppointmentImpossible(DomainError):
    """There are too few auditors, or the year is examined already."""


class AlreadyReported(DomainError):
    """The report is signed by all; nothing changes any more."""


class SampleImpossible(DomainError):
    """There is nothing to draw from, or a sample is drawn already."""


class ReasonMissing(DomainError):
    """The act needs a reason."""


class NotYetExamined(DomainError):
    """Entries, questions or the conclusion are still open."""


class AnswerMissing(DomainError):
    """An answer or a question has a text."""
