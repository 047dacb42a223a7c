"""Row history of domain models."""

from simple_history.models import HistoricalRecords


class History(HistoricalRecords):
    """Row history of one model."""
