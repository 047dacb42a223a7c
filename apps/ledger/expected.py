"""Money that is booked and still to move, with the day on which it is due. Apps above know the days and tell them here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class DueItem:
    """What is owed and due on a day: to us positive, by us negative."""

    on: date
    amount: Decimal


type DueProvider = Callable[[], Iterable[DueItem]]

providers: list[DueProvider] = []


def register_due_items(provider: DueProvider) -> None:
    """In `AppConfig.ready()`; `provider()` yields what is open with its due day, in one query."""
    providers.append(provider)


def due_items() -> list[DueItem]:
    return [item for provider in providers for item in provider()]
