"""Reductions of single cities: one at a time, unless somebody says that two were meant."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.roles import Role
from apps.dues.domain import errors
from apps.dues.domain.schedules import end_relief, grant_relief
from apps.dues.models import FeeRelief
from tests.factories.dues import make_network, make_preview, make_resolution
from tests.factories.resolutions import make_draft

pytestmark = pytest.mark.django_db


def test_a_relief_entered_twice_is_refused_and_another_kind_is_asked_for(client_of):
    [kiel] = make_network(("Kiel", 252_668))
    client, url = client_of(Role.TREASURER), reverse("dues:relief_create")
    resolution = make_resolution()
    data = {
        "city": kiel.pk,
        "kind": "hardship",
        "percent": "50",
        "valid_from": "2027-01-01",
        "valid_until": "2027-07-01",
    }
    data |= {"resolution": resolution.pk, "reason": "Haushaltssicherung"}
    assert client.post(url, data).status_code == 302
    for changes in ({}, {"is_additional": "on"}, {"valid_from": "2027-06-30", "valid_until": ""}):
        refused = client.post(url, data | changes)
        text = (
            "Für Kiel gilt vom 01.01.2027 bis 30.06.2027 schon: Ermäßigung im Einzelfall, 50 Prozent "
            f"(Beschluss {resolution.reference}). Bitte ändern Sie den Zeitraum."
        )
        assert refused.context["form"].errors == {"valid_from": [text]}
    other = data | {"kind": "lead_city", "percent": "10", "valid_until": ""}
    asked = client.post(url, other).context["form"].errors
    assert list(asked) == ["is_additional"]
    assert resolution.reference in str(asked)
    assert client.post(url, other | {"is_additional": "on"}).status_code == 302
    assert (
        client.post(url, data | {"valid_from": "2027-07-01", "valid_until": "", "is_additional": "on"}).status_code
        == 302
    )
    assert FeeRelief.objects.count() == 3
    assert make_preview().total.amount == Decimal("966.46")  # 2,147.68 less 50, less 10 percent
    first = FeeRelief.objects.filter(kind="hardship").earliest("valid_from")
    later = {"valid_until": "2028-01-01", "reason": "verlängert"}
    prolonged = client.post(reverse("dues:relief_end", args=[first.pk]), later).context["form"].errors
    assert "ab 01.07.2027" in str(prolonged["valid_until"])


def test_a_relief_is_prolonged_only_where_no_other_holds():
    """A second one of another kind is granted beside it, by whoever says so."""
    [kiel] = make_network(("Kiel", 252_668))
    first = grant(kiel, "hardship", date(2027, 1, 1), date(2027, 7, 1))
    grant(kiel, "lead_city", date(2028, 1, 1), None)
    with pytest.raises(errors.ReliefOverlaps, match=r"ab 01\.01\.2028") as refused:
        end_relief(first, valid_until=date(2028, 1, 2), reason="verlängert", by=None)
    assert refused.value.field == "valid_until"
    assert end_relief(first, valid_until=date(2028, 1, 1), reason="verlängert", by=None).valid_until.year == 2028


def test_a_relief_needs_an_adopted_resolution_and_an_end_after_its_beginning(client_of):
    [kiel] = make_network(("Kiel", 252_668))
    with pytest.raises(errors.ResolutionMissing) as refused:
        grant(kiel, "hardship", date(2027, 1, 1), None, resolution=make_draft())
    assert refused.value.field == "resolution"
    data = {"city": kiel.pk, "kind": "hardship", "percent": "50", "valid_from": "2027-01-01", "reason": "Sicherung"}
    data |= {"valid_until": "2027-01-01", "resolution": make_resolution().pk}
    page = client_of(Role.TREASURER).post(reverse("dues:relief_create"), data)
    assert page.context["form"].errors == {"valid_until": ["Das Ende muss nach dem Beginn am 01.01.2027 liegen."]}
    assert not FeeRelief.objects.exists()


def grant(city, kind, valid_from, valid_until, *, resolution=None):
    return grant_relief(
        city=city,
        kind=kind,
        percent=Decimal(50),
        valid_from=valid_from,
        valid_until=valid_until,
        resolution=resolution or make_resolution(),
        reason="wie beschlossen",
        by=None,
    )
