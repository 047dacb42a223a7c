from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.models import NumberSeries
from apps.core.money import euros
from apps.ledger.domain.drafts import EntryDraft, Line
from apps.ledger.domain.errors import (
    EntryAlreadyReversed,
    EntryNotBalanced,
    PeriodClosed,
    ReasonMissing,
    UnknownAccount,
)
from apps.ledger.domain.periods import close_period, locked_until
from apps.ledger.domain.posting import post_entries, post_entry, reverse_entry
from apps.ledger.enums import Side, Sphere
from apps.ledger.models import ENTRIES_PER_YEAR, Account, Entry, EntryLine

pytestmark = pytest.mark.django_db
DAY = date(2027, 2, 1)


def lines(amount: str = "100.00") -> list[Line]:
    return [Line("BANK", debit=Decimal(amount)), Line("DONATION", credit=Decimal(amount))]


def draft(amount: str = "100.00", on: date = DAY) -> EntryDraft:
    return EntryDraft(on, "Spende", lines(amount), "test.case", "S-1")


def test_an_entry_is_posted_with_its_lines_number_and_sum(treasurer):
    entry = post_entry(on=DAY, text="Spende", lines=lines(), source="test.case", reference="S-1", by=treasurer)

    stored = Entry.objects.get()
    assert str(stored) == "B2027-00001"
    assert (stored.amount, stored.posted_by, stored.reference, stored.document_on) == (
        euros(100),
        treasurer,
        "S-1",
        DAY,
    )
    assert [(line.account.key, line.side, line.amount, line.sphere) for line in entry.lines.all()] == [
        ("BANK", Side.DEBIT, euros(100), Sphere.UNALLOCATED),
        ("DONATION", Side.CREDIT, euros(100), Sphere.IDEAL),
    ]
    assert [row.history_type for row in stored.history.all()] == ["+"]
    assert EntryLine.history.count() == 2


def test_numbers_run_per_year_without_gaps_also_after_a_refusal(treasurer):
    post_entries([draft(), draft(on=date(2026, 12, 31)), draft()], by=treasurer)
    with pytest.raises(UnknownAccount):
        post_entry(
            on=DAY,
            text="x",
            lines=[*lines(), *lines()[:1], Line("NOWHERE", credit=Decimal(100))],
            source="s",
            reference="S-1",
            by=treasurer,
        )
    post_entries([draft()], by=treasurer)

    assert [str(entry) for entry in Entry.objects.order_by("pk")] == [
        "B2026-00001",
        "B2027-00001",
        "B2027-00002",
        "B2027-00003",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [Line("BANK", debit=Decimal(1))],
        [Line("BANK", debit=Decimal(1)), Line("DUES", credit=Decimal(2))],
        [Line("BANK", debit=Decimal(0)), Line("DUES", credit=Decimal(0))],
        [Line("BANK", debit=Decimal(-1)), Line("DUES", credit=Decimal(-1))],
        [Line("BANK", debit=Decimal("0.001")), Line("DUES", credit=Decimal("0.001"))],
        [Line("BANK", debit=Decimal(1), credit=Decimal(1)), Line("DUES", credit=Decimal(1))],
        [Line("BANK"), Line("DUES", credit=Decimal(1))],
    ],
)
def test_what_is_not_balanced_is_refused(treasurer, wrong):
    with pytest.raises(EntryNotBalanced):
        post_entry(on=DAY, text="x", lines=wrong, source="test.case", reference="S-1", by=treasurer)
    assert not Entry.objects.exists()
    assert not NumberSeries.objects.exists()


def test_many_entries_take_as_many_queries_as_few(treasurer):
    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            post_entries([draft() for _ in range(count)], by=treasurer)
        return len(captured)

    queries(1)
    assert queries(2) == queries(40)


def test_an_account_that_is_not_open_yet_is_refused(treasurer):
    with pytest.raises(UnknownAccount):
        post_entry(on=date(2019, 12, 31), text="x", lines=lines(), source="test.case", reference="S-1", by=treasurer)


def test_a_reversal_mirrors_the_entry_once(treasurer):
    entry = post_entry(on=DAY, text="Spende", lines=lines("12.34"), source="test.case", reference="S-1", by=treasurer)

    reversal = reverse_entry(entry, by=treasurer, on=date(2027, 2, 3), reason="Falsches Konto")

    assert reversal.reverses == entry
    assert reversal.text == "Storno von B2027-00001: Falsches Konto"
    assert [(line.account.key, line.side) for line in reversal.lines.all()] == [
        ("BANK", Side.CREDIT),
        ("DONATION", Side.DEBIT),
    ]
    for twice in (entry, reversal):
        with pytest.raises(EntryAlreadyReversed):
            reverse_entry(twice, by=treasurer, on=DAY, reason="noch einmal")
    with pytest.raises(ReasonMissing):
        reverse_entry(entry, by=treasurer, on=DAY, reason=" ")


