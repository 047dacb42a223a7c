from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.ledger.domain.cost_centres import change_cost_centre, open_cost_centre
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.errors import CostCentreInUse, CostCentreNotOpen
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.domain.queries import account_sheet, cost_centre_sums
from apps.ledger.models import Account, CostCentre, EntryLine

pytestmark = pytest.mark.django_db
DAY = date(2027, 2, 1)
YEAR = {"start": date(2027, 1, 1), "end": date(2027, 12, 31)}


@pytest.fixture
def meeting(treasurer) -> CostCentre:
    return open_cost_centre(number="T1", name="Augsburg", kind="meeting", valid_from=date(2027, 1, 1), by=treasurer)


@pytest.fixture
def general(treasurer) -> CostCentre:
    return open_cost_centre(number="A", name="Allgemein", kind="general", valid_from=date(2027, 1, 1), by=treasurer)


def spend(user, *parts, on=DAY):
    total = sum(Decimal(amount) for _, amount in parts)
    lines = [Line("ROOM", debit=Decimal(amount), cost_centre=centre) for centre, amount in parts]
    lines.append(Line("BANK", credit=total))
    return post_entry(on=on, text="Miete", lines=lines, source="test.case", reference="S-1", by=user)


def test_what_a_meeting_cost_stands_on_its_cost_centre_and_a_reversal_takes_it_back(treasurer, meeting, general):
    entry = spend(treasurer, (meeting, "70.00"), (general, "30.00"), (None, "5.00"))
    [row] = cost_centre_sums(meeting, **YEAR)
    assert (row.account.key, row.debit, row.credit) == ("ROOM", Decimal(70), 0)

    room = Account.objects.get(key="ROOM")
    assert account_sheet(room, **YEAR).closing == Decimal(105)
    assert account_sheet(room, **YEAR, cost_centre=general).closing == Decimal(30)

    reverse_entry(entry, by=treasurer, on=DAY, reason="Irrtum")
    [row] = cost_centre_sums(meeting, **YEAR)
    assert (row.debit, row.credit, row.closing) == (Decimal(70), Decimal(70), 0)


def test_nothing_is_booked_on_a_cost_centre_that_is_not_open(treasurer, meeting):
    with pytest.raises(CostCentreNotOpen):
        spend(treasurer, (meeting, "1.00"), on=date(2026, 12, 31))
    change = {"number": "T1", "name": "Augsburg", "kind": "meeting"}
    spend(treasurer, (meeting, "1.00"))
    with pytest.raises(CostCentreInUse):
        change_cost_centre(meeting, **change, valid_until=DAY, by=treasurer)
    closed = change_cost_centre(meeting, **change, valid_until=date(2027, 2, 2), by=treasurer)
    with pytest.raises(CostCentreNotOpen):
        spend(treasurer, (closed, "1.00"), on=date(2027, 2, 2))
    with pytest.raises(CostCentreInUse):
        change_cost_centre(meeting, **change | {"number": "T2"}, valid_until=None, by=treasurer)


def test_journal_and_sheet_are_narrowed_to_a_cost_centre(client_for, treasurer, auditor, meeting, general):
    first, second = spend(treasurer, (meeting, "1.00")), spend(treasurer, (general, "2.00"))
    client = client_for(auditor)
    shown = client.get(reverse("ledger:journal"), {"kostenstelle": "T1"}).content.decode()
    assert str(first) in shown
    assert str(second) not in shown
    sheet = client.get(reverse("ledger:account", args=["50000"]), {"von": "2027-01-01", "kostenstelle": "A"})
    assert sheet.context["sheet"].closing == Decimal(2)
    page = client.get(meeting.get_absolute_url(), {"von": "2027-01-01"}).content.decode()
    assert "50000 Raummieten" in page
    assert "1,00 €" in page


def test_a_line_by_hand_carries_its_cost_centre(client_for, treasurer, meeting):
    CostCentre.objects.update(valid_from=date(2020, 1, 1))
    data = {
        "on": "2026-02-01",
        "document_on": "2026-02-01",
        "text": "Miete",
        "own_reason": "Beleg verloren",
        "account_1": Account.objects.get(key="ROOM").pk,
        "debit_1": "10,00",
        "cost_centre_1": meeting.pk,
        "account_2": Account.objects.get(key="BANK").pk,
        "credit_2": "10,00",
    }
    client_for(treasurer).post(reverse("ledger:post"), data)
    assert {line.account.key: line.cost_centre for line in EntryLine.objects.all()} == {"ROOM": meeting, "BANK": None}


def test_cost_centres_are_opened_and_closed_on_pages(client_for, treasurer, meeting):
    client = client_for(treasurer)
    new = {"number": "T1", "name": "Bonn", "kind": "meeting", "valid_from": "2027-01-01"}
    assert "Nummer T1 ist schon vergeben" in client.post(reverse("ledger:open_cost_centre"), new).content.decode()
    client.post(reverse("ledger:open_cost_centre"), new | {"number": "T2"})
    client.post(
        reverse("ledger:change_cost_centre", args=["T1"]),
        {"number": "T1", "name": "Augsburg 2027", "kind": "meeting", "valid_until": "2028-01-01"},
    )
    assert [str(centre) for centre in CostCentre.objects.all()] == ["T1 Augsburg 2027", "T2 Bonn"]
    assert CostCentre.objects.get(number="T1").valid_until == date(2028, 1, 1)
