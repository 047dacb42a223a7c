"""The balance with which an account enters the books."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.domain.errors import LineAlreadyBooked, LineNotBooked
from apps.banking.models import BankAccount
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry


@transaction.atomic
def post_opening_balance(bank_account: BankAccount, *, by: Any) -> BankAccount:
    """Post the opening balance of the first statement against the carried result (Eröffnungsbuchung), once."""
    bank_account = BankAccount.objects.select_for_update().get(pk=bank_account.pk)
    first = bank_account.statements.filter(opening__isnull=False).order_by("opened_on", "pk").first()
    if bank_account.opening_entry_id:
        raise LineAlreadyBooked(_("Der Anfangsbestand ist schon gebucht."))
    if first is None or first.opening is None or not first.opening.amount:
        raise LineNotBooked(_("Es gibt keinen Anfangsbestand zu buchen."))
    amount = first.opening.amount
    sides: list[Any] = [bank_account.account, "RESULT_CARRY"] if amount > 0 else ["RESULT_CARRY", bank_account.account]
    with act("banking.opening_posted", bank_account, by=by, data={"amount": str(amount)}):
        bank_account.opening_entry = post_entry(
            on=first.opened_on,
            text=_("Anfangsbestand %(account)s laut Auszug %(statement)s")
            % {"account": bank_account, "statement": first},
            lines=[Line(sides[0], debit=abs(amount)), Line(sides[1], credit=abs(amount))],
            source="banking.opening",
            reference=str(first),
            by=by,
        )
        bank_account.save(update_fields=["opening_entry"])
    return bank_account
