"""Check constraints that every model uses."""

from django.db.models import CheckConstraint, Choices, F, Q


def choices_constraint(field: str, choices: type[Choices], *, name: str) -> CheckConstraint:
    """Only the listed values may stand in `field`. Name it `<app>_<model>_<field>_known`."""
    return CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=name)


def period_constraint(*, name: str, start: str = "valid_from", end: str = "valid_until") -> CheckConstraint:
    """An open or non-empty period: `end` is exclusive and lies after `start`."""
    return CheckConstraint(condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": F(start)}), name=name)
