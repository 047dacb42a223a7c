"""An invoice paid in cash."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.formats import euro
from apps.core.views import ConfirmPage
from apps.dues.domain.collected import guard_not_collected
from apps.dues.domain.payments import guard_open
from apps.dues.forms import CashForm
from apps.dues.models import Invoice
from apps.dues.proving import accept_cash_with_receipt
from apps.dues.rules import get_invoice
from apps.dues.views.invoices import HOME, INVOICES
from apps.ledger.domain.accounts import account
from apps.ledger.domain.queries import balance_of
from apps.vouchers.domain.cash import CASH, guard_cash_box


class AcceptCash(ConfirmPage):
    permission = "dues.accept_cash"
    form_class = CashForm
    submit_label = gettext_lazy("Barzahlung annehmen und quittieren")
    object: Invoice

    def get_object(self) -> Invoice:
        return get_invoice(self.request.user, self.kwargs["number"])

    def get_title(self) -> str:
        return _("Barzahlung auf Rechnung %s annehmen") % self.object.number

    def get_breadcrumbs(self) -> Any:
        return [HOME, INVOICES, (self.object.number, self.object.get_absolute_url())]

    def get_initial(self) -> dict[str, Any]:
        return {"amount": self.object.owed, "booked_on": timezone.localdate()}

    def get_facts(self) -> list[tuple[Any, Any]]:
        today = timezone.localdate()
        return [
            (_("Stadt"), self.object.city_label),
            (_("offen"), euro(self.object.outstanding)),
            (_("in der Kasse"), euro(balance_of(account(CASH), until=today))),
        ]

    def get_consequences(self) -> list[str]:
        guard_open(self.object)
        guard_not_collected(self.object, on=timezone.localdate())
        guard_cash_box(timezone.localdate())
        return [
            _("Der Betrag kommt in das Kassenbuch und gilt als auf die Rechnung gezahlt."),
            _("Die Quittung (§ 368 BGB) entsteht als PDF mit der Nummer des Kassenbuchs und wird abgelegt."),
            _("War es ein Irrtum, stornieren Sie die Zeile im Kassenbuch; die Rechnung ist dann wieder offen."),
        ]

    def perform(self, form: CashForm) -> str:
        given = form.cleaned_data | {"amount": form.cleaned_data["amount"].amount}
        allocation = accept_cash_with_receipt(self.object, **given, by=self.request.user, on=timezone.localdate())
        self.success(
            _("%(amount)s angenommen. Bitte geben Sie die Quittung %(number)s aus.")
            % {"amount": euro(allocation.amount), "number": allocation.entry.reference}
        )
        return self.object.get_absolute_url()