def test_nothing_is_posted_into_a_closed_period(treasurer):
    post_entry(on=date(2026, 12, 31), text="x", lines=lines(), source="test.case", reference="S-1", by=treasurer)
    lock = close_period(last_day=date(2026, 12, 31), reason="Jahresabschluss 2026", by=treasurer, on=DAY)

    assert locked_until() == lock.locked_until == date(2027, 1, 1)
    with pytest.raises(PeriodClosed):
        post_entry(on=date(2026, 12, 31), text="x", lines=lines(), source="test.case", reference="S-1", by=treasurer)
    post_entry(on=date(2027, 1, 1), text="x", lines=lines(), source="test.case", reference="S-1", by=treasurer)


def test_a_period_is_closed_only_forwards_and_only_when_it_is_over(treasurer):
    close_period(last_day=date(2026, 12, 31), reason="Jahresabschluss", by=treasurer, on=DAY)
    for day in (date(2026, 12, 31), date(2026, 6, 30), DAY):
        with pytest.raises(PeriodClosed):
            close_period(last_day=day, reason="noch einmal", by=treasurer, on=DAY)


def refused(statement: str, *values) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except IntegrityError:
        return True
    return False


def test_the_database_refuses_to_change_what_is_posted(treasurer):
    entry = post_entry(on=DAY, text="Spende", lines=lines(), source="test.case", reference="S-1", by=treasurer)
    close_period(last_day=date(2026, 12, 31), reason="Abschluss", by=treasurer, on=DAY)
    line = entry.lines.first()

    assert refused("UPDATE ledger_entry SET text = 'x' WHERE id = %s", entry.pk)
    assert refused("DELETE FROM ledger_entry WHERE id = %s", entry.pk)
    assert refused("UPDATE ledger_entryline SET amount = 1 WHERE id = %s", line.pk)
    assert refused("DELETE FROM ledger_entryline WHERE id = %s", line.pk)
    assert refused("DELETE FROM ledger_periodlock")
    assert refused(
        "INSERT INTO ledger_entryline (entry_id, account_id, side, amount, amount_currency, sphere, text) "
        "SELECT entry_id, account_id, side, amount, amount_currency, sphere, text FROM ledger_entryline WHERE id = %s",
        line.pk,
    )


def bare_entry(amount: str, on: date = DAY) -> Entry:
    return Entry(
        id=2027 * ENTRIES_PER_YEAR + 1,
        year=2027,
        number=1,
        booked_on=on,
        document_on=on,
        text="x",
        source="x",
        reference="S-1",
        amount=euros(amount),
    )


@transaction.atomic
def insert(entry: Entry, debit: str, credit: str) -> None:
    EntryLine.objects.bulk_create(
        EntryLine(
            entry_id=entry.pk,
            account=Account.objects.get(key=key),
            side=side,
            amount=euros(amount),
            sphere=Sphere.IDEAL,
        )
        for key, side, amount in (("BANK", Side.DEBIT, debit), ("DUES", Side.CREDIT, credit))
    )
    Entry.objects.bulk_create([entry])


@pytest.mark.parametrize(
    ("debit", "credit", "entry"),
    [
        ("1.00", "1.01", bare_entry("1.00")),
        ("1.00", "1.00", bare_entry("1.01")),
        ("1.00", "1.00", bare_entry("1.00", on=date(2026, 12, 31))),
    ],
)
def test_the_database_refuses_an_entry_its_lines_do_not_prove(debit, credit, entry):
    with pytest.raises(IntegrityError):
        insert(entry, debit, credit)


def test_the_database_refuses_an_entry_without_lines_and_one_in_a_closed_period(treasurer):
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.bulk_create([bare_entry("1.00")])
    close_period(last_day=DAY, reason="Abschluss", by=treasurer, on=date(2027, 2, 2))
    with pytest.raises(IntegrityError):
        insert(bare_entry("1.00"), "1.00", "1.00")


def test_cents_that_floats_can_not_add_are_proven_exactly(treasurer):
    post_entry(
        on=DAY,
        text="x",
        lines=[
            Line("BANK", debit=Decimal("0.30")),
            Line("DUES", credit=Decimal("0.10")),
            Line("DONATION", credit=Decimal("0.20")),
        ],
        source="test.case",
        reference="S-1",
        by=treasurer,
    )
    assert EntryLine.objects.with_sums() == {"debit": Decimal("0.30"), "credit": Decimal("0.30")}
