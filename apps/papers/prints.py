"""What the printed paper shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day
from apps.papers.domain.queries import SignatureStatus
from apps.papers.models import Paper
from apps.pdf.qr import link_qr_svg


@dataclass(frozen=True)
class PaperPrint:
    """A frozen or published paper with its signature block."""

    paper: Paper
    status: SignatureStatus
    number: str
    url: str
    printed_on: date

    @property
    def title(self) -> str:
        return str(self.paper.title)

    @property
    def facts(self) -> list[tuple[str, str]]:
        paper = self.paper
        pairs = [
            (_("Art"), f"{paper.get_type_display()} ({paper.get_level_display()})"),
            (_("Ort und Datum"), ", ".join(filter(None, (paper.place, day(paper.published_on or paper.frozen_on))))),
            (_("Fassung"), str(paper.frozen_version)),
            (_("Gerichtet an"), "; ".join(paper.addressee_lines)),
            (_("Knüpft an"), str(paper.builds_on) if paper.builds_on else ""),
        ]
        return [(label, value) for label, value in pairs if value]

    @property
    def wording(self) -> str:
        return paper_wording(self.paper)

    @property
    def adoption(self) -> str:
        """The line of the resolution that adopted the paper, if there is one."""
        resolution = self.paper.resolution
        if not (resolution and resolution.is_adopted):
            return ""
        return _("Beschlossen: %(body)s, %(reference)s vom %(day)s. %(outcome)s") % {
            "body": resolution.body,
            "reference": resolution.reference,
            "day": day(resolution.decided_on),
            "outcome": resolution.outcome,
        }

    @property
    def code(self) -> Any:
        return link_qr_svg(self.url)


def paper_wording(paper: Paper) -> str:
    return paper.frozen_version.numbered_html if paper.frozen_version else ""
