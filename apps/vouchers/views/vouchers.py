"""The list of vouchers, what is due, one voucher, its arrival and its details."""

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.money import euros
from apps.core.registries import actions_for, notes_for
from apps.core.tables import Column, Filter
from apps.core.views import Action, Badge, Crumb, FormPage, ObjectPage, TablePage, messages
from apps.vouchers.domain.einvoices import content_of, other_account, reading_of, seller_fields
from apps.vouchers.domain.errors import SamePerson
from apps.vouchers.domain.parties import guard_second_person
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.domain.receiving import describe_voucher, proposed_parts, receive_voucher
from apps.vouchers.domain.stated import comparison
from apps.vouchers.domain.under_way import payment_under_way, without_payment_under_way
from apps.vouchers.enums import VoucherKind, VoucherState
from apps.vouchers.forms import DescribeForm, OwnVoucherForm, ReceiveForm, parts_initial
from apps.vouchers.models import Voucher
from apps.vouchers.prints import OwnVoucher, print_own_voucher
from apps.vouchers.rules import visible_vouchers
from apps.vouchers.views.common import VOUCHERS, VoucherView

TONES = {
    VoucherState.RECEIVED: "info",
    VoucherState.CHECKED: "info",
    VoucherState.APPROVED: "info",
    VoucherState.POSTED: "warning",
    VoucherState.REJECTED: "danger",
}
PAID = "paid"
TO_PAY, UNDER_WAY = "offen", "unterwegs"


def is_paid(voucher: Any) -> bool:
    return voucher.state == VoucherState.POSTED and voucher.outstanding == 0


def shown_state(voucher: Any) -> str:
    return _("bezahlt") if is_paid(voucher) else voucher.get_state_display()


def badge_of(voucher: Any) -> Badge:
    return Badge(shown_state(voucher), "success" if is_paid(voucher) else TONES[voucher.state])


def in_state(vouchers: Any, value: str) -> Any:
    if value == PAID:
        return vouchers.filter(state=VoucherState.POSTED, outstanding=0)
    found = vouchers.filter(state=value)
    return found.filter(outstanding__gt=0) if value == VoucherState.POSTED else found


def years(user: Any) -> list[tuple[str, str]]:
    found = visible_vouchers(user).order_by("-year").values_list("year", flat=True).distinct()
    return [(str(year), str(year)) for year in found]


class VouchersPage(TablePage):
    permission = "vouchers.view_voucher"
    title = gettext_lazy("Belege")
    lead = gettext_lazy("Was eingegangen ist, wer es geprüft hat, was davon gebucht und bezahlt ist.")
    columns: tuple[Column, ...] = (
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence"), link=True),
        Column("dated_on", gettext_lazy("Belegdatum"), sort=True),
        Column("creditor__name", gettext_lazy("Kreditor:in"), sort=True),
        Column("text", gettext_lazy("Gegenstand"), sort=True),
        Column("gross", gettext_lazy("Betrag"), sort=True, align="right", total="gross"),
        Column("due_on", gettext_lazy("fällig"), sort=True),
        Column("state", gettext_lazy("Stand"), value=shown_state, template="vouchers/state.html"),
    )
    filters = (
        Filter("jahr", gettext_lazy("Jahr"), years, field="year"),
        Filter("art", gettext_lazy("Art"), VoucherKind.choices, field="kind"),
        Filter(
            "stand",
            gettext_lazy("Stand"),
            [*VoucherState.choices[:4], (PAID, gettext_lazy("bezahlt")), VoucherState.choices[4]],
            apply=in_state,
        ),
    )
    search_fields = ("number", "external_number", "text", "creditor__name")
    default_sort = "-number"
    count_label = gettext_lazy("Belege")
    empty_title = gettext_lazy("Noch keine Belege")
    empty_text = gettext_lazy("Legen Sie die erste Eingangsrechnung ab; eine E-Rechnung füllt das Formular selbst aus.")

    def get_queryset(self) -> QuerySet[Voucher]:
        return visible_vouchers(self.request.user).with_balance().select_related("creditor")

    def get_actions(self) -> list[Action]:
        actions = [
            Action(_("Fällige Rechnungen"), reverse("vouchers:due")),
            Action(_("Kassenbuch"), reverse("vouchers:cash")),
            Action(_("Anlagen"), reverse("vouchers:assets")),
            Action(_("Kreditor:innen"), reverse("vouchers:creditors")),
        ]
        if self.request.user.has_perm("vouchers.keep_voucher"):
            actions.insert(0, Action(_("Beleg ablegen"), reverse("vouchers:receive"), primary=True))
            actions.append(Action(_("Eigenbeleg erstellen"), reverse("vouchers:own")))
        return actions


