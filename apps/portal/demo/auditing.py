"""The examination of 2026, in progress: a sample is drawn, some entries are ticked, one question waits for its answer."""

from datetime import date

from apps.accounts.domain.people import invite_person
from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.examination.domain.examining import add_finding, appoint_auditors, ask, draw_sample, tick
from apps.organisation.enums import DecisionSubject
from apps.portal.demo.cast import NETWORK_FROM, Cast
from apps.portal.demo.decisions import decide
from apps.resolutions.calculations import Counts

YEAR = 2026


def second_auditor(cast: Cast) -> User:
    return invite_person(
        email="pruefung2@demo.example",
        first_name="Ralf",
        last_name="Brinkmann",
        roles=[Role.AUDITOR],
        by=cast.admin,
        on=NETWORK_FROM,
    )


def examine_year(cast: Cast) -> None:
    first, second = cast.people["pruefung"], second_auditor(cast)
    resolution = decide(
        cast,
        body="MV",
        kind=DecisionSubject.ELECTION,
        title="Bestellung der Kassenprüfer:innen für 2026",
        html="<p>Heike Lorenz (Leipzig) und Ralf Brinkmann (Hannover) prüfen die Kasse des Jahres 2026.</p>",
        on=date(2026, 10, 22),
        counts=Counts(28, 0, 0, present=28, members=29),
        place="Augsburg",
        item="TOP 9",
    )
    examination = appoint_auditors(
        YEAR,
        [(first, cast.cities["Leipzig"]), (second, cast.cities["Hannover"])],
        resolution=resolution,
        by=cast.board,
        on=date(2026, 11, 2),
    )
    examination = draw_sample(examination, size=12, seed="Würfel 4-2-6-1", by=first)
    *ticked, asked, _left = examination.items.select_related("examination", "entry")
    for item in ticked[:6]:
        tick(item, by=first, on=date(2026, 11, 17))
    ask(
        examination,
        "Auf dem Beleg fehlt die Freigabe durch ein zweites Vorstandsmitglied. Wer hat freigegeben?",
        item=asked,
        by=first,
        on=date(2026, 11, 18),
    )
    add_finding(
        examination,
        weight="note",
        text="Die Belege sind vollständig und geordnet.",
        advice="Weiter so; bei Auslagen den Zweck immer dazuschreiben.",
        by=second,
    )
