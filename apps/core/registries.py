"""Words that lower floors offer to the start page and the search; an app registers its part in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True)
class Hit:
    """One result of the search over everything."""

    kind: str
    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Duty:
    """Something that waits for this person. `tone` is info, warning or danger; `due_on` sorts it."""

    title: str
    url: str
    detail: str = ""
    due_on: date | None = None
    tone: str = "info"


@dataclass(frozen=True)
class Found:
    """What is known of rows without reading them: how many, the sum of an amount, and the smallest number, day and name."""

    count: int
    total: Decimal = Decimal(0)
    first: int = 0
    day: date | None = None
    name: str = ""


@dataclass(frozen=True)
class Waiting:
    """Rows to be counted, and the duty (or tile) they make if there are any; `amount`, `first`, `day` and `name` are fields, annotations or expressions for `Found`."""

    rows: QuerySet
    duty: Callable[[Found], Any] = lambda _found: None
    amount: Any = None
    first: Any = None
    day: Any = None
    name: Any = None


@dataclass(frozen=True)
class Milestone:
    """A step of the association's year, to be taken by the day `on`; done as soon as there are such rows.

    Where `needed` is given, it is a step of that year only if there are such rows.
    """

    title: str
    on: date
    url: str
    done: QuerySet
    needed: QuerySet | None = None


@dataclass(frozen=True)
class Note:
    """A remark of an upper floor on a page of a lower one."""

    title: str
    detail: str = ""
    url: str = ""
    tone: str = "info"


SearchProvider = Callable[[Any, str], Iterable[Hit]]
DutyProvider = Callable[[Any, date], Iterable[Duty | Waiting]]
MilestoneProvider = Callable[[Any, Sequence[int]], Iterable[Milestone]]
NoteProvider = Callable[[Any, Any], Iterable[Note]]
ActionProvider = Callable[[Any, Any], Iterable[Any]]

search_providers: list[SearchProvider] = []
duty_providers: list[DutyProvider] = []
milestone_providers: list[MilestoneProvider] = []
job_permissions: dict[str, str] = {}
note_providers: dict[str, list[NoteProvider]] = {}
action_providers: dict[str, list[ActionProvider]] = {}


def register_search(provider: SearchProvider) -> SearchProvider:
    """`provider(user, query)` yields at most ten hits this user may see, in one query."""
    search_providers.append(provider)
    return provider


def register_duties(provider: DutyProvider) -> DutyProvider:
    """`provider(user, today)` yields what is due for this user, in few queries; what only has to be counted as `Waiting`."""
    duty_providers.append(provider)
    return provider


def register_milestones(provider: MilestoneProvider) -> MilestoneProvider:
    """`provider(user, years)` yields the steps that this user takes in the course of these years, in at most one query."""
    milestone_providers.append(provider)
    return provider


def register_job(kind: str, permission: str) -> None:
    """Everybody with `permission` may follow jobs of this kind, not only the person who started them."""
    job_permissions[kind] = permission


def register_notes(place: str, provider: NoteProvider) -> None:
    """`provider(user, object)` yields remarks for the page `place` (e.g. "dues.account"), in a constant number of queries."""
    note_providers.setdefault(place, []).append(provider)


def notes_for(place: str, user: Any, thing: Any) -> list[Note]:
    return [note for provider in note_providers.get(place, ()) for note in provider(user, thing)]


def register_actions(place: str, provider: ActionProvider) -> None:
    """`provider(user, object)` yields `core.views.Action`s of an upper floor for the page `place`; they come first there."""
    action_providers.setdefault(place, []).append(provider)


def actions_for(place: str, user: Any, thing: Any = None) -> list[Any]:
    return [action for provider in action_providers.get(place, ()) for action in provider(user, thing)]