def by_payment(vouchers: Any, value: str) -> Any:
    to_pay = without_payment_under_way(vouchers)
    return to_pay if value == TO_PAY else vouchers.exclude(pk__in=to_pay.values("pk"))


class DuePage(TablePage):
    permission = "vouchers.view_voucher"
    title = gettext_lazy("Fällige Rechnungen")
    lead = gettext_lazy(
        "Gebuchte Belege, die noch nicht bezahlt sind; die dringendsten zuerst. Was in einem Zahlungslauf steht, zeigt der Filter „Zahlung“."
    )
    columns = (
        Column("due_on", gettext_lazy("fällig"), sort=True, template="vouchers/due.html"),
        Column("number", gettext_lazy("Nummer"), sort=("year", "sequence"), link=True),
        Column("creditor__name", gettext_lazy("Kreditor:in"), sort=True),
        Column("text", gettext_lazy("Gegenstand"), sort=True),
        Column("payment_reference", gettext_lazy("Verwendungszweck")),
        Column("outstanding", gettext_lazy("offen"), sort=True, align="right", total="outstanding"),
    )
    search_fields = ("number", "external_number", "text", "creditor__name")
    default_sort = "due_on"
    count_label = gettext_lazy("Rechnungen")
    empty_title = gettext_lazy("Nichts zu bezahlen")
    empty_text = gettext_lazy("Was gebucht ist, ist bezahlt oder wird schon überwiesen.")

    filters = (
        Filter(
            "zahlung",
            gettext_lazy("Zahlung"),
            [(TO_PAY, gettext_lazy("zu bezahlen")), (UNDER_WAY, gettext_lazy("wird überwiesen"))],
            apply=by_payment,
            default=TO_PAY,
        ),
    )

    def get_queryset(self) -> QuerySet[Voucher]:
        user = self.request.user
        return open_payables() if user.has_perm("vouchers.view_voucher") else Voucher.objects.none()

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS]

    def get_actions(self) -> list[Action]:
        return actions_for("vouchers.due", self.request.user)


class ReceivePage(FormPage):
    permission = "vouchers.keep_voucher"
    title = gettext_lazy("Beleg ablegen")
    form_class: Any = ReceiveForm
    submit_label = gettext_lazy("Beleg ablegen")
    intro = gettext_lazy("Der Beleg bekommt sofort seine Nummer und bleibt unverändert liegen. Erfasst wird er danach.")
    cancel_url = reverse_lazy("vouchers:vouchers")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS]

    def perform(self, form: Any) -> str:
        given = form.cleaned_data
        voucher = receive_voucher(
            content=given["file"].read(),
            filename=given["file"].name,
            kind=given["kind"],
            contracting_city=given["contracting_city"],
            by=self.request.user,
            on=timezone.localdate(),
        )
        self.success(_("Abgelegt als %s.") % voucher)
        return reverse("vouchers:describe", args=[voucher.number])


