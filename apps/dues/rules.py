"""Who may see and do what with the dues. A member city sees its own invoices and account, and nothing of others."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.http import Http404

from apps.accounts.roles import Role, current_roles, has_role
from apps.dues.models import (
    Allocation,
    Announcement,
    AnnouncementQuerySet,
    AnnouncementRun,
    CreditNote,
    DuesRun,
    FeeRelief,
    FeeSchedule,
    Invoice,
    InvoiceData,
    InvoiceQuerySet,
    WriteOff,
    WriteOffQuerySet,
)
from apps.members.models import City
from apps.members.rules import acting_city_ids, acts_for_city

OVERSEERS = frozenset({Role.TREASURER, Role.BOARD, Role.AUDITOR})

sees_all = has_role(*OVERSEERS)
is_treasurer = has_role(Role.TREASURER)


@rules.predicate
def own_credit_note(user: Any, note: CreditNote | None = None) -> bool:
    return bool(acts_for_city(user, note.invoice if note else None))


@rules.predicate
def own_data(user: Any, data: InvoiceData | None = None) -> bool:
    return data is not None and bool(acts_for_city(user, data.billed))


def may_see_all(user: Any) -> bool:
    return not current_roles(user).isdisjoint(OVERSEERS)


def visible_invoices(user: Any) -> InvoiceQuerySet:
    """All invoices for treasurer, board and auditors; for others those of the cities they act for today."""
    if may_see_all(user):
        return Invoice.objects.all()
    return Invoice.objects.filter(city__in=acting_city_ids(user))


def get_invoice(user: Any, number: str) -> Invoice:
    """The invoice with its balance, if the user may see it."""
    found = (
        visible_invoices(user)
        .with_balance()
        .select_related("city", "run__schedule", "run__issued_by", "entry", "document")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found


def visible_cities(user: Any) -> QuerySet[City]:
    """Cities whose account the user may see."""
    return City.objects.all() if may_see_all(user) else City.objects.filter(pk__in=acting_city_ids(user))


def get_city(user: Any, slug: str) -> City:
    city = visible_cities(user).filter(slug=slug).first()
    if city is None:
        raise Http404
    return city


def get_run(user: Any, pk: int) -> DuesRun:
    found = DuesRun.objects.select_related("schedule", "frozen_by", "issued_by").filter(pk=pk).first()
    if found is None or not may_see_all(user):
        raise Http404
    return found


def get_schedule(user: Any, pk: int) -> FeeSchedule:
    found = FeeSchedule.objects.select_related("resolution").prefetch_related("tiers").filter(pk=pk).first()
    if found is None or not may_see_all(user):
        raise Http404
    return found


def visible_announcements(user: Any) -> AnnouncementQuerySet:
    """All for treasurer, board and auditors; for others what their cities were told."""
    if may_see_all(user):
        return Announcement.objects.all()
    return Announcement.objects.announced().filter(city__in=acting_city_ids(user))


def get_announcement(user: Any, pk: int) -> Announcement:
    found = visible_announcements(user).select_related("city", "run", "document").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_announcement_run(user: Any, pk: int) -> AnnouncementRun:
    found = AnnouncementRun.objects.select_related("frozen_by", "announced_by").filter(pk=pk).first()
    if found is None or not may_see_all(user):
        raise Http404
    return found


def get_set_off(user: Any, pk: int) -> Allocation:
    """A credit that was moved to an invoice."""
    found = Allocation.objects.select_related("city", "invoice").filter(pk=pk, counterpart__isnull=False).first()
    if found is None or not may_see_all(user):
        raise Http404
    return found


def visible_write_offs(user: Any) -> WriteOffQuerySet:
    """An internal matter of the association: the city sees on its invoice that, not why."""
    related = (
        "invoice__city",
        "resolution",
        "made_by",
        "entry",
        "document",
        "notice",
        "allocation__released_by__entry",
    )
    rows = WriteOff.objects.all() if may_see_all(user) else WriteOff.objects.none()
    return rows.select_related(*related)


def get_write_off(user: Any, number: str) -> WriteOff:
    found = visible_write_offs(user).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def get_relief(user: Any, pk: int) -> FeeRelief:
    found = FeeRelief.objects.select_related("city").filter(pk=pk).first()
    if found is None or not may_see_all(user):
        raise Http404
    return found


rules.add_perm("dues.view_overview", sees_all)
rules.add_perm("dues.view_feeschedule", sees_all)
rules.add_perm("dues.view_feetier", sees_all)
rules.add_perm("dues.view_feerelief", sees_all)
rules.add_perm("dues.view_duesrun", sees_all)
rules.add_perm("dues.view_assessment", sees_all)
rules.add_perm("dues.view_invoice", sees_all | acts_for_city)
rules.add_perm("dues.view_announcementrun", sees_all)
rules.add_perm("dues.view_announcement", sees_all | acts_for_city)
rules.add_perm("dues.announce", is_treasurer)
rules.add_perm("dues.view_account", sees_all | acts_for_city)
rules.add_perm("dues.view_allocation", sees_all | acts_for_city)
rules.add_perm("dues.view_creditnote", sees_all | own_credit_note)
rules.add_perm("dues.view_writeoff", sees_all)
rules.add_perm("dues.view_invoicedata", sees_all | own_data)
rules.add_perm("dues.change_feeschedule", is_treasurer)
rules.add_perm("dues.add_feerelief", is_treasurer)
rules.add_perm("dues.prepare_run", is_treasurer)
rules.add_perm("dues.issue_run", is_treasurer)
rules.add_perm("dues.print_invoices", is_treasurer)
rules.add_perm("dues.send_invoices", is_treasurer)
rules.add_perm("dues.cancel_invoice", is_treasurer)
rules.add_perm("dues.apply_credit", is_treasurer)
rules.add_perm("dues.write_off", is_treasurer)
rules.add_perm("dues.accept_cash", is_treasurer)
