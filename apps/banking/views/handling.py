"""What can be done with one bank line: spread by hand, park, leave out, take back."""

from typing import Any

from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.banking.domain.booking import book_line
from apps.banking.domain.clearing import guard_double, hand_over, ignore_line, park_line, reopen_line, unbook_line
from apps.banking.domain.errors import LineNotBooked
from apps.banking.enums import LineState
from apps.banking.forms import AllocationForm, OwnerForm, ReasonForm
from apps.banking.models import MatchProposal
from apps.banking.views.lines import LineView
from apps.core.templatetags.formats import euro
from apps.core.views import ConfirmPage, FormPage
from apps.dues.domain.side_claims import ACCOUNT as SIDE_CLAIMS
from apps.dues.models import Invoice
from apps.ledger.domain.accounts import account
from apps.members.models import City
from apps.vouchers.domain.paying import open_payables
from apps.vouchers.models import Voucher

MOST_INVOICES = 30


class AllocatePage(LineView, FormPage):
    permission = "banking.book_line"
    template_name = "banking/allocate.html"
    title = gettext_lazy("Umsatz von Hand zuordnen")
    form_class = AllocationForm
    submit_label = gettext_lazy("Umsatz verbuchen")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What is booked or left out already is shown instead."""
        if self.object.state not in {LineState.OPEN, LineState.UNCLEAR}:
            return HttpResponseRedirect(self.object.get_absolute_url())
        return super().get(request, *args, **kwargs)

    @cached_property
    def chosen_city(self) -> City | None:
        slug = self.request.GET.get("stadt", "")
        return City.objects.filter(slug=slug).first() if slug else None

    @cached_property
    def best(self) -> MatchProposal | None:
        return self.object.proposals.select_related("rule__cost_centre").prefetch_related("targets").first()

    def invoices(self) -> list[Invoice]:
        """Open invoices of the chosen city, else those the proposals speak of, else those due first."""
        if not self.object.is_incoming:
            return []
        found = Invoice.objects.open().select_related("city").order_by("due_on", "number")
        if self.chosen_city:
            return list(found.filter(city=self.chosen_city)[:MOST_INVOICES])
        proposals = self.object.proposals.all()
        cities = [
            *proposals.values_list("city", flat=True),
            *proposals.values_list("targets__invoice__city", flat=True),
        ]
        near = found.filter(city__in=[city for city in cities if city])
        return list(near[:MOST_INVOICES]) or list(found[:MOST_INVOICES])

    def vouchers(self) -> list[Voucher]:
        """Vouchers to pay: those the proposals speak of first, then those due first."""
        if self.object.is_incoming:
            return []
        proposed = self.object.proposals.exclude(targets__voucher=None).values("targets__voucher")
        first = Case(When(pk__in=proposed, then=0), default=1)
        return list(open_payables().order_by(first, "due_on", "number")[:MOST_INVOICES])

    def get_form_kwargs(self) -> dict[str, Any]:
        shown = {"line": self.object, "invoices": self.invoices(), "vouchers": self.vouchers()}
        return super().get_form_kwargs() | shown

    def get_initial(self) -> dict[str, Any]:
        if self.best is None or self.chosen_city:
            return {"city": self.chosen_city}
        initial: dict[str, Any] = {target.field: target.amount for target in self.best.targets.all()}
        if self.best.credit.amount > 0:
            initial |= {"city": self.best.city_id, "credit": self.best.credit}
        if self.best.side.amount > 0:
            city, on = self.best.city_id, account(SIDE_CLAIMS).pk
            initial |= {"account_1": on, "amount_1": self.best.side, "city_1": city}
        if chosen := self.best.account_id:
            centre = self.best.place.get("cost_centre")
            initial |= {"account_1": chosen, "amount_1": abs(self.object.amount.amount)}
            initial |= {"sphere_1": self.best.place.get("sphere", ""), "cost_centre_1": centre.pk if centre else ""}
        return initial

    def perform(self, form: AllocationForm) -> str:
        line = book_line(self.object, parts=form.parts(), by=self.request.user, on=timezone.localdate())
        self.success(_("Verbucht: %(amount)s als %(entry)s.") % {"amount": euro(line.amount), "entry": line.entry})
        return line.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            facts=self.get_facts(), cities=City.objects.order_by("name"), chosen_city=self.chosen_city, **kwargs
        )


class ClarifyPage(LineView, FormPage):
    """Parks an open line, or hands an unclear one over."""

    permission = "banking.book_line"
    form_class = OwnerForm
    intro = gettext_lazy(
        "Der Betrag wird auf das Konto „Ungeklärte Zahlungen“ gebucht und bleibt in der Liste, bis er geklärt ist."
    )

    @property
    def is_parked(self) -> bool:
        return self.object.state == LineState.UNCLEAR

    def get_title(self) -> str:
        return _("Klärung übergeben") if self.is_parked else _("Umsatz als ungeklärt buchen")

    def get_submit_label(self) -> str:
        return self.get_title()

    def get_initial(self) -> dict[str, Any]:
        return {"owner": self.object.owner_id or self.request.user.pk, "note": self.object.note}

    def perform(self, form: OwnerForm) -> str:
        shared = {**form.cleaned_data, "by": self.request.user}
        if self.is_parked:
            line = hand_over(self.object, **shared)
        else:
            line = park_line(self.object, **shared, on=timezone.localdate())
        self.success(_("%(owner)s klärt diesen Umsatz.") % {"owner": line.owner})
        return line.get_absolute_url()


class IgnorePage(LineView, ConfirmPage):
    permission = "banking.book_line"
    title = gettext_lazy("Doppelten Umsatz auslassen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Doppelten Umsatz auslassen")

    def get_consequences(self) -> list[str]:
        guard_double(self.object)
        same = ", ".join(str(line) for line in self.object.doubles()[:3])
        return [
            _("Derselbe Betrag steht schon da als: %s.") % same,
            _("Der Umsatz bleibt mit dem Grund in der Liste stehen, zählt aber nirgends mit."),
            _("Gehört er doch auf das Konto, geht der Nachweis der Salden nicht auf."),
        ]

    def perform(self, form: ReasonForm) -> str:
        return ignore_line(self.object, reason=form.cleaned_data["reason"], by=self.request.user).get_absolute_url()


class UnbookPage(LineView, ConfirmPage):
    permission = "banking.book_line"
    title = gettext_lazy("Buchung zurücknehmen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Buchung zurücknehmen")
    danger = True

    def get_consequences(self) -> list[str]:
        if self.object.entry is None:
            raise LineNotBooked(_("Dieser Umsatz ist nicht verbucht. Es gibt nichts zurückzunehmen."))
        return [
            _("Die Buchung %s wird storniert; sie bleibt erhalten.") % self.object.entry,
            _("Bezahlte Rechnungen sind wieder offen, und der Umsatz kann neu verbucht werden."),
        ]

    def perform(self, form: ReasonForm) -> str:
        line = unbook_line(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Die Buchung ist storniert."))
        return line.get_absolute_url()


class ReopenPage(LineView, ConfirmPage):
    permission = "banking.book_line"
    title = gettext_lazy("Umsatz wieder öffnen")
    form_class = ReasonForm
    submit_label = gettext_lazy("Wieder öffnen")

    def get_consequences(self) -> list[str]:
        sentences = [_("Der Umsatz steht wieder unter den offenen.")]
        if self.object.parked_entry:
            sentences.append(_("Die Buchung %s wird storniert.") % self.object.parked_entry)
        return sentences

    def perform(self, form: ReasonForm) -> str:
        reason = form.cleaned_data["reason"]
        line = reopen_line(self.object, reason=reason, by=self.request.user, on=timezone.localdate())
        return line.get_absolute_url()