class OwnVoucherPage(ReceivePage):
    title = gettext_lazy("Eigenbeleg erstellen")
    form_class = OwnVoucherForm
    submit_label = gettext_lazy("Eigenbeleg erstellen")
    intro = gettext_lazy("Nur für Ausgaben, für die es keinen fremden Beleg gibt. Er wird geprüft wie jeder andere.")

    def get_initial(self) -> dict[str, Any]:
        return {"dated_on": timezone.localdate()}

    def perform(self, form: Any) -> str:
        given, today = form.cleaned_data, timezone.localdate()
        shown = OwnVoucher(
            given["text"],
            given["amount"].amount,
            given["dated_on"],
            given["payee"],
            given["reason"],
            str(self.request.user),
        )
        voucher = receive_voucher(
            content=print_own_voucher(shown, on=today, created=timezone.now()),
            filename="eigenbeleg.pdf",
            kind=VoucherKind.OWN,
            contracting_city=given["contracting_city"],
            details={
                "text": given["text"],
                "gross": given["amount"],
                "vat": euros(0),
                "dated_on": given["dated_on"],
            },
            by=self.request.user,
            on=today,
        )
        self.success(_("Erstellt als %s.") % voucher)
        return reverse("vouchers:describe", args=[voucher.number])


class VoucherPage(VoucherView, ObjectPage):
    permission = "vouchers.view_voucher"
    template_name = "vouchers/voucher.html"

    def get_title(self) -> str:
        return f"{self.object} {self.object.text}".strip()

    def get_badge(self) -> Badge:
        return badge_of(self.object)

    def get_actions(self) -> list[Action]:
        own = steps_for(self.object, self.request.user)
        first = actions_for("vouchers.voucher", self.request.user, self.object)
        return [*first, *(replace(action, primary=action.primary and not first) for action in own)]

    @property
    def barred(self) -> str:
        user = self.request.user
        return barred_from(self.object, user) if user.has_perm("vouchers.check_voucher") else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        voucher = self.object
        settlements = voucher.settlements.select_related(
            "entry", "entry__reversed_by", "returned_with", "returned_with__reversed_by"
        )
        return super().get_context_data(
            lines=voucher.current_lines(),
            settlements=settlements,
            file=voucher.document.versions.first(),
            data_file=voucher.structured.versions.first() if voucher.structured else None,
            other_account=other_account(voucher),
            compared=comparison(voucher) if voucher.creditor else [],
            notes=notes_for("vouchers.voucher", self.request.user, voucher),
            barred=self.barred,
            is_overdue=voucher.is_overdue(timezone.localdate()) and not is_paid(voucher),
            **kwargs,
        )


def barred_from(voucher: Voucher, user: Any) -> str:
    """Why this person may not take the next check, though others may: four eyes."""
    other = voucher.arithmetical_by
    if voucher.state == VoucherState.RECEIVED:
        other = voucher.factual_by or voucher.arithmetical_by
    elif voucher.state != VoucherState.CHECKED:
        return ""
    try:
        guard_second_person(voucher, other=other, by=user, on=timezone.localdate())
    except SamePerson as error:
        return error.message
    return ""


