"""Resolutions, budgets and a position paper."""

from datetime import date

from apps.budget.issuing import print_plan
from apps.organisation.enums import DecisionSubject
from apps.papers.domain.signing import Signer, sign
from apps.papers.domain.writing import draft_paper, freeze, revise_paper
from apps.papers.enums import LegalBasis, PaperType
from apps.papers.issuing import publish as publish_paper
from apps.papers.models import Paper
from apps.portal.demo.budgets import put_budget_in_force
from apps.portal.demo.cast import Cast
from apps.portal.demo.texts import (
    AUDITORS_2025,
    BUDGET_2025,
    BUDGET_2026,
    BUDGET_2027,
    DATA_FIRST,
    DATA_PAPER,
    DECLARATION,
    DECLARATION_FIRST,
    DIALOGUE,
    DUES_2025,
    MEETING_2028,
    ORDINANCE,
    SELF_ORGANISED,
)
from apps.resolutions.calculations import Counts
from apps.resolutions.domain.consequences import publish
from apps.resolutions.domain.deciding import Meeting, record_decision
from apps.resolutions.domain.drafting import draft_resolution, propose
from apps.resolutions.enums import Mode
from apps.resolutions.issuing import issue_extract
from apps.resolutions.models import Resolution


def decide(
    cast: Cast,
    *,
    body: str,
    kind: DecisionSubject,
    title: str,
    html: str,
    on: date,
    counts: Counts,
    place: str,
    item: str,
    reasoning: str = "",
) -> Resolution:
    """Draft, propose and adopt in one go, with three weeks between proposal and vote."""
    proposed_on = date.fromordinal(on.toordinal() - 21)
    draft = draft_resolution(
        body=cast.bodies[body], kind=kind, title=title, html=html, reasoning=reasoning, by=cast.board, on=proposed_on
    )
    proposed = propose(draft, by=cast.board, on=proposed_on)
    meeting = Meeting(Mode.IN_PERSON, place=place, agenda_item=item, convened_on=proposed_on)
    return record_decision(proposed, counts=counts, announced=True, meeting=meeting, by=cast.board, on=on)


def decide_past(cast: Cast) -> dict[str, Resolution]:
    """What was decided before the dues of 2026."""
    resolutions = {
        "network": decide(
            cast,
            body="NT",
            kind=DecisionSubject.NETWORK,
            title="Fortführung des Großstadtnetzwerks in eigener Verantwortung",
            html=SELF_ORGANISED,
            on=date(2024, 3, 14),
            counts=Counts(13, 0, 1, present=14, members=14),
            place="Frankfurt am Main",
            item="TOP 4",
        ),
        "ordinance": decide(
            cast,
            body="MV",
            kind=DecisionSubject.DUES,
            title="Beitragsordnung",
            html=ORDINANCE,
            on=date(2025, 10, 10),
            counts=Counts(24, 2, 1, present=27, members=29),
            place="Augsburg",
            item="TOP 7",
            reasoning="Der Verein braucht eine verlässliche Grundlage. Der Satz folgt dem Vorbild anderer Städtenetzwerke.",
        ),
        "budget2026": decide(
            cast,
            body="MV",
            kind=DecisionSubject.BUDGET,
            title="Haushaltsplan 2026",
            html=BUDGET_2026,
            on=date(2025, 10, 10),
            counts=Counts(26, 0, 1, present=27, members=29),
            place="Augsburg",
            item="TOP 8",
        ),
    }
    extracts = list(resolutions.values())
    resolutions |= decide_first_year(cast)
    for resolution in extracts:
        issue_extract(resolution, by=cast.board, on=date(2025, 10, 24))
    publish(resolutions["network"], by=cast.board, on=date(2024, 4, 2))
    put_budget_in_force(cast, 2026, resolutions["budget2026"], on=date(2025, 9, 12))
    return resolutions


