"""The steps of the association's year, which the start page fetches and which have a page of their own."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.roles import Role
from tests.factories.dues import TODAY, make_association, make_network
from tests.factories.members import make_delegate

pytestmark = pytest.mark.django_db
STEPS = re.compile(r'year__day">(.*?)</span>\s*<a[^>]*>(.*?)</a>\s*<span[^>]*>(.*?)</span>', re.DOTALL)


def steps(page: str) -> list[tuple[str, ...]]:
    return [
        tuple(re.sub(r"<[^>]+>", "", part).replace("\xa0", " ").strip() for part in step)
        for step in STEPS.findall(page)
    ]


def test_the_year_holds_what_is_due_and_what_is_done(client_of, time_machine) -> None:
    time_machine.move_to(TODAY)
    make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    client, url = client_of(Role.TREASURER), reverse("portal:year")
    wanted = [
        ("30.04.2026", "Beiträge 2027 vorankündigen", "überfällig"),
        ("31.01.2027", "Beiträge 2027 erheben", "steht an"),
        ("30.04.2027", "Beiträge 2028 vorankündigen", "steht an"),
    ]
    assert steps(client.get(url).content.decode())[:3] == wanted
    time_machine.move_to(date(2027, 2, 1))
    assert steps(client_of(Role.TREASURER).get(url).content.decode())[1] == (
        "31.01.2027",
        "Beiträge 2027 erheben",
        "überfällig",
    )


def test_the_start_page_fetches_the_list_alone(client_of, time_machine) -> None:
    time_machine.move_to(TODAY)
    make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    client, url = client_of(Role.TREASURER), reverse("portal:year")
    start = client.get("/").content.decode()
    assert f'hx-get="{url}"' in start
    assert "Beiträge 2028 vorankündigen" not in start.partition("Der Jahreslauf")[2]
    fetched = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fetched
    assert steps(fetched) == steps(client.get(url).content.decode())


def test_who_takes_no_steps_is_shown_no_year(client: Client, client_of) -> None:
    make_association()
    [city] = make_network(("Köln", 1_024_621))
    client.force_login(make_delegate(city))
    assert "Der Jahreslauf" not in client.get("/").content.decode()
    assert "Zurzeit steht kein Schritt an." in client.get(reverse("portal:year")).content.decode()
    assert "Der Jahreslauf" in client_of(Role.TREASURER).get("/").content.decode()