def steps_for(voucher: Any, user: Any) -> list[Action]:
    """The next steps from the present state, those this person may do; the first is the main one."""
    keeps, checks = user.has_perm("vouchers.keep_voucher"), user.has_perm("vouchers.check_voucher")
    untouched = not voucher.factual_by_id and not voucher.arithmetical_by_id
    described = voucher.gross is not None and voucher.creditor_id is not None
    received = voucher.state == VoucherState.RECEIVED
    is_open = voucher.state == VoucherState.POSTED and voucher.outstanding > 0
    to_pay = is_open and not payment_under_way(voucher)
    checks_too = checks and not barred_from(voucher, user)
    steps = (
        ("describe", _("Beleg erfassen"), keeps and received and untouched),
        ("factual", _("Sachlich richtig"), checks_too and received and described and not voucher.factual_by_id),
        (
            "arithmetical",
            _("Rechnerisch richtig"),
            checks_too and received and described and not voucher.arithmetical_by_id,
        ),
        ("approve", _("Zahlung anweisen"), checks_too and voucher.state == VoucherState.CHECKED),
        ("post", _("Beleg buchen"), keeps and voucher.state == VoucherState.APPROVED),
        ("settle", _("Zahlung zuordnen"), keeps and to_pay),
        ("pay_in_cash", _("Bar bezahlen"), keeps and to_pay),
        (
            "return",
            _("Zur Änderung zurückgeben"),
            checks and (voucher.state in {VoucherState.CHECKED, VoucherState.APPROVED} or (received and not untouched)),
        ),
        ("reverse", _("Buchung stornieren"), keeps and voucher.state == VoucherState.POSTED and not voucher.settled),
        (
            "reject",
            _("Zurückweisen"),
            checks and voucher.state in {VoucherState.RECEIVED, VoucherState.CHECKED, VoucherState.APPROVED},
        ),
    )
    possible = [(name, label) for name, label, may in steps if may]
    return [
        Action(label, reverse(f"vouchers:{name}", args=[voucher.number]), primary=not index and name != "reject")
        for index, (name, label) in enumerate(possible)
    ]


class DescribePage(VoucherView, FormPage):
    permission = "vouchers.keep_voucher"
    template_name = "vouchers/describe.html"
    form_class = DescribeForm
    submit_label = gettext_lazy("Angaben und Kontierung festhalten")

    def get_title(self) -> str:
        return _("%s erfassen") % self.object

    def get_initial(self) -> dict[str, Any]:
        voucher = self.object
        fields = ("external_number", "dated_on", "due_on", "gross", "vat", "text", "iban", "payment_reference")
        fields += ("deviation_reason",)
        initial: dict[str, Any] = {name: getattr(voucher, name) for name in fields}
        initial |= {"creditor": voucher.creditor_id, "contracting_city": voucher.contracting_city_id}
        if voucher.creditor_id is None and self.seller:
            initial["new_creditor"] = self.seller["name"]
        lines: Any = list(voucher.current_lines()) or proposed_parts(voucher)
        return initial | parts_initial(lines)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_einvoice": self.seller is not None}

    @cached_property
    def seller(self) -> dict[str, str] | None:
        """What the e-invoice says about its sender."""
        if self.object.kind != VoucherKind.INVOICE:
            return None
        reading = reading_of(content_of(self.object))
        return seller_fields(reading) if reading else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stated = [(each.label, each.stated) for each in comparison(self.object)]
        return super().get_context_data(file=self.object.document.versions.first(), stated=stated, **kwargs)

    def perform(self, form: DescribeForm) -> str:
        given = form.cleaned_data
        fields = ("external_number", "dated_on", "due_on", "text", "iban", "payment_reference", "contracting_city")
        voucher = describe_voucher(
            self.object,
            creditor=given["creditor"] or self.new_creditor(given["new_creditor"], given["iban"]),
            gross=given["gross"].amount,
            vat=given["vat"].amount if given["vat"] else 0,
            parts=form.parts(),
            deviation_reason=given.get("deviation_reason", ""),
            by=self.request.user,
            on=timezone.localdate(),
            **{name: given[name] for name in fields},
        )
        self.success(_("%s ist erfasst. Jetzt prüfen zwei Personen.") % voucher)
        if voucher.due_on and voucher.due_on < given["dated_on"]:
            messages.warning(
                self.request, _("Die Fälligkeit liegt vor dem Belegdatum. Bitte vergleichen Sie beides mit dem Beleg.")
            )
        return voucher.get_absolute_url()

    def new_creditor(self, name: str, iban: str) -> dict[str, str]:
        """The fields of a new creditor: those of the e-invoice, as long as the name is still the seller's."""
        seller = self.seller
        return seller if seller and seller["name"] == name else {"name": name, "iban": iban}
