"""Plan against actual in figures."""

from decimal import Decimal

from apps.budget.calculations import PlannedAmount, compare

PLAN = [
    PlannedAmount("40000", "Mitgliedsbeiträge", True, Decimal("142307.34")),
    PlannedAmount("50000", "Raummieten", False, Decimal("12000.00"), "zwei Treffen"),
    PlannedAmount("52000", "Honorare", False, Decimal("3000.00")),
]
ACTUAL = {
    "40000": ("Mitgliedsbeiträge", True, Decimal("100000.00")),
    "50000": ("Raummieten", False, Decimal("12600.01")),
    "63000": ("Kosten des Geldverkehrs", False, Decimal("9.90")),
}


def test_every_planned_and_every_posted_account_stands_once_on_its_side() -> None:
    comparison = compare(PLAN, ACTUAL)
    assert [(f.number, f.planned, f.actual, f.remaining, f.percent) for f in comparison.expenses.figures] == [
        ("50000", Decimal("12000.00"), Decimal("12600.01"), Decimal("-600.01"), 105),
        ("52000", Decimal("3000.00"), Decimal(0), Decimal("3000.00"), 0),
        ("63000", Decimal(0), Decimal("9.90"), Decimal("-9.90"), None),
    ]
    assert [f.number for f in comparison.income.figures] == ["40000"]
    assert (comparison.planned_result, comparison.actual_result) == (Decimal("127307.34"), Decimal("87390.09"))
    assert comparison.is_covered


def test_expense_exceeds_its_plan_only_beyond_the_tolerance() -> None:
    rooms, fees, bank = compare(PLAN, ACTUAL).expenses.figures
    assert [rooms.exceeds(Decimal(5)), rooms.exceeds(Decimal("5.1"))] == [True, False]
    assert (fees.exceeds(Decimal(0)), bank.exceeds(Decimal(50))) == (False, True)


def test_plan_with_more_expenses_than_income_is_not_covered() -> None:
    assert not compare(PLAN[1:], {}).is_covered
    assert compare([], {}).is_covered
