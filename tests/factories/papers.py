"""Papers and signatures for tests, through the acts."""

from datetime import date
from io import BytesIO
from typing import Any

import pypdfium2

from apps.accounts.models import User
from apps.members.models import City
from apps.papers.domain.signing import Signer, sign
from apps.papers.domain.writing import draft_paper, freeze
from apps.papers.enums import LegalBasis, PaperType
from apps.papers.models import Paper, Signature

DAY = date(2026, 11, 20)
DEMANDS = (
    "<h2>Anlass</h2><p>Ganztag ist eine gemeinsame Aufgabe.</p><h2>Forderungen</h2>"
    "<ol><li>Bund und Länder finanzieren dauerhaft.</li><li>Städte entscheiden vor Ort.</li></ol>"
)


def make_letter() -> bytes:
    """An empty page as PDF."""
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_paper(**fields: Any) -> Paper:
    defaults: dict[str, Any] = {
        "type": PaperType.DECLARATION,
        "title": "Augsburger Erklärung",
        "html": DEMANDS,
        "place": "Augsburg",
        "addressees": "Bundesministerium für Bildung\nKultusministerkonferenz",
        "by": None,
        "on": date(2026, 11, 2),
    }
    return draft_paper(**defaults | fields)


def make_frozen(*, sign_until: date | None = None, **fields: Any) -> Paper:
    return freeze(make_paper(**fields), by=None, on=date(2026, 11, 10), sign_until=sign_until)


def make_signature(paper: Paper, city: City, user: User, *, day: date = DAY, **fields: Any) -> Signature:
    signer = Signer(**{"legal_basis": LegalBasis.DEPUTY_MAYOR, "function": "Bildungsdezernentin"} | fields)
    return sign(paper, city=city, signer=signer, by=user, on=day)
