"""The steps of a voucher, each with a page that says what will happen."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.formats import day, euro, iban
from apps.core.views import ConfirmPage, FormPage
from apps.ledger.domain.periods import locked_until
from apps.vouchers.domain import checking
from apps.vouchers.domain.einvoices import other_account
from apps.vouchers.domain.parties import guard_second_person
from apps.vouchers.domain.paying import assign_payment, outstanding_of
from apps.vouchers.domain.posting import guard_bookable, post_voucher, reverse_voucher
from apps.vouchers.domain.stated import differences
from apps.vouchers.forms import ApproveForm, PostForm, ReasonForm, SettleForm
from apps.vouchers.views.common import VoucherView


class Step(VoucherView, ConfirmPage):
    permission = "vouchers.check_voucher"

    def get_facts(self) -> list[tuple[Any, Any]]:
        voucher = self.object
        return [
            (_("Kreditor:in"), voucher.creditor or "–"),
            (_("Gegenstand"), voucher.text or "–"),
            (_("Betrag"), euro(voucher.gross) if voucher.gross else "–"),
            *((str(line.account), euro(line.amount)) for line in voucher.current_lines()),
            *self.get_deviations(),
        ]

    def get_deviations(self) -> list[tuple[Any, Any]]:
        """What was recorded otherwise than the e-invoice states, and why: whoever confirms shall know."""
        found = [(_("Abweichung von der E-Rechnung"), str(each)) for each in differences(self.object)]
        return [*found, (_("Grund der Abweichung"), self.object.deviation_reason or "–")] if found else []

    def guard_person(self, other: Any) -> None:
        guard_second_person(self.object, other=other, by=self.request.user, on=timezone.localdate())


class FactualPage(Step):
    submit_label = title = gettext_lazy("Sachlich richtig bestätigen")

    def get_consequences(self) -> list[Any]:
        checking.guard_described(self.object)
        self.guard_person(self.object.arithmetical_by)
        return [
            _("Sie bestätigen: Die Leistung war bestellt, wurde erbracht und dient dem Zweck; die Kontierung stimmt."),
            _("Ihr Name und der heutige Tag stehen dauerhaft am Beleg."),
        ]

    def perform(self, form: Any) -> str:
        voucher = checking.confirm_factual(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s: sachlich richtig bestätigt.") % voucher)
        return voucher.get_absolute_url()


class ArithmeticalPage(Step):
    submit_label = title = gettext_lazy("Rechnerisch richtig bestätigen")

    def get_consequences(self) -> list[Any]:
        checking.guard_described(self.object)
        self.guard_person(self.object.factual_by)
        return [
            _("Sie bestätigen: Mengen, Preise, Umsatzsteuer und Summe sind nachgerechnet."),
            _("Ihr Name und der heutige Tag stehen dauerhaft am Beleg."),
        ]

    def perform(self, form: Any) -> str:
        voucher = checking.confirm_arithmetical(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s: rechnerisch richtig bestätigt.") % voucher)
        return voucher.get_absolute_url()


class ApprovePage(Step):
    submit_label = title = gettext_lazy("Zahlung anweisen")
    form_class = ApproveForm
    template_name = "vouchers/approve.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"voucher": self.object}

    def get_facts(self) -> list[tuple[Any, Any]]:
        voucher = self.object
        known = voucher.creditor.iban if voucher.creditor else ""
        accounts = [(_("Zahlung an (IBAN)"), iban(voucher.iban or known) or "–")]
        if other_account(voucher):
            accounts.append((_("IBAN bisher"), iban(known)))
        checks = [
            (_("Sachlich richtig"), voucher.factual_by or "–"),
            (_("Rechnerisch richtig"), voucher.arithmetical_by or "–"),
        ]
        return [*super().get_facts(), *accounts, *checks]

    def get_consequences(self) -> list[Any]:
        self.guard_person(self.object.arithmetical_by)
        sentences = [_("Der Beleg kann danach gebucht und bezahlt werden.")]
        return [*sentences, *own_check(self.object, self.request.user)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(other_account=other_account(self.object), **kwargs)

    def perform(self, form: Any) -> str:
        voucher = checking.approve_voucher(
            self.object, **form.cleaned_data, by=self.request.user, on=timezone.localdate()
        )
        self.success(_("%s ist zur Zahlung angewiesen.") % voucher)
        return voucher.get_absolute_url()


def own_check(voucher: Any, user: Any) -> list[Any]:
    """Who keeps the four eyes when the same person has confirmed the matter and now orders the payment."""
    if user not in (voucher.factual_by, voucher.arithmetical_by):
        return []
    if user == voucher.arithmetical_by:
        return [_("Sie haben diesen Beleg selbst geprüft; vier Augen sind zurzeit nicht vorgeschrieben.")]
    return [
        _(
            "Sachlich richtig haben Sie selbst bestätigt. Die vier Augen wahrt %(person)s: rechnerisch geprüft am %(day)s."
        )
        % {"person": voucher.arithmetical_by, "day": day(voucher.arithmetical_on)}
    ]


class ReturnPage(Step):
    form_class = ReasonForm
    submit_label = title = gettext_lazy("Zur Änderung zurückgeben")

    def get_consequences(self) -> list[Any]:
        return [_("Die Bestätigungen entfallen; nach der Änderung wird neu geprüft.")]

    def perform(self, form: Any) -> str:
        voucher = checking.return_voucher(self.object, reason=form.cleaned_data["reason"], by=self.request.user)
        self.success(_("%s kann wieder geändert werden.") % voucher)
        return voucher.get_absolute_url()


class RejectPage(Step):
    form_class = ReasonForm
    submit_label = title = gettext_lazy("Beleg zurückweisen")
    danger = True
    final = gettext_lazy("Ein zurückgewiesener Beleg behält Nummer und Datei und kann nicht mehr gebucht werden.")

    def perform(self, form: Any) -> str:
        voucher = checking.reject_voucher(self.object, reason=form.cleaned_data["reason"], by=self.request.user)
        self.success(_("%s ist zurückgewiesen.") % voucher)
        return voucher.get_absolute_url()


class PostPage(Step):
    permission = "vouchers.keep_voucher"
    form_class = PostForm
    submit_label = title = gettext_lazy("Beleg buchen")
    final = gettext_lazy("Eine Buchung wird nicht geändert, nur storniert.")

    def get_initial(self) -> dict[str, Any]:
        limit, dated_on = locked_until(), self.object.dated_on
        is_open = dated_on and not (limit and dated_on < limit)
        return {"on": dated_on if is_open else timezone.localdate()}

    def get_consequences(self) -> list[Any]:
        guard_bookable(self.object)
        return [
            _("Die Teile werden als Ausgabe gebucht, der Betrag steht als Verbindlichkeit offen, bis er bezahlt ist.")
        ]

    def perform(self, form: Any) -> str:
        entry = post_voucher(self.object, on=form.cleaned_data["on"], by=self.request.user)
        self.success(_("Gebucht als %s.") % entry)
        return self.object.get_absolute_url()


class ReversePage(Step):
    permission = "vouchers.keep_voucher"
    form_class = ReasonForm
    submit_label = title = gettext_lazy("Buchung stornieren")
    danger = True
    final = gettext_lazy("Ein Storno kann nicht zurückgenommen werden.")

    def get_consequences(self) -> list[Any]:
        return [
            _("Es entsteht eine Stornobuchung. Der Beleg ist wieder offen und wird neu geprüft, bevor er gebucht wird.")
        ]

    def perform(self, form: Any) -> str:
        voucher = reverse_voucher(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Die Buchung von %s ist storniert.") % voucher)
        return voucher.get_absolute_url()


class SettlePage(VoucherView, FormPage):
    permission = "vouchers.keep_voucher"
    form_class = SettleForm
    title = gettext_lazy("Zahlung zuordnen")
    submit_label = gettext_lazy("Zahlung zuordnen")
    intro = gettext_lazy(
        "Zur Wahl stehen Buchungen auf Verbindlichkeiten, die noch keinem Beleg zugeordnet sind, zum Beispiel aus der Bank."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"voucher": self.object}

    def get_initial(self) -> dict[str, Any]:
        return {"amount": outstanding_of(self.object)}

    def perform(self, form: SettleForm) -> str:
        entry = form.entries[form.cleaned_data["entry"]]
        assign_payment(
            self.object,
            entry=entry,
            amount=form.cleaned_data["amount"].amount,
            by=self.request.user,
            on=entry.booked_on,
        )
        self.success(
            _("%(voucher)s: Zahlung vom %(day)s zugeordnet.") % {"voucher": self.object, "day": day(entry.booked_on)}
        )
        return self.object.get_absolute_url()
