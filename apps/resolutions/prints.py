"""What the certified extract and the book of resolutions show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.audit.models import Anchor
from apps.bodies.models import Body
from apps.core.templatetags.formats import day
from apps.pdf.qr import link_qr_svg
from apps.resolutions.models import Resolution, Supersession


@dataclass(frozen=True)
class Proof:
    """How a reader checks the print: number, address, the head of the journal when it was printed."""

    number: str
    url: str
    anchor: Anchor

    @property
    def code(self) -> Any:
        return link_qr_svg(self.url)

    @property
    def journal(self) -> str:
        return _("Protokollstand: Eintrag %(sequence)s, Prüfwert %(hash)s") % {
            "sequence": self.anchor.sequence,
            "hash": self.anchor.hash,
        }


@dataclass(frozen=True)
class ExtractPrint:
    """One adopted resolution, certified."""

    resolution: Resolution
    organisation: str
    printed_on: date
    superseded_by: tuple[Supersession, ...] = ()

    @property
    def title(self) -> str:
        return _("Beschlussausfertigung %(reference)s") % {"reference": self.resolution.reference}

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Pairs of label and value at the head (§ 8.7 of the house's document rules); empty ones are left out."""
        resolution = self.resolution
        pairs = [
            (_("Beschlussnummer"), resolution.reference or ""),
            (_("Gremium"), str(resolution.body)),
            (_("Gegenstand"), str(resolution.get_kind_display())),
            (_("Tag der Entscheidung"), day(resolution.decided_on)),
            (_("Form und Ort"), ", ".join(filter(None, (resolution.get_mode_display(), resolution.place)))),
            (_("Tagesordnungspunkt"), resolution.agenda_item),
            (_("Wirksam ab"), self.effect),
        ]
        return [(label, value) for label, value in pairs if value]

    @property
    def effect(self) -> str:
        if self.resolution.effective_on:
            return day(self.resolution.effective_on)
        return _("mit der Eintragung in das Vereinsregister (§ 71 BGB)")

    @property
    def votes(self) -> list[tuple[str, int | None]]:
        resolution = self.resolution
        rows: list[tuple[str, int | None]] = [
            (_("Ja"), resolution.yes),
            (_("Nein"), resolution.no),
            (_("Enthaltungen"), resolution.abstentions),
            (_("ungültig"), resolution.invalid),
            (_("nicht stimmberechtigt (§ 34 BGB)"), resolution.excluded),
            (_("anwesend oder vertreten"), resolution.present),
            (_("Mitglieder"), resolution.members),
        ]
        return [(label, count) for label, count in rows if count is not None]

    @property
    def convening(self) -> str:
        """What was stated about the invitation and the quorum; says so where nothing was stated."""
        resolution = self.resolution
        sentences = []
        if resolution.convened_on:
            sentences.append(_("Die Einladung wurde am %s versandt.") % day(resolution.convened_on))
        if resolution.is_subject_announced:
            sentences.append(_("Der Gegenstand war bei der Einberufung bezeichnet (§ 32 Abs. 1 Satz 2 BGB)."))
        if resolution.is_quorate:
            sentences.append(_("Die Beschlussfähigkeit wurde festgestellt."))
        return " ".join(sentences) or _("Zur Einberufung ist nichts festgehalten.")

    @property
    def wording(self) -> str:
        version = self.resolution.final_version
        return version.numbered_html if version else ""


@dataclass(frozen=True)
class BookPrint:
    """All adopted resolutions of a body and year in the order of their numbers."""

    body: Body
    year: int
    extracts: tuple[ExtractPrint, ...]

    @property
    def title(self) -> str:
        return _("Beschlussbuch %(body)s %(year)s") % {"body": self.body, "year": self.year}

    @property
    def facts(self) -> list[tuple[str, str]]:
        references = [extract.resolution.reference or "" for extract in self.extracts]
        return [
            (_("Gremium"), str(self.body)),
            (_("Jahr"), str(self.year)),
            (_("Beschlüsse"), f"{len(references)}"),
            (_("Nummern"), f"{references[0]} – {references[-1]}" if references else "–"),
        ]
