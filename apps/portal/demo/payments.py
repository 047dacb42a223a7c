"""Direct debits and transfers of autumn 2026: one debit came back, a supplier and a refund were paid, the next runs wait."""

from datetime import date

from apps.banking.domain.booking import book_line
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import BankAccount, BankLine
from apps.dues.domain.payments import credit_balance
from apps.members.models import City
from apps.payments.domain.collecting import draft_collection
from apps.payments.domain.creditor import set_creditor_id
from apps.payments.domain.mandates import give_mandate
from apps.payments.domain.notices import write_notices
from apps.payments.domain.releasing import release_run
from apps.payments.domain.transfers import (
    draft_transfers,
    order_payables,
    order_refund,
    payables_to_order,
    usual_account,
)
from apps.payments.models import PaymentRun
from apps.payments.printing import print_now
from apps.portal.demo.cast import Cast
from apps.portal.demo.money import STATEMENTS

SIGNED_ON = date(2026, 10, 12)
# the identifier the Bundesbank prints in its examples; test accounts of ISO 13616
CREDITOR_ID = "DE98ZZZ09999999999"
MANDATES = (
    ("Münster", "DE20370400440700000006"),
    ("Duisburg", "DE02100500000024290661"),
    ("Wuppertal", "DE02700100800030876808"),
)
COLLECTED_ON, NEXT_ON = date(2026, 11, 5), date(2026, 12, 15)


def order_payments(cast: Cast) -> None:
    set_creditor_id(value=CREDITOR_ID, valid_from=date(2026, 1, 1), by=cast.treasurer)
    give_mandate_of(cast, "Wuppertal")
    collect_from_wuppertal(cast)
    read_statement(cast, "kontoauszug-2026-11-02.xml", on=date(2026, 11, 3))
    pay_supplier_and_refund(cast)
    read_statement(cast, "kontoauszug-2026-11-20.xml", on=date(2026, 11, 20))
    prepare_next_runs(cast)


def give_mandate_of(cast: Cast, name: str, sequence: str = "RCUR") -> None:
    give_mandate(
        city=City.objects.get(name=name),
        debtor_name=f"Stadt {name}",
        iban=dict(MANDATES)[name],
        instrument="CORE",
        sequence=sequence,
        signed_on=SIGNED_ON,
        by=cast.treasurer,
        on=SIGNED_ON,
    )


def collect_from_wuppertal(cast: Cast) -> None:
    """After two reminders the city gave a mandate; the letter that asked for it had named amount and day."""
    run = draft_collection(
        instrument="CORE",
        bank_account=BankAccount.objects.get(),
        due_on=COLLECTED_ON,
        announced_on=date(2026, 10, 19),
        by=cast.treasurer,
        on=date(2026, 10, 26),
    )
    release(cast, run, on=date(2026, 11, 2))


def pay_supplier_and_refund(cast: Cast) -> None:
    """The printer's invoice, and what Aachen had paid a second time."""
    order_payables(payables_to_order().filter(due_on__lte=date(2026, 11, 4)), by=cast.treasurer)
    aachen = City.objects.get(name="Aachen")
    name, iban = usual_account(aachen)
    order_refund(aachen, amount=credit_balance(aachen), name=name, iban=iban, by=cast.treasurer, on=date(2026, 11, 3))
    release(cast, draft_of_transfers(cast, due_on=date(2026, 11, 6), on=date(2026, 11, 3)), on=date(2026, 11, 4))


def draft_of_transfers(cast: Cast, *, due_on: date, on: date) -> PaymentRun:
    return draft_transfers(bank_account=BankAccount.objects.get(), due_on=due_on, by=cast.treasurer, on=on)


def release(cast: Cast, run: PaymentRun, *, on: date) -> None:
    release_run(run, by=cast.board, on=on)


def read_statement(cast: Cast, name: str, *, on: date) -> None:
    """Read it in and book what it brings, line by line as proposed: the return only once the debit is booked."""
    content = (STATEMENTS / name).read_bytes()
    import_statements([BankFile(name, content)], by=cast.treasurer, on=on)
    for line in BankLine.objects.open().order_by("booked_on", "pk"):
        best = line.proposals.order_by("rank").first()
        if best:
            book_line(line, proposal=best.pk, by=cast.treasurer, on=on)


def prepare_next_runs(cast: Cast) -> None:
    """What waits: a collection, its letters in the outbox, and a transfer due in December.

    Duisburg gave its mandate for this once; the invoices of 2027 to Münster and Wuppertal will announce their debit.
    """
    give_mandate_of(cast, "Duisburg", "OOFF")
    give_mandate_of(cast, "Münster")
    run = draft_collection(
        instrument="CORE",
        bank_account=BankAccount.objects.get(),
        due_on=NEXT_ON,
        by=cast.treasurer,
        on=date(2026, 11, 20),
    )
    write_notices(run, by=cast.treasurer, on=date(2026, 11, 20))
    print_now(by=cast.treasurer)
    order_payables(payables_to_order(), by=cast.treasurer)
