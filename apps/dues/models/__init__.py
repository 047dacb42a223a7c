"""Tables of the app, one file per aggregate."""

from apps.dues.models.allocation import Allocation, AllocationQuerySet
from apps.dues.models.announcement import Announcement, AnnouncementQuerySet, AnnouncementRun
from apps.dues.models.balance import InvoiceBalance
from apps.dues.models.data import InvoiceData
from apps.dues.models.invoice import CreditNote, Invoice, InvoiceQuerySet
from apps.dues.models.run import Assessment, AssessmentQuerySet, DuesRun
from apps.dues.models.schedule import FeeRelief, FeeSchedule, FeeTier
from apps.dues.models.write_off import WriteOff, WriteOffQuerySet

__all__ = [
    "Allocation",
    "AllocationQuerySet",
    "Announcement",
    "AnnouncementQuerySet",
    "AnnouncementRun",
    "Assessment",
    "AssessmentQuerySet",
    "CreditNote",
    "DuesRun",
    "FeeRelief",
    "FeeSchedule",
    "FeeTier",
    "Invoice",
    "InvoiceBalance",
    "InvoiceData",
    "InvoiceQuerySet",
    "WriteOff",
    "WriteOffQuerySet",
]
