"""What the dues ask of a person."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.roles import Role, current_roles
from apps.core.registries import Duty, Milestone, Waiting
from apps.core.templatetags.formats import day, euro
from apps.dues.calculations import clamp_day
from apps.dues.domain.queries import held_back_count, missing_documents
from apps.dues.domain.sending import unsent_invoices, unsent_notes
from apps.dues.enums import AnnouncementRunState, RunState
from apps.dues.models import AnnouncementRun, DuesRun, FeeSchedule, Invoice
from apps.members.rules import acting_city_ids

SHOWN = 5
OCTOBER = 10
ANNOUNCED_AHEAD = timedelta(days=90)


def duties(user: Any, today: date) -> Iterator[Duty | Waiting]:
    if Role.TREASURER in current_roles(user):
        yield from treasurer_duties(today)
    if acting_city_ids(user):
        yield from city_duties(user, today)


def treasurer_duties(today: date) -> Iterator[Duty | Waiting]:
    yield from next_announcement(today)
    yield from next_run(today)
    for run in DuesRun.objects.previews()[:SHOWN]:
        detail = _("%(count)s Rechnungen, zusammen %(total)s") % {"count": run.count, "total": euro(run.total)}
        yield Duty(_("%s: Vorschau prüfen und ausstellen") % run, run.get_absolute_url(), detail, tone="warning")
    yield Waiting(Invoice.objects.overdue(today), overdue_invoices, "outstanding")
    held_back = held_back_count()
    if held_back:
        yield Duty(
            _("%s Rechnungen sind zurückgehalten") % held_back,
            reverse("dues:held_back"),
            _("Ihre E-Rechnung verletzt eine amtliche Regel."),
            tone="danger",
        )
    missing = missing_documents() - held_back
    if missing > 0:
        yield Duty(_("%s PDF fehlen noch") % missing, reverse("dues:print"), tone="warning")
    yield Waiting(unsent_invoices(), unsent(_("Rechnungen")))
    yield Waiting(unsent_notes(), unsent(_("Stornorechnungen")))


def unsent(what: str) -> Callable[[int, Decimal], Duty]:
    def duty(count: int, _total: Decimal) -> Duty:
        title = _("%(count)s %(what)s noch zu versenden") % {"count": count, "what": what}
        return Duty(title, reverse("dues:send_invoices"), tone="warning")

    return duty


def overdue_invoices(count: int, total: Decimal) -> Duty:
    title = ngettext("%s Beitragsrechnung ist überfällig", "%s Beitragsrechnungen sind überfällig", count) % count
    return Duty(title, reverse("dues:invoices") + "?stand=overdue", _("zusammen %s") % euro(total), tone="danger")


def next_announcement(today: date) -> Iterator[Duty]:
    """By the day the schedule names the cities learn what they will probably owe next year (30 April unless told otherwise)."""
    year = today.year + 1
    for run in AnnouncementRun.objects.filter(state=AnnouncementRunState.PREVIEW)[:SHOWN]:
        detail = _("%(count)s Städte, zusammen %(total)s") % {"count": run.count, "total": euro(run.total)}
        yield Duty(_("%s: Vorschau prüfen und bekannt geben") % run, run.get_absolute_url(), detail, tone="warning")
    begun = AnnouncementRun.objects.filter(year=year).exclude(state=AnnouncementRunState.DISCARDED)
    issued = Invoice.objects.filter(year=year)
    schedule = FeeSchedule.objects.for_year(year).exclude(Exists(begun)).exclude(Exists(issued)).first()
    due_on = schedule and clamp_day(today.year, schedule.announce_month, schedule.announce_day)
    if due_on and today >= due_on - ANNOUNCED_AHEAD:
        yield Duty(
            _("Beiträge %s vorankündigen") % year,
            reverse("dues:announcement_create"),
            _("Die Städte brauchen die voraussichtlichen Beiträge für ihren Haushalt."),
            due_on=due_on,
            tone="danger" if due_on < today else "info",
        )


def next_run(today: date) -> Iterator[Waiting]:
    """From October on the dues of the next year can be raised: the cities plan their budgets."""
    year = today.year + 1 if today.month >= OCTOBER else today.year
    begun = DuesRun.objects.filter(year=year, state__in=[RunState.PREVIEW, RunState.ISSUED])
    duty = Duty(
        _("Beiträge %s erheben") % year,
        reverse("dues:run_create"),
        _("Noch nicht begonnen. Zuerst entsteht eine Vorschau."),
        due_on=date(year, 1, 31),
    )
    yield Waiting(FeeSchedule.objects.for_year(year).exclude(Exists(begun)), lambda _count, _total: duty)


def dues_year(user: Any, year: int) -> Iterator[Milestone]:
    """What the treasurer does about the dues of a year."""
    if not user.has_perm("dues.prepare_run"):
        return
    issued = DuesRun.objects.issued().filter(year=year, sequence=0)
    yield Milestone(_("Beiträge %s erheben") % year, date(year, 1, 31), reverse("dues:runs"), issued)
    announced = AnnouncementRun.objects.filter(year=year + 1, state=AnnouncementRunState.ANNOUNCED)
    title = _("Beiträge %s vorankündigen") % (year + 1)
    yield Milestone(title, date(year, 4, 30), reverse("dues:announcement_runs"), announced)


def city_duties(user: Any, today: date) -> Iterator[Duty]:
    """Open invoices of the cities the person acts for."""
    mine = Invoice.objects.filter(city__in=acting_city_ids(user)).open().order_by("due_on", "number")
    for invoice in mine[:SHOWN]:
        yield Duty(
            _("Beitragsrechnung %(number)s bezahlen") % {"number": invoice.number},
            invoice.get_absolute_url(),
            _("offen: %(amount)s, fällig am %(due)s")
            % {"amount": euro(invoice.outstanding), "due": day(invoice.due_on)},
            due_on=invoice.due_on,
            tone="danger" if invoice.due_on < today else "info",
        )
