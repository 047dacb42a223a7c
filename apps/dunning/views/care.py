"""Blocks, limitation, and everything about one claim."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Filter, Table
from apps.core.templatetags.formats import day, euro
from apps.core.templatetags.ui import badge
from apps.core.views import Action, Badge, ConfirmPage, FormPage, ObjectPage, TablePage
from apps.dues.enums import WriteOffGround
from apps.dues.models import Invoice
from apps.dunning.calculations import add_months
from apps.dunning.domain.care import block, lift_block, record_event, revoke_event
from apps.dunning.domain.limitation import (
    WARNING_MONTHS,
    barred_day,
    claims_at_risk,
    limitation_years,
    with_events,
)
from apps.dunning.forms import BlockForm, EventForm, ReasonForm
from apps.dunning.models import DunningBlock, DunningItem, LimitationEvent
from apps.dunning.rules import get_block, get_claim, get_event
from apps.dunning.views.letters import HOME

BLOCKS = (gettext_lazy("Mahnsperren"), reverse_lazy("dunning:blocks"))


def holding(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    return rows.valid_on(today) if value == "gilt" else rows.filter(valid_until__lte=today)


def write_off_url(invoice: Invoice, *, is_barred: bool) -> str:
    """A claim that is barred is offered with that ground."""
    url = reverse("dues:write_off_create", args=[invoice.number])
    return f"{url}?grund={WriteOffGround.BARRED}" if is_barred else url


class BlockList(TablePage):
    permission = "dunning.view_dunningblock"
    title = gettext_lazy("Mahnsperren")
    lead = gettext_lazy("Solange eine Sperre gilt, wird nicht gemahnt.")
    count_label = gettext_lazy("Mahnsperren")
    default_sort = "-valid_from"
    search_fields = ("city__name", "invoice__number", "reason")
    filters = (
        Filter("stand", gettext_lazy("Stand"), (("gilt", gettext_lazy("gilt")), ("beendet", gettext_lazy("beendet"))), apply=holding),
    )  # fmt: skip
    columns = (
        Column("city__name", gettext_lazy("Stadt"), sort=True),
        Column(
            "invoice__number",
            gettext_lazy("Rechnung"),
            sort=True,
            value=lambda row: row.invoice.number if row.invoice else _("alle"),
        ),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("reason", gettext_lazy("Grund")),
        Column("valid_from", gettext_lazy("gilt ab"), sort=True),
        Column("valid_until", gettext_lazy("gilt bis (ausschließlich)"), sort=True),
        Column(
            "lift", gettext_lazy("Aufheben"), value=lambda row: "", template="dunning/parts/lift.html", export=False
        ),
    )
    empty_title = gettext_lazy("Keine Mahnsperren")
    empty_text = gettext_lazy("Tragen Sie eine ein, wenn eine Stadt eine Rückfrage hat oder in Raten zahlt.")

    def get_queryset(self) -> QuerySet[DunningBlock]:
        return DunningBlock.objects.select_related("city", "invoice")

    def get_breadcrumbs(self) -> Any:
        return [HOME]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("dunning.block"):
            return []
        return [Action(_("Mahnsperre eintragen"), reverse("dunning:block_create"), primary=True)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today, may_lift = timezone.localdate(), self.request.user.has_perm("dunning.block")
        for row in context["rows"]:
            row.can_be_lifted = may_lift and (row.valid_until is None or row.valid_until > today)
        return context


class BlockCreate(FormPage):
    permission = "dunning.block"
    form_class = BlockForm
    title = gettext_lazy("Mahnsperre eintragen")
    submit_label = gettext_lazy("Mahnsperre eintragen")
    cancel_url = reverse_lazy("dunning:blocks")

    def get_breadcrumbs(self) -> Any:
        return [HOME, BLOCKS]

    def get_initial(self) -> dict[str, Any]:
        number = self.request.GET.get("rechnung")
        invoice = Invoice.objects.filter(number=number).first() if number else None
        return {"invoice": invoice.number, "city": invoice.city_id} if invoice else {}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "on": timezone.localdate()}

    def perform(self, form: BlockForm) -> str:
        made = block(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("%s wird vorerst nicht gemahnt.") % made.city)
        return reverse("dunning:blocks")


class BlockLift(ConfirmPage):
    permission = "dunning.block"
    title = gettext_lazy("Mahnsperre aufheben")
    submit_label = gettext_lazy("Mahnsperre aufheben")
    cancel_url = reverse_lazy("dunning:blocks")

    def get_object(self) -> DunningBlock:
        return get_block(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [HOME, BLOCKS]

    def get_facts(self) -> list[tuple[Any, Any]]:
        made = self.object
        return [(_("Stadt"), made.city), (_("Rechnung"), made.invoice or _("alle")), (_("Grund"), made.reason)]

    def get_consequences(self) -> list[str]:
        return [_("Im nächsten Mahnlauf kann wieder gemahnt werden.")]

    def perform(self, form: Any) -> str:
        lift_block(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Die Mahnsperre ist aufgehoben."))
        return reverse("dunning:blocks")


class LimitationList(TablePage):
    """When each open claim will be time-barred, the oldest first."""

    permission = "dunning.view_claim"
    title = gettext_lazy("Verjährung")
    lead = gettext_lazy(
        "Ab wann offene Forderungen verjährt sind (§§ 195, 199 BGB). Eine Mahnung hält die Verjährung nicht auf; "
        "Verhandlungen, ein Mahnbescheid oder ein Anerkenntnis schon (§§ 203, 204, 212 BGB)."
    )
    filters = (
        Filter(
            "frist",
            gettext_lazy("Frist"),
            (("bald", gettext_lazy("in sechs Monaten oder schon verjährt")),),
            apply=lambda rows, value: rows.filter(pk__in=claims_at_risk(timezone.localdate()).values("pk")),
        ),
    )
    count_label = gettext_lazy("Forderungen")
    default_sort = "due_on"
    search_fields = ("number", "city_label")
    empty_title = gettext_lazy("Keine offene Forderung")

    def get_columns(self) -> Any:
        today = timezone.localdate()
        years, horizon = limitation_years(today), add_months(today, WARNING_MONTHS)

        def barred(row: Invoice) -> Any:
            return barred_day(row, years)

        def shown(row: Invoice) -> Any:
            found = barred(row)
            if found is None:
                return badge(_("gehemmt"), "info")
            if found <= today:
                return badge(_("verjährt seit %s") % day(found), "danger")
            return badge(day(found), "warning") if found <= horizon else day(found)

        def is_barred(row: Invoice) -> bool:
            return (found := barred(row)) is not None and found <= today

        columns = [
            Column(
                "number",
                _("Rechnung"),
                sort=("year", "sequence"),
                link=lambda row: reverse("dunning:claim", args=[row.number]),
            ),
            Column("city_label", _("Stadt"), sort=True),
            Column("due_on", _("fällig"), sort=True),
            Column("outstanding", _("offen"), sort=True, align="right", total="outstanding", format=euro),
            Column("barred", _("verjährt ab"), value=barred, render=shown),
        ]
        if self.request.user.has_perm("dues.write_off"):
            columns.append(
                Column(
                    "write_off",
                    _("Ausbuchen"),
                    value=lambda row: _("ausbuchen …") if is_barred(row) else "–",
                    link=lambda row: write_off_url(row, is_barred=True) if is_barred(row) else None,
                    export=False,
                )
            )
        return columns

    def get_queryset(self) -> QuerySet[Invoice]:
        return with_events(Invoice.objects.open().without_details())

    def get_breadcrumbs(self) -> Any:
        return [HOME]


class ClaimPage(ObjectPage):
    """One claim: reminders, blocks, limitation and what touched it."""

    permission = "dunning.view_claim"
    template_name = "dunning/claim.html"

    def get_object(self) -> Invoice:
        return get_claim(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Forderung %(number)s, %(city)s") % {"number": self.object.number, "city": self.object.city_label}

    @cached_property
    def barred(self) -> Any:
        return barred_day(self.object, limitation_years(timezone.localdate()))

    @property
    def is_barred(self) -> bool:
        return self.barred is not None and self.barred <= timezone.localdate()

    def get_badge(self) -> Badge:
        if self.object.outstanding <= 0:
            return Badge(_("nicht offen"), "success")
        return Badge(_("offen: %s") % euro(self.object.outstanding), "warning")

    def get_breadcrumbs(self) -> Any:
        return [HOME]

    def get_actions(self) -> list[Action]:
        number, user = self.object.number, self.request.user
        actions = []
        if user.has_perm("dunning.block"):
            actions.append(Action(_("Mahnsperre eintragen"), f"{reverse('dunning:block_create')}?rechnung={number}"))
        if user.has_perm("dunning.record_event"):
            url = reverse("dunning:event_create", args=[number])
            actions.append(Action(_("Hemmung oder Neubeginn eintragen"), url))
        if self.object.outstanding > 0 and user.has_perm("dues.write_off"):
            actions.append(Action(_("Forderung ausbuchen"), write_off_url(self.object, is_barred=self.is_barred)))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        items = DunningItem.objects.filter(invoice=self.object, letter__isnull=False).select_related("letter")
        columns = (
            Column("letter__number", _("Schreiben"), link=lambda row: row.letter.get_absolute_url()),
            Column("level_name", _("Stufe")),
            Column("letter__issued_on", _("Datum")),
            Column("letter__pay_by", _("zahlbar bis")),
            Column("outstanding", _("offen"), align="right"),
            Column(
                "withdrawn", _("Stand"), value=lambda row: _("zurückgenommen") if row.letter.is_withdrawn else _("gilt")
            ),
        )
        rows = list(items.order_by("letter__issued_on", "pk"))
        blocks = DunningBlock.objects.filter_for(self.object)
        return super().get_context_data(
            reminders=Table(columns, rows, _("Mahnschreiben")) if rows else None,
            blocks=blocks,
            events=LimitationEvent.objects.filter(invoice=self.object).select_related("recorded_by"),
            barred=self.barred,
            is_barred=self.is_barred,
            **kwargs,
        )


class EventCreate(FormPage):
    permission = "dunning.record_event"
    form_class = EventForm
    title = gettext_lazy("Hemmung oder Neubeginn der Verjährung eintragen")
    intro = gettext_lazy(
        "Im Zweifel fragen Sie bitte eine rechtskundige Person: Das Programm rechnet, es entscheidet nicht."
    )
    submit_label = gettext_lazy("Eintragen")

    def get_object(self) -> Invoice:
        return get_claim(self.request.user, self.kwargs["number"])

    def get_cancel_url(self) -> str:
        return reverse("dunning:claim", args=[self.object.number])

    def get_breadcrumbs(self) -> Any:
        return [HOME, (self.object.number, self.get_cancel_url())]

    def perform(self, form: EventForm) -> str:
        record_event(self.object, **form.cleaned_data, by=self.request.user)
        return self.get_cancel_url()


class EventRevoke(ConfirmPage):
    permission = "dunning.record_event"
    form_class = ReasonForm
    title = gettext_lazy("Eintrag streichen")
    submit_label = gettext_lazy("Eintrag streichen")

    def get_object(self) -> LimitationEvent:
        return get_event(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> Any:
        return [HOME, (self.object.invoice.number, self.object.get_absolute_url())]

    def get_consequences(self) -> list[str]:
        return [_("„%s“ zählt bei der Berechnung der Verjährung nicht mehr, bleibt aber lesbar.") % self.object]

    def perform(self, form: ReasonForm) -> str:
        revoke_event(self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate())
        return self.object.get_absolute_url()
