"""Vouchers and creditors, built through the acts; the association needs a legal form (tests.factories.dues.make_association)."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from apps.ledger.domain.accounts import account
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Entry
from apps.vouchers.domain.checking import approve_voucher, confirm_arithmetical, confirm_factual
from apps.vouchers.domain.parties import save_creditor
from apps.vouchers.domain.posting import post_voucher
from apps.vouchers.domain.receiving import Part, describe_voucher, receive_voucher
from apps.vouchers.models import Creditor, Voucher
from tests.factories.files import scan

DAY = date(2027, 2, 1)
contents = count(1)


def make_creditor(name: str = "Druckerei Sommer GmbH", *, by: Any = None, **fields: str) -> Creditor:
    return save_creditor(None, by=by, **({"iban": "DE02120300000000202051", "name": name} | fields))


def make_voucher(
    *, by: Any = None, kind: str = "invoice", on: date = DAY, content: bytes = b"", **options: Any
) -> Voucher:
    """Something that has come in."""
    content = content or scan(f"Rechnung {next(contents)}")
    return receive_voucher(content=content, filename="rechnung.png", kind=kind, by=by, on=on, **options)


def make_described(
    amount: str = "119.00", *parts: tuple[str, str], creditor: Creditor | None = None, by: Any = None, **fields: Any
) -> Voucher:
    """A voucher with its details; `parts` are pairs of account key and amount."""
    kind = fields.pop("kind", "invoice")
    return describe_voucher(
        make_voucher(by=by, kind=kind),
        **{
            "creditor": creditor or Creditor.objects.first() or make_creditor(),
            "dated_on": date(2027, 1, 20),
            "due_on": date(2027, 2, 20),
            "gross": Decimal(amount),
            "vat": Decimal("19.00") if amount == "119.00" else Decimal(0),
            "text": "Druck der Tagungsmappen",
            "external_number": f"R-{next(contents)}",
            "parts": [Part(account(key), Decimal(value)) for key, value in parts or (("PRINT", amount),)],
            "by": by,
        }
        | fields,
    )


def make_approved(first: Any, second: Any, *args: Any, **fields: Any) -> Voucher:
    voucher = make_described(*args, by=first, **fields)
    confirm_arithmetical(voucher, by=first, on=DAY)
    confirm_factual(voucher, by=second, on=DAY)
    return approve_voucher(voucher, account_confirmed=True, by=second, on=DAY)


def make_payable(first: Any, second: Any, *args: Any, on: date = DAY, **fields: Any) -> Voucher:
    """A posted voucher, waiting to be paid."""
    voucher = make_approved(first, second, *args, **fields)
    post_voucher(voucher, on=on, by=first)
    return Voucher.objects.get(pk=voucher.pk)


def make_payment(amount: str, *, on: date = DAY, account_key: str = "BANK") -> Entry:
    """A payment to creditors as the bank side posts it."""
    lines = [Line("PAYABLE", debit=Decimal(amount)), Line(account_key, credit=Decimal(amount))]
    return post_entry(on=on, text="Überweisung", lines=lines, source="banking.line", reference="1", by=None)


def fill_cash(amount: str, *, on: date = date(2027, 1, 4)) -> Entry:
    """Money taken from the bank to the cash box."""
    lines = [Line("CASH", debit=Decimal(amount)), Line("BANK", credit=Decimal(amount))]
    return post_entry(on=on, text="Barabhebung", lines=lines, source="banking.line", reference="1", by=None)
