"""Closing a year: what stands in the way, what is frozen, what the database refuses afterwards."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.budget.models import BudgetLine, BudgetPlan
from apps.closing.domain.books import Books
from apps.closing.domain.checks import checklist
from apps.closing.domain.closing import (
    adopt_accounts,
    begin_accounts,
    close_year,
    prepare_accounts,
    record_examination,
    return_accounts,
)
from apps.closing.domain.errors import (
    ChecksFailed,
    EarlierYearOpen,
    FiguresChanged,
    SamePerson,
    YearBegun,
    YearNotOver,
)
from apps.closing.domain.statement import build_statement, figures_hash, statement_for
from apps.closing.enums import AccountsState, Level
from apps.closing.models import AnnualAccounts
from apps.core.errors import DomainError
from apps.core.money import euros
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.errors import PeriodClosed
from apps.ledger.domain.proofs import add_voucher
from apps.ledger.models import Account, AccountYear, Entry, PeriodLock
from apps.resolutions.domain.errors import NotAdopted
from tests.factories.closing import (
    NEXT,
    YEAR,
    count_cash_on,
    credit,
    debit,
    make_accounts,
    make_books,
    make_resolution,
    post,
)
from tests.factories.dues import ensure_accounts, make_association
from tests.factories.files import scan
from tests.factories.resolutions import make_draft
from tests.factories.vouchers import make_voucher

pytestmark = pytest.mark.django_db
D = Decimal


def levels(year: int = YEAR) -> dict[str, Level]:
    return {check.title: check.level for check in checklist(Books(year))}


def test_money_counts_in_the_year_it_moved_and_everything_adds_up():
    make_books()
    statement = build_statement(YEAR)
    assert {row.name: row.actual for row in statement.results} == {
        "Mitgliedsbeiträge": D("600.00"),
        "Bewirtung": D("80.00"),
        "Zinserträge": D("30.00"),
        "Teilnahmebeiträge für Veranstaltungen": D("100.00"),
    }
    assert statement.surplus() == D("650.00")
    assert statement.accrual_result == D("850.00")  # 400 of dues still open, 200 for the room still owed
    assert statement.is_proven
    assert statement.net_assets == D("850.00")
    assert [(row.name, row.amount) for row in statement.ages] == [
        ("Forderungen aus Mitgliedsbeiträgen", D("400.00")),
        ("Verbindlichkeiten aus Lieferungen und Leistungen", D("200.00")),
    ]


def test_the_next_year_counts_what_is_paid_late_and_shows_the_year_before():
    make_books()
    post(date(2028, 1, 5), debit("BANK", "400.00"), credit("RECEIVABLE_DUES", "400.00"))
    post(date(2028, 2, 1), debit("PAYABLE", "200.00"), credit("BANK", "200.00"))
    statement = build_statement(2028)
    assert {row.name: (row.actual, row.previous) for row in statement.results}["Mitgliedsbeiträge"] == (
        D("400.00"),
        D("600.00"),
    )
    assert {row.name: row.actual for row in statement.results}["Raummieten"] == D("200.00")
    assert (statement.money_opening, statement.money_closing) == (D("650.00"), D("850.00"))
    hint = next(check for check in checklist(Books(YEAR)) if "Jahreswechsel" in check.title)
    assert hint.level == Level.HINT
    assert "400,00" in hint.detail


def test_suspense_stands_in_the_way_and_is_named():
    make_books()
    accounts = begin_accounts(YEAR, by=None, on=NEXT)
    post(date(YEAR, 8, 1), debit("BANK", "5.00"), credit("SUSPENSE", "5.00"))
    with pytest.raises(ChecksFailed, match="Ungeklärte Zahlungen"):
        prepare_accounts(accounts, by=None, on=NEXT)
    post(date(YEAR, 8, 2), debit("SUSPENSE", "5.00"), credit("OTHER_INCOME", "5.00"))
    assert prepare_accounts(accounts, by=None, on=NEXT).state == AccountsState.PREPARED


def test_a_voucher_left_lying_stands_in_the_way():
    make_books()
    make_association()
    title = "Alle eingegangenen Belege sind gebucht"
    assert levels()[title] == Level.OK
    make_voucher(on=date(YEAR, 12, 30))
    assert levels()[title] == Level.BLOCKER
    with pytest.raises(ChecksFailed, match="1 Beleg ist weder gebucht noch zurückgewiesen"):
        prepare_accounts(begin_accounts(YEAR, by=None, on=NEXT), by=None, on=NEXT)


def test_an_expense_without_its_bill_is_named_with_the_way_to_it(treasurer):
    def found() -> tuple[Level, str, str]:
        checks = (check for check in checklist(Books(YEAR)) if check.title == "Zu jeder Ausgabe liegt die Rechnung vor")
        return next((check.level, check.detail, check.url) for check in checks)

    _dues, _payment, room, catering, _interest = make_books()
    assert found() == (
        Level.WARNING,
        "2 Ausgaben über zusammen 280,00 € belegt nur der Kontoauszug.",
        "/buchhaltung/?jahr=2027&beleg=fehlt",
    )
    for entry in (room, catering):
        add_voucher(entry, filename="rechnung.png", content=scan(str(entry)), by=treasurer, on=NEXT)
    assert found()[0] == Level.OK


def test_cash_is_counted_at_the_end_of_the_year(treasurer):
    def found() -> tuple[Level, str]:
        return next((check.level, check.detail) for check in checklist(Books(YEAR)) if check.title == title)

    make_books()
    title = "Die Kasse ist am Jahresende gezählt"
    assert found() == (Level.OK, "In diesem Jahr gab es keine Barkasse.")
    post(date(YEAR, 8, 1), debit("CASH", "50.00"), credit("BANK", "50.00"))
    assert found() == (Level.WARNING, "Es gibt keine Zählung.")
    count_cash_on(date(YEAR, 9, 1), by=treasurer)
    assert found() == (Level.WARNING, "Zuletzt gezählt am 01.09.2027.")
    count_cash_on(date(YEAR, 12, 31), by=treasurer)
    assert found() == (Level.OK, "50,00 €")


def test_a_year_whose_sums_do_not_follow_from_its_lines_is_not_drawn_up():
    make_books()
    accounts = begin_accounts(YEAR, by=None, on=NEXT)
    AccountYear.objects.filter(account__key="DUES").update(credit=1)
    with pytest.raises(ChecksFailed, match=r"Die Summen des Kontos .* im Jahr 2027 stimmen nicht"):
        prepare_accounts(accounts, by=None, on=NEXT)


def test_lines_without_a_sphere_and_missing_plan_are_said():
    make_books()
    post(date(YEAR, 8, 1), debit("BANK", "5.00"), credit("OTHER_INCOME", "5.00", sphere="unallocated"))
    found = levels()
    assert found["Jede Einnahme und Ausgabe gehört zu einem Bereich"] == Level.WARNING
    assert found["Es gibt einen beschlossenen Haushaltsplan"] == Level.HINT


def test_a_year_is_begun_once_and_prepared_when_it_is_over():
    make_books()
    accounts = begin_accounts(YEAR, by=None, on=date(YEAR, 12, 1))
    with pytest.raises(YearBegun):
        begin_accounts(YEAR, by=None, on=NEXT)
    with pytest.raises(YearNotOver):
        prepare_accounts(accounts, by=None, on=date(YEAR, 12, 31))


def test_frozen_figures_are_those_of_the_books_and_keep_their_hash():
    make_books()
    accounts = make_accounts("prepared")
    accounts.refresh_from_db()
    assert figures_hash(accounts.figures) == accounts.figures_hash == build_statement(YEAR).hash
    assert statement_for(accounts) == build_statement(YEAR)


def test_an_entry_after_preparing_is_found_by_every_later_step(treasurer):
    make_books()
    accounts = make_accounts("prepared")
    late = post(date(YEAR, 12, 30), debit("OFFICE", "9.00"), credit("BANK", "9.00"))
    with pytest.raises(FiguresChanged, match=str(late)):
        record_examination(accounts, result="gut", by=treasurer, on=NEXT)
    accounts = return_accounts(accounts, reason="Nachbuchung", by=treasurer)
    assert (accounts.state, accounts.figures, accounts.figures_hash) == ("draft", None, "")
    prepared = prepare_accounts(accounts, by=None, on=NEXT)
    assert record_examination(prepared, result="gut", by=treasurer, on=NEXT).state == "examined"


def test_who_prepared_does_not_examine(treasurer, auditor):
    make_books()
    accounts = prepare_accounts(begin_accounts(YEAR, by=treasurer, on=NEXT), by=treasurer, on=NEXT)
    with pytest.raises(SamePerson):
        record_examination(accounts, result="gut", by=treasurer, on=NEXT)
    assert record_examination(accounts, result="gut", by=auditor, on=NEXT).examined_by == auditor


def test_only_an_adopted_resolution_adopts():
    make_books()
    accounts = make_accounts("examined")
    with pytest.raises(NotAdopted):
        adopt_accounts(accounts, make_draft(), by=None)


def test_a_closed_year_takes_nothing_any_more():
    entries = make_books()
    accounts = make_accounts("closed")
    assert accounts.lock.last_day == date(YEAR, 12, 31)
    with pytest.raises(PeriodClosed):
        post(date(YEAR, 12, 31), debit("BANK", "1.00"), credit("OTHER_INCOME", "1.00"))
    post(date(2028, 1, 1), debit("BANK", "1.00"), credit("OTHER_INCOME", "1.00"))
    assert Entry.objects.filter(year=YEAR).count() == len(entries)
    verbs = JournalEntry.objects.filter(verb__startswith="closing.").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == [f"closing.{step}" for step in ("begun", "prepared", "examined", "adopted", "closed")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE closing_annualaccounts SET note = 'anders'",
        "UPDATE closing_annualaccounts SET state = 'draft'",
        "DELETE FROM closing_annualaccounts",
        "DELETE FROM ledger_periodlock",
    ],
)
def test_not_even_the_database_reopens(statement: str):
    make_books()
    make_accounts("closed")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AnnualAccounts.objects.get().is_closed
    with pytest.raises(DomainError):
        return_accounts(AnnualAccounts.objects.get(), reason="doch", by=None)


def test_years_are_closed_in_order():
    make_books(2026)
    make_books(YEAR)
    accounts = make_accounts("adopted")
    with pytest.raises(EarlierYearOpen, match="2026"):
        close_year(accounts, by=None, on=NEXT)


def test_a_lock_that_stands_already_is_enough():
    from apps.ledger.domain.periods import close_period

    make_books()
    accounts = make_accounts("adopted")
    lock = close_period(last_day=date(2028, 1, 31), reason="von Hand", by=None, on=NEXT)
    assert close_year(accounts, by=None, on=NEXT).lock == lock
    assert PeriodLock.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_close_once():
    make_books()
    accounts = make_accounts("adopted")
    start = threading.Barrier(2)
    answers: list[Any] = []

    def click() -> None:
        try:
            start.wait()
            answers.append(close_year(accounts, by=None, on=NEXT).state)
        except (DomainError, OperationalError) as error:
            answers.append(type(error).__name__)
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(map(str, answers)) == ["WrongState", "closed"]
    assert PeriodLock.objects.count() == 1
    assert JournalEntry.objects.filter(verb="closing.closed").count() == 1


def test_the_resolution_stands_with_the_accounts():
    make_books()
    accounts = make_accounts("adopted")
    assert accounts.resolution.title == make_resolution().title
    assert accounts.adopted_on == date(2028, 2, 20)


def test_the_plan_of_an_account_is_the_sum_over_its_cost_centres():
    make_books()
    room = Account.objects.get(key="ROOM")
    plan = BudgetPlan.objects.create(year=YEAR, version=1)
    centre = open_cost_centre(number="T27", name="Treffen", kind="meeting", valid_from=date(YEAR, 1, 1), by=None)
    for cost_centre, amount in ((None, 100), (centre, 50)):
        BudgetLine.objects.create(plan=plan, account=room, cost_centre=cost_centre, amount=euros(amount))
    BudgetPlan.objects.filter(pk=plan.pk).update(
        state="adopted", resolution=make_resolution(), adopted_on=date(YEAR, 1, 1)
    )
    [row] = [row for row in build_statement(YEAR).results if row.account == room.number]
    assert (row.plan, row.actual) == (D("150.00"), D(0))


def test_frozen_amounts_are_whole_cents_whatever_the_database_adds_up():
    ensure_accounts()
    for amount in ("0.10", "0.20", "19999999.99", "0.70"):
        post(date(YEAR, 3, 1), debit("BANK", amount), credit("OTHER_INCOME", amount))
    statement = build_statement(YEAR)
    [stock] = statement.as_json()["stock"]
    assert (stock["closing"], statement.as_json()["accrual_result"]) == ("20000000.99", "20000000.99")
    assert statement.is_proven


def test_no_closing_is_begun_for_a_year_before_the_books_began(client_for, treasurer):
    make_books(YEAR)
    with time_machine.travel(datetime(YEAR, 11, 26, 9, tzinfo=UTC), tick=False):
        form = client_for(treasurer).get(reverse("closing:begin")).context["form"]
        refused = client_for(treasurer).post(reverse("closing:begin"), {"year": YEAR - 1})
    assert form["year"].value() == YEAR
    assert refused.context["form"].errors["year"] == [
        f"{YEAR - 1} ist nichts gebucht. Das erste Jahr mit Buchungen ist {YEAR}."
    ]
    assert not AnnualAccounts.objects.exists()
    with time_machine.travel(datetime(YEAR + 1, 2, 1, 9, tzinfo=UTC), tick=False):
        assert client_for(treasurer).get(reverse("closing:begin")).context["form"]["year"].value() == YEAR
