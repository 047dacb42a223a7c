"""Who carries a paper."""

from dataclasses import dataclass
from datetime import date

from apps.members.domain.queries import member_cities, population_figures
from apps.members.models import City
from apps.papers.calculations import Signatory, carried_by, ordered, percent
from apps.papers.enums import SignatureOrder
from apps.papers.models import Paper, Signature


@dataclass(frozen=True)
class SignatureStatus:
    """n of m member cities on a day, with the block of signatures."""

    signatories: list[Signatory]
    members: int
    on: date

    @property
    def signed(self) -> int:
        return len(self.signatories)

    @property
    def sentence(self) -> str:
        return carried_by(self.signed, self.members, self.on)

    @property
    def percent(self) -> int:
        return percent(self.signed, self.members)


def carrying_signatures(paper: Paper) -> list[Signature]:
    return list(Signature.objects.carrying(paper).select_related("city", "user", "proof"))


def signature_status(paper: Paper, on: date) -> SignatureStatus:
    """The signatures under the frozen version in the paper's order, and how many members there are on that day."""
    rows = carrying_signatures(paper)
    figures = {}
    if paper.signature_order == SignatureOrder.POPULATION:
        figures = population_figures([row.city for row in rows], published_by=on)
    block = [
        Signatory(
            row.city.name,
            row.person_name,
            row.person_function,
            row.signed_on,
            row.is_first_signatory,
            figures[row.city_id].value if row.city_id in figures else None,
            row.basis,
        )
        for row in rows
    ]
    return SignatureStatus(ordered(block, paper.signature_order), member_cities(on).count(), on)


def cities_still_silent(paper: Paper, on: date) -> list[City]:
    """Members that have not signed the frozen version. Silence is neutral; the list only serves those who ask."""
    return list(member_cities(on).exclude(pk__in=Signature.objects.carrying(paper).values("city_id")))


def former_signatures(paper: Paper) -> list[Signature]:
    """Withdrawn ones and those under earlier versions: history, not printed."""
    rows = paper.signatures.select_related("city", "version", "withdrawal").order_by("-signed_on", "-pk")
    return [row for row in rows if not row.is_active or row.version_id != paper.frozen_version_id]
