"""Meetings and their costs, through pages and acts."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from apps.budget.domain.cost_queries import cost_overview, meeting_expenses, network_years
from apps.budget.domain.costs import CostEntry, record_cost, record_meeting
from apps.budget.models import BorneCost, NetworkMeeting
from apps.budget.prints import cost_print
from apps.core.templatetags.formats import euro
from apps.documents.models import Document
from apps.ledger.models import CostCentre
from tests.factories.ledger import make_expense
from tests.factories.members import make_delegate, make_member

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 1)


@pytest.fixture
def cities(db):
    return [make_member("Augsburg", population=300_000), make_member("Bonn", population=330_000)]


@pytest.fixture
def meeting(cities, treasurer) -> NetworkMeeting:
    return record_meeting(
        title="Treffen Augsburg",
        host=cities[0],
        starts_on=date(2025, 5, 14),
        ends_on=date(2025, 5, 15),
        participants=35,
        cities=cities,
        by=treasurer,
    )


def test_lead_city_enters_its_own_costs_and_others_see_nothing(client_for, meeting, cities) -> None:
    client = client_for(make_delegate(cities[0]))
    url = meeting.get_absolute_url()
    form = {"city": cities[0].pk, "category": "room", "kind": "inkind", "net": "2.400", "valuation": "rent"}
    file = SimpleUploadedFile("liste.txt", b"Mietverzeichnis")
    assert client.post(f"{url}kosten/", form | {"file": file}).url == url
    cost = BorneCost.objects.get()
    assert (cost.gross.amount, cost.city, cost.evidence) == (Decimal(2400), cities[0], Document.objects.get())
    client.post(f"/haushalt/treffen/kosten/{cost.pk}/", form | {"net": "2.500", "vat": "475"})
    assert BorneCost.objects.get().gross.amount == Decimal(2975)
    assert "2.975,00" in client.get(url).content.decode()
    other = client_for(make_delegate(cities[1]))
    assert [other.get(page).status_code for page in (url, f"{url}kosten/", f"/haushalt/treffen/kosten/{cost.pk}/")] == [
        404
    ] * 3
    assert client.get("/haushalt/treffen/jahre/").status_code == 404
    client.post(f"/haushalt/treffen/kosten/{cost.pk}/entfernen/", {"reason": "doppelt"})
    assert (BorneCost.objects.count(), BorneCost.history.count()) == (0, 3)


def test_lead_city_cannot_enter_for_another(client_for, meeting, cities) -> None:
    form = {"city": cities[1].pk, "category": "room", "kind": "cash", "net": "1"}
    answer = client_for(make_delegate(cities[0])).post(f"{meeting.get_absolute_url()}kosten/", form)
    assert list(answer.context["form"].errors) == ["city"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "cash", "valuation": "rent"}, "valuation"),
        ({"kind": "inkind", "valuation": ""}, "valuation"),
        ({"kind": "inkind", "valuation": "none"}, "net"),
        ({"kind": "cash", "net": "0"}, "net"),
        ({"kind": "cash", "net": "viel"}, "net"),
    ],
)
def test_amount_and_valuation_must_fit(client_for, treasurer, meeting, cities, wrong, field) -> None:
    form = {"city": cities[0].pk, "category": "room", "net": "10", "valuation": ""} | wrong
    answer = client_for(treasurer).post(f"{meeting.get_absolute_url()}kosten/", form)
    assert list(answer.context["form"].errors) == [field]
    assert not BorneCost.objects.exists()


def test_database_refuses_a_wrong_sum_and_an_unvalued_gift(meeting, cities) -> None:
    for fields in ({"kind": "cash", "gross": 11}, {"kind": "inkind", "valuation": "", "gross": 10}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BorneCost.objects.create(meeting=meeting, city=cities[0], category="room", net=10, **fields)


def test_not_valued_counts_as_zero_and_is_named_in_print(client_for, treasurer, meeting, cities) -> None:
    record_cost(meeting, cities[0], CostEntry("staff", "inkind", Decimal(0), valuation="none"), by=treasurer, on=DAY)
    record_cost(meeting, cities[0], CostEntry("catering", "cash", Decimal(1960)), by=treasurer, on=DAY)
    found = cost_overview(2025)
    assert (found.total, found.participant_days, [share.equal for share in found.shares]) == (
        Decimal(1960),
        70,
        [Decimal(980), Decimal(980)],
    )
    assert [share.by_population for share in found.shares] == [Decimal("933.33"), Decimal("1026.67")]
    client_for(treasurer).post("/haushalt/treffen/jahre/2025/pdf/")
    document = Document.objects.get(origin="budget.network_costs")
    assert (document.access, document.title[:31]) == ("treasury", "Kostenübersicht Netzwerkjahr 20")
    assert client_for(treasurer).get("/haushalt/treffen/jahre/2025/").status_code == 200
    assert client_for(treasurer).get("/haushalt/treffen/jahre/2023/").status_code == 404


def test_before_printing_the_sums_of_the_print_are_shown(client_for, treasurer, meeting, cities) -> None:
    record_cost(meeting, cities[0], CostEntry("catering", "cash", Decimal(1960)), by=treasurer, on=DAY)
    record_cost(meeting, cities[0], CostEntry("room", "inkind", Decimal(40), valuation="rent"), by=treasurer, on=DAY)
    make_expense("500.00", on=date(2025, 4, 1), by=treasurer)
    facts = client_for(treasurer).get("/haushalt/treffen/jahre/2025/pdf/").context["facts"]
    assert [(label, shown.replace("\xa0", " ")) for label, shown in facts] == [
        ("Kosten des Netzwerkjahres", "2.500,00 €"),
        ("von Städten bezahlt", "1.960,00 €"),
        ("Sachleistungen der Städte", "40,00 €"),
        ("Ausgaben des Vereins", "500,00 €"),
    ]
    assert tuple(facts) == cost_print(2025, on=DAY).facts[:4]


def test_both_legal_forms_stand_in_one_table(client_for, treasurer, meeting, cities) -> None:
    record_cost(meeting, cities[0], CostEntry("catering", "cash", Decimal(1960)), by=treasurer, on=DAY)
    make_expense("500.00", on=date(2026, 4, 1), by=treasurer)
    assert [(year.year, year.cash, year.association, year.total) for year in network_years()] == [
        (2025, Decimal(1960), Decimal(0), Decimal(1960)),
        (2026, Decimal(0), Decimal(500), Decimal(500)),
    ]
    assert "1.960,00" in client_for(treasurer).get("/haushalt/treffen/jahre/").content.decode()
    empty = client_for(treasurer).get("/haushalt/treffen/jahre/2026/").content.decode()
    assert "Keine Kosten von Städten erfasst" in empty
    assert "500,00" in empty


def test_a_year_and_the_list_of_years_agree_and_expenses_for_meetings_are_named(
    client_for, treasurer, meeting, cities
) -> None:
    record_cost(meeting, cities[0], CostEntry("catering", "cash", Decimal(1960)), by=treasurer, on=DAY)
    centre = CostCentre.objects.create(number="T2025", name="Treffen 2025", kind="meeting", valid_from=date(2025, 1, 1))
    make_expense("500.00", on=date(2025, 4, 1), by=treasurer)
    make_expense("250.00", on=date(2025, 5, 1), centre=centre, by=treasurer)
    assert [(each.centre, each.amount) for each in meeting_expenses(2025)] == [(centre, Decimal(250))]
    client = client_for(treasurer)
    page, years = (client.get(f"/haushalt/treffen/jahre/{part}").content.decode() for part in ("2025/", ""))
    assert ("2.710,00" in page, "2.710,00" in years) == (True, True)
    assert ("Ausgaben des Vereins für Treffen" in page, "T2025 Treffen 2025" in page) == (True, True)
    facts = dict(cost_print(2025, on=DAY).facts)
    assert (facts["Kosten des Netzwerkjahres"], facts["Ausgaben des Vereins"]) == (euro(2710), euro(750))


def test_a_city_is_told_which_meetings_it_may_see(client_for, meeting, cities, treasurer) -> None:
    page = client_for(make_delegate(cities[1])).get("/haushalt/treffen/").content.decode()
    assert ("Ihre Stadt hat noch kein Treffen ausgerichtet" in page, "Erfassen Sie" in page) == (True, False)
    assert "Treffen Augsburg" in client_for(make_delegate(cities[0])).get("/haushalt/treffen/").content.decode()
