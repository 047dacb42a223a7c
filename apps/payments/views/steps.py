"""What can be done with a run or one of its payments."""

from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.jobs import many
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import day, euro, iban, number
from apps.core.views import ConfirmPage, Crumb, FormPage, messages
from apps.payments.domain.announcing import told_in_run
from apps.payments.domain.checking import guard_owed, unfamiliar
from apps.payments.domain.collecting import collectable, draft_collection, left_unsent
from apps.payments.domain.errors import AlreadyCarriedOut
from apps.payments.domain.notices import write_notices
from apps.payments.domain.outcomes import refusable, refuse_orders
from apps.payments.domain.releasing import discard_run, guard_releasable, release_run, take_out
from apps.payments.domain.runs import orders_of
from apps.payments.enums import RunKind
from apps.payments.forms import CollectionForm, ReasonForm
from apps.payments.models import PaymentOrder, PaymentRun
from apps.payments.rules import get_order, get_run
from apps.payments.tasks import start_printing, start_releasing
from apps.payments.views.common import RUNS, RunView

NAMED = 5
SHOWN = 100
PAYMENTS = (
    Column("name", gettext_lazy("Name")),
    Column("iban", gettext_lazy("IBAN"), value=lambda order: iban(order.iban)),
    Column("purpose", gettext_lazy("Verwendungszweck"), link=lambda order: order.paid.get_absolute_url()),
    Column("amount", gettext_lazy("Betrag"), align="right"),
)


class CollectPage(FormPage):
    """Draft a collection; the draft is the preview."""

    permission = "payments.draft_run"
    title = gettext_lazy("Lastschriften entwerfen")
    form_class = CollectionForm
    submit_label = gettext_lazy("Entwurf anlegen")
    cancel_url = reverse_lazy("payments:runs")
    intro = gettext_lazy(
        "Der Entwurf enthält alle bis zum Einzug fälligen Rechnungen der Städte mit gültigem Mandat. Danach kündigen Sie "
        "den Einzug an, wo es nicht schon die Rechnung getan hat; eine zweite Person gibt ihn frei, und erst dann entsteht "
        "die Datei für die Bank."
    )

    def get_breadcrumbs(self) -> list[Crumb]:
        return [RUNS]

    def perform(self, form: CollectionForm) -> str:
        run = draft_collection(**form.cleaned_data, by=self.request.user, on=timezone.localdate())
        self.success(_("Der Entwurf %s ist angelegt.") % run)
        if late := left_out(run, form.cleaned_data["instrument"]):
            messages.warning(self.request, _("Nicht dabei, weil die Frist der Vorabankündigung um ist: %s.") % late)
        if unsent := left_unsent(run.due_on, form.cleaned_data["instrument"]):
            shown = ", ".join(f"{invoice} ({invoice.city})" for invoice in unsent[:NAMED])
            messages.warning(
                self.request, _("Nicht dabei, weil die Rechnung noch nicht bei der Stadt ist: %s.") % shown
            )
        return run.get_absolute_url()


def left_out(run: PaymentRun, instrument: str) -> str:
    """Cities with open invoices that could not be told in time any more."""
    left = [str(each.invoice.city) for each in collectable(run.due_on) if each.mandate.instrument == instrument]
    return ", ".join(dict.fromkeys(left))


class RunStep(RunView, ConfirmPage):
    """An act on a whole run, with what it is about."""

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [
            (_("Zahlungen"), self.object.count),  # type: ignore[attr-defined]
            (_("Summe"), euro(self.object.total or 0)),  # type: ignore[attr-defined]
            (_("Ausführungstag"), day(self.object.due_on)),
            (_("Konto"), self.object.bank_account),
            (_("entworfen von"), self.object.drafted_by),
        ]


class AnnouncePage(RunStep):
    permission = "payments.draft_run"
    title = gettext_lazy("Einzug vorab ankündigen")
    submit_label = gettext_lazy("Vorabankündigungen schreiben")

    def get_consequences(self) -> list[str]:
        return [
            _("Jede Stadt bekommt ein Schreiben mit Betrag, Tag, Mandat und Gläubiger-Identifikationsnummer."),
            *self.told_already(),
            _(
                "Die Schreiben werden gedruckt, abgelegt und in den Postausgang gelegt. Hinaus gehen sie nach Ihrer Freigabe dort."
            ),
            _("Freigegeben werden kann der Lauf erst, wenn alle rechtzeitig hinausgegangen sind."),
        ]

    def told_already(self) -> list[str]:
        count = len(told_in_run(self.object))
        if not count:
            return []
        return [
            ngettext(
                "%s Stadt weiß das schon aus ihrer Rechnung und bekommt keines.",
                "%s Städte wissen das schon aus ihrer Rechnung und bekommen keines.",
                count,
            )
            % number(count)
        ]

    def perform(self, form: Any) -> str:
        count = write_notices(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("%s Vorabankündigungen geschrieben.") % count)
        url = self.object.get_absolute_url()
        job = start_printing(by=self.request.user, return_url=url)
        return reverse("core:job", args=[job.pk]) if job else url