def decide_first_year(cast: Cast) -> dict[str, Resolution]:
    """What the assembly of October 2025 decided for the months that were left of the year."""
    found = {}
    for key, kind, title, html, item in (
        ("dues2025", DecisionSubject.DUES, "Startbeitrag 2025", DUES_2025, "TOP 9"),
        ("budget2025", DecisionSubject.BUDGET, "Haushaltsplan 2025", BUDGET_2025, "TOP 10"),
        ("auditors2025", DecisionSubject.ELECTION, "Wahl der Kassenprüfer:innen für 2025", AUDITORS_2025, "TOP 11"),
    ):
        found[key] = decide(
            cast,
            body="MV",
            kind=kind,
            title=title,
            html=html,
            on=date(2025, 10, 10),
            counts=Counts(26, 0, 1, present=27, members=29),
            place="Augsburg",
            item=item,
        )
    return found


def decide_present(cast: Cast) -> None:
    """The autumn of 2026: the next budget is in force, one motion is in draft, one waits for the vote."""
    resolution = decide(
        cast,
        body="MV",
        kind=DecisionSubject.BUDGET,
        title="Haushaltsplan 2027",
        html=BUDGET_2027,
        on=date(2026, 10, 22),
        counts=Counts(25, 1, 2, present=28, members=29),
        place="Augsburg",
        item="TOP 6",
    )
    issue_extract(resolution, by=cast.board, on=date(2026, 10, 22))
    plan = put_budget_in_force(cast, 2027, resolution, on=date(2026, 9, 30))
    print_plan(plan, by=cast.treasurer, on=date(2026, 10, 26))
    draft_resolution(
        body=cast.bodies["MV"],
        kind=DecisionSubject.ASSEMBLY,
        title="Ständiger Dialog mit Bund und Ländern zum Ganztag",
        html=DIALOGUE,
        reasoning="Der Rechtsanspruch gilt seit August 2026 stufenweise. Die großen Städte tragen die Umsetzung.",
        by=cast.board,
        on=date(2026, 11, 9),
    )
    waiting = draft_resolution(
        body=cast.bodies["VS"],
        kind=DecisionSubject.BOARD,
        title="Netzwerktreffen 2028: Vergabe des Staffelstabs",
        html=MEETING_2028,
        by=cast.board,
        on=date(2026, 11, 2),
    )
    propose(waiting, by=cast.board, on=date(2026, 11, 16))


SIGNED = (
    ("Augsburg", "vorstand", date(2026, 7, 20)),
    ("Dortmund", "vorstand2", date(2026, 7, 22)),
    ("München", "muenchen", date(2026, 8, 3)),
    ("Dresden", "dresden", date(2026, 8, 17)),
    ("Wiesbaden", "wiesbaden", date(2026, 8, 24)),
)


def write_papers(cast: Cast) -> None:
    """One paper is signed by some of the cities and published; one waits for the signatures of the others."""
    published = write_paper(cast, "Ganztag gelingt vor Ort", DECLARATION_FIRST, DECLARATION, on=date(2026, 6, 8))
    for city, person, day in SIGNED:
        give(published, cast, city, person, on=day)
    publish_paper(published, by=cast.board, on=date(2026, 9, 15))
    waiting = write_paper(
        cast, "Bildungsdaten gehören in die Hand der Städte", DATA_FIRST, DATA_PAPER, on=date(2026, 10, 12)
    )
    for city, person, _day in SIGNED[:3]:
        give(waiting, cast, city, person, on=date(2026, 11, 10))


def write_paper(cast: Cast, title: str, first: str, second: str, *, on: date) -> Paper:
    paper = draft_paper(type=PaperType.POSITION_PAPER, title=title, html=first, place="Augsburg", by=cast.board, on=on)
    revised_on = date.fromordinal(on.toordinal() + 14)
    paper = revise_paper(
        paper,
        html=second,
        base_version=paper.text.versions.latest("number"),
        note="Hinweise aus Köln und Hamburg",
        by=cast.board,
        on=revised_on,
    )
    frozen_on = date.fromordinal(revised_on.toordinal() + 10)
    return freeze(paper, by=cast.board, on=frozen_on, sign_until=date.fromordinal(frozen_on.toordinal() + 56))


def give(paper: Paper, cast: Cast, city: str, person: str, *, on: date) -> None:
    sign(paper, city=cast.cities[city], signer=Signer(LegalBasis.EXPERT_LEVEL), by=cast.people[person], on=on)
