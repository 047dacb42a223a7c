"""Every list of the house: as many queries for three rows as for one, and files with exactly the rows that are shown."""

import csv
import re
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from apps.core.views import TablePage
from tests.architecture.addresses import ADDRESSES, PEOPLE, Address, named_patterns
from tests.architecture.crowd import crowd
from tests.architecture.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("world")]
MOST_QUERIES = 20
ROWS = 3
DUST = re.compile(r"\d,\d{7,}")


def lists() -> dict[str, type[TablePage]]:
    """Every list in the URLconf."""
    views = {name: getattr(pattern.callback, "view_class", None) for name, _address, pattern in named_patterns()}
    return {name: view for name, view in views.items() if view is not None and issubclass(view, TablePage)}


def addresses_of_lists() -> Iterator[Any]:
    for name in sorted(lists()):
        address = next(address for address in ADDRESSES if address.name == name and "preview" not in address.place)
        yield pytest.param(address, id=name)


@pytest.fixture(scope="module")
def crowded(world: World, django_db_blocker: Any) -> World:
    with django_db_blocker.unblock():
        crowd(world)
    return world


@pytest.fixture
def client(crowded: World, address: Address) -> Client:
    """Somebody who may see the list, best who sees most."""
    name = next(name for name in ("treasurer", "board", "office", *PEOPLE) if name in address.allowed)
    return crowded.client(name)


@pytest.fixture
def shown_only(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that lets every list show only the rows with these keys."""
    narrow = TablePage.narrow

    def limit(keys: list[Any] | None) -> None:
        def narrowed(page: TablePage, queryset: QuerySet) -> QuerySet:
            rows = narrow(page, queryset)
            return rows if keys is None else rows.filter(pk__in=keys)

        monkeypatch.setattr(TablePage, "narrow", narrowed)

    return limit


def open_list(client: Client, url: str) -> tuple[HttpResponse, int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
    assert response.status_code == 200
    return response, len(queries)


@pytest.mark.parametrize("address", list(addresses_of_lists()))
def test_more_rows_need_no_more_queries(world: World, client: Client, address: Address, shown_only: Any) -> None:
    url = address.url(world)
    response, _first = open_list(client, url)
    keys = [row.pk for row in response.context["rows"]][:ROWS]
    assert len(keys) == ROWS, "the world has too few rows for this list"
    alone = []
    for key in keys:
        shown_only([key])
        alone.append(open_list(client, url)[1])
    shown_only(keys)
    _response, together = open_list(client, url)
    assert together <= max(alone), (together, alone)
    assert together <= MOST_QUERIES


@pytest.mark.parametrize("address", list(addresses_of_lists()))
def test_files_hold_the_rows_that_are_shown(world: World, client: Client, address: Address) -> None:
    url = address.url(world)
    page = client.get(url).context
    shown = page["table"]
    labels = [str(column.label) for column in page["view"].shown_columns if column.export is not False]
    rows = page["paginator"].count + bool(shown.totals)
    file = load_workbook(BytesIO(client.get(url, {"export": "xlsx"}).content)).active
    from_xlsx = [list(row) for row in file.iter_rows(values_only=True)]
    text = client.get(url, {"export": "csv"}).content.decode("utf-8-sig")
    from_csv = list(csv.reader(StringIO(text), delimiter=";"))
    assert (from_xlsx[0], from_csv[0]) == (labels, labels)
    shown_text = client.get(url).content.decode()
    assert [DUST.findall(each) for each in (text, shown_text)] == [[], []]
    assert (len(from_xlsx) - 1, len(from_csv) - 1) == (rows, rows)