class ReleasePage(RunStep):
    permission = "payments.release_run"
    title = gettext_lazy("Zahlungslauf freigeben")
    submit_label = gettext_lazy("Freigeben und Datei erzeugen")
    template_name = "payments/release.html"
    final = gettext_lazy("Danach kann der Lauf nicht mehr geändert werden.")

    @property
    def is_large(self) -> bool:
        return many(self.object.count)  # type: ignore[attr-defined]

    def get_consequences(self) -> list[str]:
        """Whether all of a large run is still owed, the work itself checks."""
        run = self.object
        guard_releasable(run, by=self.request.user, on=timezone.localdate())
        if not self.is_large:
            guard_owed(run, orders_of(run))
        sentences = [
            _("Die Datei für die Bank wird erzeugt, gegen das Schema geprüft und mit Prüfsumme abgelegt."),
            _("Verschickt wird sie nicht: Laden Sie sie im Online-Banking hoch."),
            _("Wenn die Bank gebucht hat, wird der Umsatz dem Lauf zugeordnet."),
        ]
        if self.is_large:
            sentences.append(_("Vorher wird geprüft, ob alles noch zu zahlen ist. Das läuft im Hintergrund."))
        new = list(unfamiliar(run)[:NAMED])
        return [*sentences, unfamiliar_words(new)] if new else sentences

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The payments themselves; of a long run the largest, the rest stands in the draft."""
        orders = self.object.orders.select_related("invoice", "voucher", "city").order_by("-amount", "pk")[:SHOWN]
        rest = max(self.object.count - SHOWN, 0)  # type: ignore[attr-defined]
        return super().get_context_data(payments=Table(PAYMENTS, list(orders), _("Zahlungen")), rest=rest, **kwargs)

    def perform(self, form: Any) -> str:
        if self.is_large:
            guard_releasable(self.object, by=self.request.user, on=timezone.localdate())
            return reverse("core:job", args=[start_releasing(self.object, by=self.request.user).pk])
        run = release_run(self.object, by=self.request.user, on=timezone.localdate())
        self.success(_("Freigegeben. Laden Sie die Datei jetzt im Online-Banking hoch."))
        return run.get_absolute_url()


def unfamiliar_words(orders: list[PaymentOrder]) -> str:
    named = ", ".join(f"{order.name} ({iban(order.iban)})" for order in orders)
    return _("Bitte prüfen: Diese Konten sind von den Empfängern bisher nicht bekannt: %s.") % named


class DiscardPage(RunStep):
    permission = "payments.draft_run"
    title = gettext_lazy("Zahlungslauf verwerfen")
    submit_label = gettext_lazy("Verwerfen")
    danger = True

    def get_consequences(self) -> list[str]:
        if self.object.kind == RunKind.TRANSFER:
            return [_("Die Überweisungen warten wieder auf einen Lauf.")]
        return [
            _("Die Rechnungen können neu eingezogen werden."),
            _("Vorabankündigungen, die noch im Postausgang liegen, werden zurückgezogen."),
        ]

    def perform(self, form: Any) -> str:
        return discard_run(self.object, by=self.request.user).get_absolute_url()


class RefusePage(RunStep):
    permission = "payments.draft_run"
    title = gettext_lazy("Lauf wurde nicht ausgeführt")
    form_class = ReasonForm
    submit_label = gettext_lazy("Als nicht ausgeführt vermerken")
    danger = True

    def get_consequences(self) -> list[str]:
        count = self.object.waiting  # type: ignore[attr-defined]
        if not count:
            raise AlreadyCarriedOut(
                _("Die Bank hat alle Zahlungen dieses Laufs gebucht, oder sie sind schon vermerkt.")
            )
        sentence = ngettext(
            "%s Zahlung, die die Bank noch nicht gebucht hat, gilt als nicht ausgeführt.",
            "%s Zahlungen, die die Bank noch nicht gebucht hat, gelten als nicht ausgeführt.",
            count,
        )
        return [
            sentence % count,
            _("Sie können neu veranlasst werden. Laden Sie die Datei dieses Laufs nicht mehr hoch."),
        ]

    def perform(self, form: ReasonForm) -> str:
        orders = list(refusable(self.object))
        reason = form.cleaned_data["reason"]
        refuse_orders(self.object, orders, reason=reason, by=self.request.user, on=timezone.localdate())
        return self.object.get_absolute_url()


class OrderStep(ConfirmPage):
    """An act on one payment of a run."""

    permission = "payments.draft_run"
    danger = True

    def get_object(self) -> PaymentOrder:
        return get_order(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        run = self.object.run
        return [RUNS, Crumb(str(run), run.get_absolute_url())] if run else [RUNS]

    def get_cancel_url(self) -> str:
        return self.object.run.get_absolute_url() if self.object.run else reverse("payments:runs")

    def get_facts(self) -> list[tuple[Any, Any]]:
        order = self.object
        return [(_("Name"), order.name), (_("Zweck"), order.purpose), (_("Betrag"), euro(order.amount))]


class TakeOutPage(OrderStep):
    title = gettext_lazy("Zahlung aus dem Lauf nehmen")
    submit_label = gettext_lazy("Herausnehmen")

    def get_consequences(self) -> list[str]:
        if self.object.mandate_id:
            return [
                _("Alle Rechnungen dieses Mandats kommen aus dem Lauf; sie können später eingezogen werden."),
                _("Eine Vorabankündigung, die noch im Postausgang liegt, wird zurückgezogen."),
            ]
        return [_("Die Überweisung wartet wieder auf einen Lauf.")]

    def perform(self, form: Any) -> str:
        return take_out(self.object, by=self.request.user).get_absolute_url()


class RefuseOrderPage(OrderStep):
    title = gettext_lazy("Zahlung wurde nicht ausgeführt")
    form_class = ReasonForm
    submit_label = gettext_lazy("Als nicht ausgeführt vermerken")

    def get_consequences(self) -> list[str]:
        return [
            _("Auf diese Zahlung wird nicht mehr gewartet; der Sammler wird ohne sie erkannt."),
            _("Was sie bezahlen sollte, kann neu veranlasst werden."),
        ]

    def perform(self, form: ReasonForm) -> str:
        run = get_run(self.request.user, self.object.run_id or 0)
        reason = form.cleaned_data["reason"]
        refuse_orders(run, [self.object], reason=reason, by=self.request.user, on=timezone.localdate())
        return run.get_absolute_url()
