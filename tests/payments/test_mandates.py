"""Mandates: valid, revoked, lapsed, used; their originals; our number as a creditor."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.members.models import City
from apps.payments.domain.collecting import collectable
from apps.payments.domain.creditor import set_creditor_id
from apps.payments.domain.errors import MandateNotPossible, RunNotPossible
from apps.payments.domain.mandates import revoke_mandate, state_of
from apps.payments.duties import duties
from apps.payments.enums import MandateState
from apps.payments.models import Mandate
from apps.pdf.text import pdf_text
from tests.payments.conftest import BONN, DUE, KOELN, TODAY, mandate
from tests.waiting import resolve


def test_mandates_are_valid_revoked_lapsed_or_used(mandates, treasurer):
    bonn, koeln = mandates
    assert state_of(bonn, TODAY) == MandateState.VALID
    assert state_of(bonn, date(2029, 5, 4)) == MandateState.LAPSED
    revoke_mandate(bonn, reason="Brief vom 1. März", by=treasurer, on=TODAY)
    assert state_of(Mandate.objects.get(pk=bonn.pk), TODAY) == MandateState.REVOKED
    koeln.sequence, koeln.last_collected_on = "OOFF", DUE
    assert state_of(koeln, DUE) == MandateState.USED
    assert [each.mandate for each in collectable(DUE)] == [koeln]


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 12, 31),
        date(2027, 2, 27),
        date(2027, 2, 28),
        date(2027, 3, 1),
        date(2027, 3, 30),
        date(2027, 3, 31),
        date(2029, 5, 3),
        date(2029, 5, 4),
    ],
)
def test_the_list_filters_by_the_same_rules(bank, treasurer, day):
    signed = [
        date(2023, 12, 31),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
        date(2024, 3, 31),
        date(2026, 5, 4),
    ]
    for place, signed_on in enumerate(signed):
        mandate("Bonn", BONN, treasurer, reference=f"L-{place}", signed_on=signed_on)
    revoke_mandate(mandate("Köln", KOELN, treasurer), reason="Brief", by=treasurer, on=TODAY)
    mandate("München", KOELN, treasurer, reference="EINMAL", sequence="OOFF")
    Mandate.objects.filter(reference="EINMAL").update(last_collected_on=date(2026, 6, 1))
    rows = list(Mandate.objects.all())
    for state in MandateState:
        found = set(Mandate.objects.in_state(state, day).values_list("pk", flat=True))
        assert found == {row.pk for row in rows if row.state_on(day, 36) == state}, state
    assert {row.state_on(date(2027, 3, 1), 36) for row in rows} == set(MandateState)


def lapsing(user, on: date) -> list[str]:
    return [duty.title for duty in resolve(duties(user, on)) if "verf" in duty.title]


def test_the_treasurer_is_told_six_months_before_a_mandate_lapses(bank, treasurer, board_member):
    mandate("Bonn", BONN, treasurer, signed_on=date(2024, 9, 30))  # lapses on 30.09.2027
    koeln = mandate("Köln", KOELN, treasurer, signed_on=date(2024, 9, 15))
    one, two = "1 Lastschriftmandat verfällt bald", "2 Lastschriftmandate verfallen bald"
    assert lapsing(treasurer, date(2027, 3, 14)) == []
    assert lapsing(treasurer, date(2027, 3, 15)) == [one]
    assert (lapsing(treasurer, date(2027, 3, 30)), lapsing(board_member, date(2027, 3, 30))) == ([two], [])

    Mandate.objects.filter(pk=koeln.pk).update(last_collected_on=DUE)
    assert lapsing(treasurer, date(2027, 3, 30)) == [one]
    assert lapsing(treasurer, date(2027, 9, 29)) == [one]
    assert lapsing(treasurer, date(2027, 9, 30)) == []  # lapsed


def test_a_mandate_with_a_newer_one_may_lapse_in_silence(bank, treasurer):
    mandate("Bonn", BONN, treasurer, reference="alt", signed_on=date(2024, 4, 1))
    assert len(lapsing(treasurer, TODAY)) == 1
    mandate("Bonn", KOELN, treasurer, reference="neu", signed_on=date(2027, 2, 1))
    assert lapsing(treasurer, TODAY) == []


def test_the_list_shows_the_day_and_finds_what_lapses_soon(bank, client, treasurer, time_machine):
    time_machine.move_to(TODAY, tick=False)
    mandate("Bonn", BONN, treasurer, signed_on=date(2024, 4, 1))
    mandate("Köln", KOELN, treasurer)
    client.force_login(treasurer)
    page = client.get(reverse("payments:mandates")).content.decode()
    assert ("01.04.2027" in page, "04.05.2029" in page) == (True, True)
    page = client.get(reverse("payments:mandates"), {"stand": "lapsing"}).content.decode()
    assert ("01.04.2027" in page, "04.05.2029" in page) == (True, False)
    ordered = client.get(reverse("payments:mandates"), {"sortierung": "-lapses_on"}).content.decode()
    assert ordered.index("04.05.2029") < ordered.index("01.04.2027")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reference": "x" * 36}, "reference"),
        ({"reference": "Köln"}, "reference"),
        ({"reference": "doppelt"}, "reference"),
        ({"iban": "DE02120300000000202052"}, "iban"),
        ({"signed_on": date(2027, 3, 2)}, "signed_on"),
    ],
)
def test_an_unsound_mandate_is_refused(bank, treasurer, changes, field):
    mandate("Bonn", BONN, treasurer, reference="doppelt")
    with pytest.raises(MandateNotPossible) as refused:
        mandate("Köln", **{"iban": KOELN, "by": treasurer} | changes)
    assert refused.value.field == field
    assert Mandate.objects.count() == 1


def test_a_mandate_without_reference_gets_the_next_one(bank, treasurer):
    mandate("Bonn", BONN, treasurer, reference="M-2027-0001")
    assert mandate("Köln", KOELN, treasurer, reference="").reference == "M-2027-0002"


def test_the_creditor_identifier_must_be_right(bank, treasurer):
    with pytest.raises(RunNotPossible) as refused:
        set_creditor_id(value="DE97ZZZ09999999999", valid_from=TODAY, by=treasurer)
    assert refused.value.field == "value"


def test_a_mandate_and_its_original_by_clicks(bank, client, treasurer, time_machine):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    data = {
        "city": City.objects.get(name="Bonn").pk,
        "debtor_name": "Stadtkasse Bonn",
        "iban": "DE02 1203 0000 0000 2020 51",
        "instrument": "CORE",
        "sequence": "RCUR",
        "signed_on": "04.05.2026",
    }
    refused = client.post(reverse("payments:new_mandate"), data | {"iban": "DE02"}).content.decode()
    assert "ist nicht gültig" in refused
    client.post(reverse("payments:new_mandate"), data)
    second_click = client.post(reverse("payments:new_mandate"), data).content.decode()
    assert "schon erfasst, mit der Referenz M-2027-0001" in second_click
    given = Mandate.objects.get()
    page = client.get(given.get_absolute_url()).content.decode()
    assert "fehlt in der Ablage" in page
    paper = SimpleUploadedFile("mandat.txt", b"unterschrieben", "text/plain")
    client.post(reverse("payments:original", args=[given.pk]), {"file": paper})
    given.refresh_from_db()
    assert (given.document.access, given.document.city) == ("treasury", given.city)
    again = client.post(
        reverse("payments:original", args=[given.pk]), {"file": SimpleUploadedFile("neu.txt", b"anders", "text/plain")}
    )
    assert "liegt schon in der Ablage" in again.content.decode()
    assert "gültig" in client.get(reverse("payments:mandates") + "?stand=valid").content.decode()
    assert "Nichts gefunden" in client.get(reverse("payments:mandates") + "?stand=lapsed").content.decode()
    client.post(reverse("payments:revoke", args=[given.pk]), {"reason": "Brief"})
    assert state_of(Mandate.objects.get(), TODAY) == MandateState.REVOKED


def test_a_form_for_the_city_to_sign(bank, client, treasurer, time_machine):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    city = City.objects.get(name="Bonn")
    data = {"city": city.slug, "instrument": "CORE", "sequence": "RCUR", "days": "14"}
    first, second = (client.post(reverse("payments:blank"), data).url for _click in range(2))
    assert ("reference=M-2027-0001" in first, "reference=M-2027-0002" in second) == (True, True)
    answer = client.get(first)
    text = " ".join(pdf_text(answer.content).split())
    assert answer["Content-Type"] == "application/pdf"
    assert all(said in text for said in ("M-2027-0001", "DE98ZZZ09999999999", "innerhalb von acht Wochen"))
    assert client.get(first.replace("M-2027-0001", "Köln")).status_code == 404
    assert client.get(first.replace("bonn", "nirgends")).status_code == 404
    assert mandate("Bonn", BONN, treasurer, reference="").reference == "M-2027-0003"
