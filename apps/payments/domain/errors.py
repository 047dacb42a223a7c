from apps.core.errors import DomainError


class MandateNotPossible(DomainError):
    """The mandate lacks something, or may not be used."""


class OrderNotPossible(DomainError):
    """The payment can't be ordered: no money, twice, wrong account."""


class RunNotPossible(DomainError):
    """The run can't be drafted or released as it is."""


class NotYoursToRelease(DomainError):
    """Who drafted a run may not release it (four eyes)."""


class RunAlreadyDecided(DomainError):
    """The run has been released or discarded."""


class AlreadyCarriedOut(DomainError):
    """The bank has booked it, or it was noted already."""
