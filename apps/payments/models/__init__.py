"""Mandates and our number as a creditor; runs, their orders, and the notices that precede a debit."""

from apps.payments.models.mandates import CreditorIdentifier, Mandate, MandateQuerySet
from apps.payments.models.notices import PreNotification
from apps.payments.models.runs import OrderQuerySet, PaymentOrder, PaymentRun, RunQuerySet

__all__ = [
    "CreditorIdentifier",
    "Mandate",
    "MandateQuerySet",
    "OrderQuerySet",
    "PaymentOrder",
    "PaymentRun",
    "PreNotification",
    "RunQuerySet",
]
