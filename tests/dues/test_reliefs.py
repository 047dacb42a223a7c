"""Reductions of single cities: one at a time, unless somebody says that two were meant."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.roles import Role
from apps.dues.models import FeeRelief
from tests.factories.dues import make_network, make_preview, make_resolution

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
