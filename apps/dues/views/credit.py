"""Credit of cities: where it lies, set off or taken back by a deliberate act, never by itself (§ 395 BGB)."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.registries import actions_for
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import day, euro
from apps.core.views import Action, Badge, ConfirmPage, ObjectPage, TablePage
from apps.dues.domain.errors import AmountNotPossible
from apps.dues.domain.payments import (
    Credit,
    apply_credit,
    cities_with_credit,
    credit_balance,
    credit_moves,
    credits_of,
    free_credit,
    release_allocation,
)
from apps.dues.domain.promises import promised_credit, promised_credits
from apps.dues.domain.queries import still_owed
from apps.dues.enums import AllocationKind
from apps.dues.forms import CreditForm, ReleaseForm
from apps.dues.models import Allocation, Invoice
from apps.dues.rules import get_city, get_invoice, get_set_off, visible_invoices
from apps.dues.views.comparisons import OVERVIEW
from apps.members.models import City

CREDITS = (gettext_lazy("Guthaben"), reverse_lazy("dues:credits"))


class CreditList(TablePage):
    permission = "dues.view_overview"
    title = gettext_lazy("Guthaben der Städte")
    lead = gettext_lazy(
        "Gezahlt, aber nicht geschuldet: überzahlte und stornierte Rechnungen, Zahlungen ohne Rechnung."
    )
    count_label = gettext_lazy("Städte")
    default_sort = "name"
    search_fields = ("name",)
    search_label = gettext_lazy("Stadt suchen")
    empty_title = gettext_lazy("Kein Guthaben")
    empty_text = gettext_lazy("Keine Stadt hat mehr gezahlt, als sie schuldet.")

    @cached_property
    def credits(self) -> dict[int, Decimal]:
        return cities_with_credit()

    @cached_property
    def promised(self) -> dict[int, Decimal]:
        return promised_credits()

    def free(self, city_id: int) -> Decimal:
        return max(self.credits[city_id] - self.promised.get(city_id, Decimal(0)), Decimal("0.00"))

    def get_queryset(self) -> QuerySet[City]:
        return City.objects.filter(pk__in=self.credits)

    def get_columns(self) -> list[Column]:
        return [
            Column("name", _("Stadt"), sort=True, link=lambda row: reverse("dues:credit", args=[row.slug])),
            Column("land", _("Land"), sort=True),
            Column(
                "credit", _("Guthaben"), align="right", value=lambda row: self.credits[row.pk], format=euro, total="pk"
            ),
            Column(
                "promised",
                _("zur Überweisung vorgemerkt"),
                align="right",
                value=lambda row: self.promised.get(row.pk, Decimal("0.00")),
                format=euro,
                total="pk",
            ),
            Column("free", _("frei"), align="right", value=lambda row: self.free(row.pk), format=euro, total="pk"),
        ]

    @cached_property
    def summed_up(self) -> tuple[int, dict[str, Any]]:
        shown = list(self.object_list.order_by().values_list("pk", flat=True))
        sums = {
            "credit": sum((self.credits[pk] for pk in shown), start=Decimal(0)),
            "promised": sum((self.promised.get(pk, Decimal(0)) for pk in shown), start=Decimal(0)),
            "free": sum((self.free(pk) for pk in shown), start=Decimal(0)),
        }
        return len(shown), sums

    def get_breadcrumbs(self) -> Any:
        return [OVERVIEW]


class CreditPage(ObjectPage):
    """Where the credit of one city lies, what could be set off, and what was done with it."""

    permission = "dues.view_account"
    template_name = "dues/credit.html"

    def get_object(self) -> City:
        return get_city(self.request.user, self.kwargs["slug"])

    def get_title(self) -> str:
        return _("Guthaben %s") % self.object.name

    def get_badge(self) -> Badge:
        return Badge(euro(self.total), "info") if self.total else Badge(_("kein Guthaben"), "neutral")

    def get_actions(self) -> list[Action]:
        return actions_for("dues.credit", self.request.user, self.object)

    def get_breadcrumbs(self) -> Any:
        account = (_("Beitragskonto %s") % self.object.name, reverse("dues:account", args=[self.object.slug]))
        return [OVERVIEW, account]

    @cached_property
    def credits(self) -> list[Credit]:
        return credits_of(self.object)

    @property
    def total(self) -> Decimal:
        return sum((credit.amount for credit in self.credits), start=Decimal("0.00"))

    @cached_property
    def promised(self) -> Decimal:
        return promised_credit(self.object)

    @property
    def free(self) -> Decimal:
        return max(self.total - self.promised, Decimal("0.00"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        open_invoices = list(visible_invoices(self.request.user).filter(city=self.object).open().order_by("due_on"))
        shown = {
            "total": self.total,
            "promised": self.promised,
            "free": self.free,
            "sources": sources_table(self.credits) if self.credits else None,
            "open": self.open_table(open_invoices) if open_invoices else None,
            "moves": self.moves_table(),
            "written_off": still_owed(self.object) if self.total else (),
        }
        return super().get_context_data(**shown, **kwargs)

    @property
    def may_act(self) -> bool:
        return self.request.user.has_perm("dues.apply_credit")

    def open_table(self, invoices: list[Invoice]) -> Table:
        columns = [
            Column("number", _("Rechnung"), link=True),
            Column("due_on", _("fällig")),
            Column("outstanding", _("offen"), align="right", format=euro),
        ]
        if self.free and self.may_act:
            columns.append(
                Column(
                    "act",
                    _("Verrechnen"),
                    value=lambda _row: _("Guthaben verrechnen …"),
                    link=lambda row: reverse("dues:apply_credit", args=[row.number]),
                )
            )
        return Table(columns, invoices, _("Offene Rechnungen"))

    def moves_table(self) -> Table | None:
        rows = list(credit_moves(self.object))
        columns = [
            Column("booked_on", _("Datum")),
            Column("kind", _("Art"), value=kind_of),
            Column("invoice", _("Rechnung"), link=lambda row: row.invoice.get_absolute_url() if row.invoice else None),
            Column("text", _("Erläuterung")),
            Column("amount", _("Betrag"), align="right"),
            Column("made_by", _("durch")),
        ]
        if self.may_act:
            columns.append(Column("act", _("Zurücknehmen"), value=release_label, link=release_url))
        return Table(columns, rows, _("Verrechnungen und Erstattungen")) if rows else None


def kind_of(row: Allocation) -> str:
    if row.kind == AllocationKind.REFUND:
        return _("Erstattung")
    return _("Verrechnung (zurückgenommen)") if hasattr(row, "released_by") else _("Verrechnung")


def can_be_released(row: Allocation) -> bool:
    return row.counterpart_id is not None and not hasattr(row, "released_by")


def release_label(row: Allocation) -> str:
    return _("zurücknehmen …") if can_be_released(row) else "–"


def release_url(row: Allocation) -> str | None:
    return reverse("dues:release_credit", args=[row.pk]) if can_be_released(row) else None


def sources_table(found: list[Credit]) -> Table:
    columns = (
        Column("source", _("Woher"), value=source_of),
        Column("invoice", _("Rechnung"), link=lambda row: row.invoice.get_absolute_url() if row.invoice else None),
        Column("amount", _("Guthaben"), align="right", format=euro, total="amount"),
    )
    total = sum((credit.amount for credit in found), start=Decimal("0.00"))
    return Table(columns, found, _("Woher das Guthaben stammt"), {"amount": total})


def source_of(credit: Credit) -> str:
    if credit.invoice is None:
        return _("Zahlung ohne Rechnung")
    if credit.invoice.cancelled_on:
        return _("bezahlt und am %s storniert") % day(credit.invoice.cancelled_on)
    return _("mehr gezahlt als gefordert")


class ApplyCredit(ConfirmPage):
    permission = "dues.apply_credit"
    form_class = CreditForm
    submit_label = gettext_lazy("Guthaben verrechnen")

    def get_object(self) -> Invoice:
        return get_invoice(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Guthaben mit Rechnung %s verrechnen") % self.object.number

    def get_breadcrumbs(self) -> Any:
        city = self.object.city
        return [OVERVIEW, (_("Guthaben %s") % city.name, reverse("dues:credit", args=[city.slug]))]

    @cached_property
    def credit(self) -> Decimal:
        return credit_balance(self.object.city)

    @cached_property
    def free(self) -> Decimal:
        return free_credit(self.object.city)

    @cached_property
    def promised(self) -> Decimal:
        return promised_credit(self.object.city)

    def get_facts(self) -> list[tuple[Any, Any]]:
        invoice = self.object
        promised = [(_("davon zur Überweisung vorgemerkt"), euro(self.promised))] if self.promised else []
        return [
            (_("Stadt"), invoice.city_label),
            (_("Guthaben"), euro(self.credit)),
            *promised,
            (_("auf der Rechnung offen"), euro(invoice.outstanding)),
        ]

    def get_consequences(self) -> list[str]:
        if not self.credit or self.object.outstanding <= 0:
            raise AmountNotPossible(_("Es gibt nichts zu verrechnen: kein Guthaben oder nichts offen."))
        if not self.free:
            raise AmountNotPossible(
                _("Es gibt nichts zu verrechnen: Das ganze Guthaben von %s ist zur Überweisung vorgemerkt.")
                % euro(self.credit)
            )
        return [
            _("%s hat ein Guthaben von %s.") % (self.object.city_label, euro(self.credit)),
            *self.remains_free(),
            _("Der Betrag gilt als auf die Rechnung gezahlt; das Guthaben sinkt. Gebucht wird nichts."),
            _(
                "Gegen eine Stadt ist die Aufrechnung nur möglich, wenn beides dieselbe Kasse betrifft (§ 395 BGB). Bitte "
                "verrechnen Sie nur, wenn die Stadt es wünscht oder zugestimmt hat."
            ),
            _("Die Verrechnung kann zurückgenommen werden."),
        ]

    def remains_free(self) -> list[str]:
        if not self.promised:
            return []
        sentence = _("%(promised)s davon sind zur Überweisung vorgemerkt. Verrechnet werden können noch %(free)s.")
        return [sentence % {"promised": euro(self.promised), "free": euro(self.free)}]

    def get_initial(self) -> dict[str, Any]:
        return {"amount": max(Decimal(0), min(self.free, Decimal(self.object.outstanding)))}

    def perform(self, form: CreditForm) -> str:
        amount = form.cleaned_data["amount"].amount
        apply_credit(
            self.object,
            amount=amount,
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("%s sind mit der Rechnung verrechnet.") % euro(amount))
        return self.object.get_absolute_url()


class ReleaseCredit(ConfirmPage):
    """Take a set-off back: the invoice is open again, the city has its credit again."""

    permission = "dues.apply_credit"
    form_class = ReleaseForm
    title = gettext_lazy("Verrechnung zurücknehmen")
    submit_label = gettext_lazy("Verrechnung zurücknehmen")

    def get_object(self) -> Allocation:
        return get_set_off(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        city = self.object.city
        return [OVERVIEW, (_("Guthaben %s") % city.name, reverse("dues:credit", args=[city.slug]))]

    def get_cancel_url(self) -> str:
        return reverse("dues:credit", args=[self.object.city.slug])

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("verrechnet am"), self.object.booked_on), (_("Betrag"), self.object.amount)]

    def get_consequences(self) -> list[str]:
        figures = {"number": self.object.invoice, "amount": euro(self.object.amount), "city": self.object.city}
        return [
            _("Auf Rechnung %(number)s sind %(amount)s wieder offen.") % figures,
            _("%(city)s hat %(amount)s wieder als Guthaben.") % figures,
        ]

    def perform(self, form: ReleaseForm) -> str:
        release_allocation(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Die Verrechnung ist zurückgenommen."))
        return self.get_cancel_url()
