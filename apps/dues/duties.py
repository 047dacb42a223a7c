"""What the dues ask of a person."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.roles import Role, current_roles
from apps.core.registries import Duty, Found, Milestone, Waiting
from apps.core.templatetags.formats import day, euro
from apps.core.waiting import of_the_day
from apps.dispatch.domain.recipients import reachable_by_letter
from apps.dues.calculations import clamp_day
from apps.dues.domain.collected import collected_invoices
from apps.dues.domain.queries import to_print
from apps.dues.domain.sending import newest_sent, unsent_announcements, unsent_invoices, unsent_notes
from apps.dues.domain.unbilled import supplement_url, unbilled, years_in_question
from apps.dues.enums import AnnouncementRunState, RunState
from apps.dues.models import (
    Announcement,
    AnnouncementQuerySet,
    AnnouncementRun,
    CreditNote,
    DuesRun,
    FeeSchedule,
    Invoice,
    InvoiceData,
)
from apps.members.domain.queries import member_cities
from apps.members.rules import acting_city_ids

SHOWN = 5
OCTOBER = 10
ANNOUNCED_AHEAD = timedelta(days=90)


def duties(user: Any, today: date) -> Iterator[Duty | Waiting]:
    if Role.TREASURER in current_roles(user):
        yield from treasurer_duties(today)
    if acting_city_ids(user):
        yield from city_duties(user, today)


@of_the_day
def treasurer_duties(today: date) -> Iterator[Waiting]:
    yield without_schedule(today)
    yield from next_announcement(today)
    yield from next_run(today)
    yield Waiting(DuesRun.objects.previews(), run_to_issue, amount="total", first="pk", name="year")
    for year in years_in_question(today):
        yield Waiting(unbilled(year, today), without_invoice(year))
    yield Waiting(Invoice.objects.overdue(today), overdue_invoices, amount="outstanding")
    yield Waiting(InvoiceData.objects.held_back(), held_back)
    yield Waiting(to_print(Invoice.objects.all()), unprinted(_("Rechnungen")))
    yield Waiting(to_print(CreditNote.objects.all()), unprinted(_("Stornorechnungen")))
    yield Waiting(unsent_invoices(), unsent(_("Rechnungen")))
    yield Waiting(unsent_notes(), unsent(_("Stornorechnungen")))
    yield Waiting(unsent_announcements().filter(year__gte=today.year), unsent_letters)


def without_schedule(today: date) -> Waiting:
    """There are members and no schedule that is or will be in force."""
    schedules = FeeSchedule.objects.in_force().exclude(valid_until__lte=today)
    duty = Duty(
        _("Beitragsordnung entwerfen und in Kraft setzen"),
        reverse("dues:schedules"),
        _("Ohne sie können keine Beiträge erhoben werden."),
        tone="warning",
    )
    return Waiting(member_cities(today).exclude(Exists(schedules)), lambda _found: duty)


def run_to_issue(found: Found) -> Duty:
    url = reverse("dues:run", args=[found.first]) if found.count == 1 else reverse("dues:runs")
    title = _("Beitragslauf %s: Vorschau prüfen und ausstellen") % found.name
    return Duty(title, url, _("zusammen %s") % euro(found.total), tone="warning")


def without_invoice(year: int) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        title = ngettext(
            "%(count)s Mitgliedsstadt hat noch keine Rechnung für %(year)s",
            "%(count)s Mitgliedsstädte haben noch keine Rechnung für %(year)s",
            found.count,
        )
        detail = _("Beigetreten oder storniert, seit die Beiträge erhoben wurden.")
        words = {"count": found.count, "year": year}
        return Duty(title % words, supplement_url(year), detail, tone="warning")

    return duty


def overdue_invoices(found: Found) -> Duty:
    title = ngettext("%s Beitragsrechnung ist überfällig", "%s Beitragsrechnungen sind überfällig", found.count)
    detail = _("zusammen %s") % euro(found.total)
    return Duty(title % found.count, reverse("dues:invoices") + "?stand=overdue", detail, tone="danger")


def held_back(found: Found) -> Duty:
    title = ngettext("%s Rechnung ist zurückgehalten", "%s Rechnungen sind zurückgehalten", found.count)
    detail = _("Ihre E-Rechnung verletzt eine amtliche Regel.")
    return Duty(title % found.count, reverse("dues:held_back"), detail, tone="danger")


def unprinted(what: str) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        title = _("%(what)s: %(count)s PDF noch zu erzeugen") % {"what": what, "count": found.count}
        return Duty(title, reverse("dues:print"), tone="warning")

    return duty


def unsent(what: str) -> Callable[[Found], Duty]:
    def duty(found: Found) -> Duty:
        title = _("%(what)s: %(count)s noch zu versenden") % {"what": what, "count": found.count}
        return Duty(title, reverse("dues:send_invoices"), tone="warning")

    return duty


def unsent_letters(found: Found) -> Duty:
    title = ngettext(
        "%s Beitragsvorankündigung noch zu versenden", "%s Beitragsvorankündigungen noch zu versenden", found.count
    )
    return Duty(title % found.count, reverse("dues:announcement_runs"), tone="warning")


def next_announcement(today: date) -> Iterator[Waiting]:
    """By the day the schedule names the cities learn what they will probably owe next year (30 April unless told otherwise)."""
    year = today.year + 1
    yield Waiting(
        AnnouncementRun.objects.filter(state=AnnouncementRunState.PREVIEW),
        announcement_to_make,
        amount="total",
        first="pk",
        name="year",
    )
    begun = AnnouncementRun.objects.filter(year=year).exclude(state=AnnouncementRunState.DISCARDED)
    issued = Invoice.objects.filter(year=year)

    def duty(found: Found) -> Duty | None:
        due_on = clamp_day(today.year, *divmod(found.first, 100))
        if today < due_on - ANNOUNCED_AHEAD:
            return None
        return Duty(
            _("Beiträge %s vorankündigen") % year,
            reverse("dues:announcement_create"),
            _("Die Städte brauchen die voraussichtlichen Beiträge für ihren Haushalt."),
            due_on=due_on,
            tone="danger" if due_on < today else "info",
        )

    newest = FeeSchedule.objects.filter(pk__in=FeeSchedule.objects.for_year(year).values("pk")[:1])
    schedules = newest.exclude(Exists(begun)).exclude(Exists(issued))
    yield Waiting(schedules, duty, first=F("announce_month") * 100 + F("announce_day"))


def announcement_to_make(found: Found) -> Duty:
    one = found.count == 1
    url = reverse("dues:announcement_run", args=[found.first]) if one else reverse("dues:announcement_runs")
    title = _("Beitragsvorankündigung %s: Vorschau prüfen und bekannt geben") % found.name
    return Duty(title, url, _("zusammen %s") % euro(found.total), tone="warning")


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
    yield Waiting(FeeSchedule.objects.for_year(year).exclude(Exists(begun)), lambda _found: duty)


def dues_year(user: Any, years: Sequence[int]) -> Iterator[Milestone]:
    """What the treasurer does about the dues of each year for which a schedule is in force."""
    if not user.has_perm("dues.prepare_run"):
        return
    for year in years:
        yield from steps_of(year)


def steps_of(year: int) -> Iterator[Milestone]:
    """Raising the dues of the year, and announcing those of the next, unless they were raised without having been announced."""
    issued = DuesRun.objects.issued().filter(year=year, sequence=0)
    title = _("Beiträge %s erheben") % year
    yield Milestone(title, date(year, 1, 31), reverse("dues:runs"), issued, FeeSchedule.objects.for_year(year))
    announced = AnnouncementRun.objects.filter(year=year + 1, state=AnnouncementRunState.ANNOUNCED)
    told = announced.exclude(Exists(untold(year + 1)))
    raised = DuesRun.objects.issued().filter(year=year + 1, sequence=0)
    needed = FeeSchedule.objects.for_year(year + 1).filter(Exists(announced) | ~Exists(raised))
    title = _("Beiträge %s vorankündigen") % (year + 1)
    yield Milestone(title, date(year, 4, 30), reverse("dues:announcement_runs"), told, needed)


def untold(year: int) -> AnnouncementQuerySet:
    """Announcements of that year that have not left: not printed, or not in the outbox though the city can be reached."""
    reachable = Q(city__in=reachable_by_letter(timezone.localdate()).values("pk"))
    return Announcement.objects.standing().filter(Q(document=None) | ~newest_sent() & reachable, run__year=year)


def city_duties(user: Any, today: date) -> Iterator[Duty]:
    """Open invoices of the cities the person acts for; what we collect ourselves they have not to pay."""
    mine = Invoice.objects.filter(city__in=acting_city_ids(user)).open()
    for collected in collected_invoices(today):
        mine = mine.exclude(pk__in=collected)
    for invoice in mine.order_by("due_on", "number")[:SHOWN]:
        yield Duty(
            _("Beitragsrechnung %(number)s bezahlen") % {"number": invoice.number},
            invoice.get_absolute_url(),
            _("offen: %(amount)s, fällig am %(due)s")
            % {"amount": euro(invoice.outstanding), "due": day(invoice.due_on)},
            due_on=invoice.due_on,
            tone="danger" if invoice.due_on < today else "info",
        )
