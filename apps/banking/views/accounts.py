"""Our accounts and how they agree with the books."""

from typing import Any

from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.banking.domain.accounts import open_bank_account
from apps.banking.domain.errors import LineNotBooked
from apps.banking.domain.opening import post_opening_balance
from apps.banking.domain.queries import Reconciliation, reconcile
from apps.banking.forms import BankAccountForm
from apps.banking.models import BankAccount
from apps.banking.rules import get_account, visible_accounts
from apps.banking.views.lines import BANK
from apps.core.templatetags.formats import day, euro
from apps.core.views import Action, ConfirmPage, Crumb, FormPage, Page

ACCOUNTS = Crumb(gettext_lazy("Abgleich"), reverse_lazy("banking:accounts"))


class AccountsPage(Page):
    """Every account of ours: balance of the bank against the books, explained to the cent."""

    permission = "banking.view_bankaccount"
    template_name = "banking/accounts.html"
    title = gettext_lazy("Bank und Buchhaltung im Abgleich")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK]

    @property
    def may_change(self) -> bool:
        return bool(self.request.user.has_perm("banking.change_bankaccount"))

    def get_actions(self) -> list[Action]:
        return [Action(_("Bankkonto anlegen"), reverse("banking:new_account"))] if self.may_change else []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accounts = visible_accounts(self.request.user).select_related("account")
        return super().get_context_data(
            proofs=[reconcile(account) for account in accounts], may_change=self.may_change, **kwargs
        )


class NewAccountPage(FormPage):
    permission = "banking.change_bankaccount"
    title = gettext_lazy("Bankkonto anlegen")
    form_class = BankAccountForm
    submit_label = gettext_lazy("Bankkonto anlegen")
    cancel_url = reverse_lazy("banking:accounts")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, ACCOUNTS]

    def perform(self, form: BankAccountForm) -> str:
        opened = open_bank_account(**form.cleaned_data, by=self.request.user)
        self.success(_("Das Bankkonto „%s“ ist angelegt.") % opened)
        return reverse("banking:accounts")


class OpeningPage(ConfirmPage):
    """Brings the balance of the first statement into the books."""

    permission = "banking.change_bankaccount"
    title = gettext_lazy("Anfangsbestand buchen")
    submit_label = gettext_lazy("Anfangsbestand buchen")
    cancel_url = reverse_lazy("banking:accounts")

    def get_object(self) -> BankAccount:
        return get_account(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, ACCOUNTS]

    @cached_property
    def proof(self) -> Reconciliation:
        return reconcile(self.object)

    def get_facts(self) -> list[tuple[Any, Any]]:
        first = self.object.statements.filter(opening__isnull=False).order_by("opened_on", "pk").first()
        if first is None or self.object.opening_entry_id or not self.proof.opening:
            raise LineNotBooked(_("Es gibt keinen Anfangsbestand zu buchen."))
        return [
            (_("Konto"), self.object),
            (_("Tag"), day(first.opened_on)),
            (_("Anfangssaldo"), euro(first.opening)),
        ]

    def get_consequences(self) -> list[str]:
        return [_("Der Anfangssaldo des ersten Auszugs wird gegen das Vereinsvermögen gebucht.")]

    def perform(self, form: Any) -> str:
        post_opening_balance(self.object, by=self.request.user)
        self.success(_("Der Anfangsbestand ist gebucht."))
        return reverse("banking:accounts")
