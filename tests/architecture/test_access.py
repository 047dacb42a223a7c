"""Every named address for every role: who gets an answer, and that nobody else changes anything."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.audit.templatetags.audit import history_url
from tests.architecture.addresses import ADDRESSES, PEOPLE, Address, own_names
from tests.architecture.world import BANK_TEXT, BONN_SECRETS, World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("world")]


def test_every_address_has_its_line() -> None:
    listed = {address.name for address in ADDRESSES}
    assert own_names() - listed == set()
    assert listed - own_names() == set()


def test_every_role_is_tried() -> None:
    assert {name for address in ADDRESSES for name in address.allowed} == set(PEOPLE)


def told(address: Address, name: str, url: str) -> int | str:
    """The status a person should be told, or where she is sent to sign in."""
    if name in address.allowed:
        return address.answer
    return f"{reverse('account_login')}?next={url}" if name == "anonymous" and address.allowed else 404


def surprises(world: World, name: str, ask: Callable[[str], Any], addresses: list[Address]) -> list[str]:
    """Addresses that answer a person otherwise than the table says."""
    found = []
    for address in addresses:
        url = address.url(world)
        response = ask(url)
        to_sign_in = response.status_code == 302 and name == "anonymous"
        answer, expected = response.url if to_sign_in else response.status_code, told(address, name, url)
        if answer != expected:
            found.append(f"{address.name} {address.place}: {answer} instead of {expected}")
    return found


@pytest.fixture
def locks(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tables in which rows were to be locked outside of a transaction: PostgreSQL refuses that, SQLite does not notice."""
    lock, depth, found = QuerySet.select_for_update, len(connection.savepoint_ids), []

    def select_for_update(rows: QuerySet, *arguments: Any, **options: Any) -> QuerySet:
        if len(connection.savepoint_ids) == depth:
            found.append(rows.model._meta.label)
        return lock(rows, *arguments, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", select_for_update)
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_open_what(world: World, locks: list[str], name: str) -> None:
    assert surprises(world, name, world.client(name).get, ADDRESSES) == []
    assert locks == []


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_not_look_may_not_act(world: World, name: str) -> None:
    """An empty POST is all that a page with one button needs; it must not get that far."""
    client, before = world.client(name), JournalEntry.objects.count()
    forbidden = [address for address in ADDRESSES if name not in address.allowed]
    refused = {404, 405} if name in world.people else {302}
    acted = {address.name for address in forbidden if client.post(address.url(world)).status_code not in refused}
    assert acted == set()
    assert JournalEntry.objects.count() == before


def histories() -> Iterator[Any]:
    """Every object that has a history."""
    for model in apps.get_models():
        if hasattr(model, "personal_fields"):
            yield from model._default_manager.all()


def secrets_on(response: HttpResponse) -> list[str]:
    if response.status_code != 200:
        return []
    text = b"".join(response) if response.streaming else response.content
    return [secret for secret in BONN_SECRETS if re.search(rb"%s\b" % re.escape(secret.encode()), text)]


@pytest.mark.parametrize("name", ["koeln", "nobody"])
def test_nobody_reads_what_belongs_to_bonn(world: World, name: str) -> None:
    """Every address of the table, the history of every row and the search: nothing of Bonn's stands there."""
    client = world.client(name)
    urls = [address.url(world) for address in ADDRESSES]
    urls += [history_url(thing) for thing in histories()]
    urls += [f"{reverse('portal:search')}?q=Bonn", f"{reverse('documents:library')}?suche=Bonn"]
    leaks = {url: found for url in urls if (found := secrets_on(client.get(url)))}
    assert leaks == {}


def test_bonn_reads_its_own(world: World) -> None:
    """The words looked for above do stand where they belong."""
    client = world.client("bonn")
    urls = [address.url(world) for address in ADDRESSES]
    seen = {secret for url in urls for secret in secrets_on(client.get(url))}
    assert seen == set(BONN_SECRETS) - {BANK_TEXT}
    assert secrets_on(world.client("treasurer").get(reverse("banking:lines") + "?stand=")) != []
