import struct

import pytest
from django.utils import timezone

from apps.organisation.domain import bank_details, profile, queries
from apps.organisation.models import Profile
from tests.factories.organisation import make_profile

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + struct.pack(">II", 40, 20)
    + b"\x08\x06\x00\x00\x00"
    + b"0" * 12
)
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)">'
    b"<script>alert(1)</script><foreignObject/><style>@import 'x'</style>"
    b'<path d="M0 0h9" fill="#036" onclick="x()"/><rect fill="url(https://example.org/x)" width="3"/>'
    b'<use xlink:href="https://example.org/x"/><use href="#a"/><image href="data:x"/></svg>'
)


def test_one_profile_and_only_what_differs_is_written(admin_user) -> None:
    make_profile()
    make_profile(town="Augsburg", email="neu@example.org")
    assert Profile.objects.count() == 1
    assert Profile.history.count() == 2
    make_profile(email="neu@example.org")
    assert Profile.history.count() == 2


@pytest.mark.parametrize("iban", ["DE89 3704 0044 0532 0130 00", "de79000000001234567890"])
def test_valid_iban_is_stored_without_spaces(iban) -> None:
    assert bank_details.check_iban(iban) == iban.replace(" ", "").upper()


@pytest.mark.parametrize(
    ("iban", "reason"),
    [
        ("DE79000000001234567891", "Die Prüfziffer stimmt nicht."),
        ("DE8937040044053201300", "Sie hat die falsche Länge. Eine deutsche IBAN hat 22 Stellen."),
        ("XY89370400440532013000", "Sie beginnt nicht mit einem bekannten Länderkürzel."),
        ("keine", "Sie enthält Zeichen, die dort nicht stehen können."),
    ],
)
def test_wrong_iban_names_the_reason(iban, reason) -> None:
    with pytest.raises(bank_details.IbanInvalid) as error:
        make_profile(iban=iban)
    assert reason in error.value.message
    assert error.value.field == "iban"


def test_wrong_bic() -> None:
    with pytest.raises(bank_details.BicInvalid):
        make_profile(bic="COBA")


@pytest.mark.parametrize("colour", ["#ffcc00", "blau", "#12345"])
def test_colour_must_carry_white_text(colour) -> None:
    with pytest.raises(profile.ColourUnreadable):
        make_profile(colour=colour)


def test_svg_logo_is_cleaned(client) -> None:
    make_profile()
    stored = profile.set_logo(SVG, by=None, at=timezone.now()).logo_svg
    for forbidden in ("script", "onload", "onclick", "foreignObject", "example.org", "style", "image", "data:"):
        assert forbidden not in stored
    assert 'd="M0 0h9"' in stored
    assert 'href="#a"' in stored
    answer = client.get(queries.current_profile().logo_url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a",
        b"",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"\x89PNG\r\n\x1a\nkurz",
        b"x" * (profile.LOGO_BYTES + 1),
    ],
)
def test_no_other_file_becomes_the_logo(content) -> None:
    make_profile()
    with pytest.raises(profile.LogoNotUsable):
        profile.set_logo(content, by=None, at=timezone.now())
    assert not Profile.objects.get().has_logo


def test_png_logo_is_served_wrapped_for_prints_and_removed(client) -> None:
    make_profile()
    found = profile.set_logo(PNG, by=None, at=timezone.now())
    assert client.get(found.logo_url).content == PNG
    assert 'viewBox="0 0 40 20"' in queries.letterhead(timezone.localdate()).logo_svg
    profile.remove_logo(by=None, at=timezone.now())
    assert client.get("/einstellungen/logo").status_code == 404


def test_colour_sheet_is_public(client) -> None:
    make_profile(colour="#003366")
    answer = client.get("/einstellungen/farbe.css")
    assert answer.content == b":root{--brand:#003366;--brand-text:#ffffff;--brand-action:#003366}"
