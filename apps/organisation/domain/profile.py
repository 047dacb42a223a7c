"""Acts on the profile and its logo."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.core.colours import READABLE, contrast
from apps.core.errors import DomainError
from apps.organisation.calculations import PNG_START, LogoRefused, clean_svg, png_size
from apps.organisation.domain.bank_details import check_bic, check_iban
from apps.organisation.domain.queries import current_profile
from apps.organisation.models import Profile

LOGO_BYTES = 200 * 1024
LOGO_EDGE = 2000
SUFFIX = re.compile(r"[\s,]*e\.\s*V\.$")


class ColourUnreadable(DomainError):
    """White text could not be read on this colour."""


class LogoNotUsable(DomainError):
    """The file is no picture that may serve as logo."""


def locked_profile() -> Profile:
    return Profile.objects.select_for_update().first() or current_profile()


@transaction.atomic
def update_profile(changes: Mapping[str, Any], *, by: User | None) -> Profile:
    """Write the particulars that differ, after checking bank details and colour (WCAG 2.2: contrast at least 4.5).

    The suffix »e. V.« comes from the legal form (BGB § 65); typed as well, letters would name it twice.
    """
    checked = checked_changes(changes)
    profile = locked_profile()
    changed = {field: value for field, value in checked.items() if getattr(profile, field) != value}
    if changed or profile._state.adding:
        with act("organisation.profile_changed", profile, by=by, data={"fields": sorted(changed)}):
            for field, value in changed.items():
                setattr(profile, field, value)
            profile.save()
    return profile


def checked_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(changes)
    if "name" in checked:
        checked["name"] = SUFFIX.sub("", checked["name"])
    if checked.get("iban"):
        checked["iban"] = check_iban(checked["iban"])
    if checked.get("bic"):
        checked["bic"] = check_bic(checked["bic"])
    if "colour" in checked:
        checked["colour"] = check_colour(checked["colour"])
    return checked


def check_colour(text: str) -> str:
    colour = text.strip().lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise ColourUnreadable(
            _("Bitte geben Sie die Farbe in der Form #rrggbb an, zum Beispiel #003366."), field="colour"
        )
    ratio = contrast(colour, "#ffffff")
    if ratio < READABLE:
        raise ColourUnreadable(
            _(
                "Weiße Schrift ist auf dieser Farbe schlecht lesbar (Kontrast %(ratio)s statt mindestens 4,5). "
                "Bitte wählen Sie eine dunklere Farbe."
            )
            % {"ratio": f"{ratio:.1f}".replace(".", ",")},
            field="colour",
        )
    return colour


@transaction.atomic
def set_logo(content: bytes, *, by: User | None, at: datetime) -> Profile:
    """Take a PNG or a cleaned SVG as the logo."""
    svg, png = read_logo(content)
    profile = locked_profile()
    with act("organisation.logo_changed", profile, by=by, data={"bytes": len(content)}):
        profile.logo_svg, profile.logo_png, profile.logo_changed_at = svg, png, at
        profile.save()
    return profile


@transaction.atomic
def remove_logo(*, by: User | None, at: datetime) -> Profile:
    """Show the name only."""
    profile = locked_profile()
    if profile.has_logo:
        with act("organisation.logo_removed", profile, by=by):
            profile.logo_svg, profile.logo_png, profile.logo_changed_at = "", None, at
            profile.save()
    return profile


def read_logo(content: bytes) -> tuple[str, bytes | None]:
    """The SVG text or the PNG bytes of an uploaded file."""
    if len(content) > LOGO_BYTES:
        raise LogoNotUsable(_("Die Datei ist zu groß. Erlaubt sind 200 kB."), field="logo")
    try:
        if not content.startswith(PNG_START):
            return clean_svg(content), None
        if max(png_size(content)) > LOGO_EDGE:
            raise LogoNotUsable(_("Das Bild ist zu groß. Erlaubt sind 2.000 mal 2.000 Bildpunkte."), field="logo")
    except LogoRefused:
        raise LogoNotUsable(
            _("Diese Datei kann nicht als Logo dienen. Bitte nehmen Sie ein Bild im Format SVG oder PNG."), field="logo"
        ) from None
    return "", content
