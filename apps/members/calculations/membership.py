"""Rules about membership that need no database."""

from calendar import monthrange
from datetime import date
from enum import StrEnum


class EndRule(StrEnum):
    """When a membership may end after notice (statutes, BGB § 39 Abs. 2)."""

    ANY = "any"
    YEAR_END = "year_end"


def add_months(day: date, months: int) -> date:
    """The same day `months` later; a missing day becomes the last of that month (BGB § 188 Abs. 3)."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def membership_end(received: date, months: int, end_rule: EndRule, *, cap_years: int | None = None) -> date:
    """Return the last day of membership after a notice received on `received` (BGB § 39).

    The period of `months` starts on receipt; under YEAR_END the end is the first 31 December not before the period
    has run out. Statutes may not bind a member longer than `cap_years` (§ 39 Abs. 2: two years at most).
    """
    end = add_months(received, months)
    if end_rule is EndRule.YEAR_END:
        end = date(end.year, 12, 31)
    if cap_years is not None:
        end = min(end, add_months(received, 12 * cap_years))
    return end


def is_eligible(population: int, threshold: int, operator: str) -> bool:
    """Whether a city is large enough: `operator` is ">" (»über 250.000«) or ">=" (»ab 250.000«)."""
    if operator not in {">", ">="}:
        raise ValueError(f"unknown operator {operator!r}")
    return population > threshold if operator == ">" else population >= threshold
