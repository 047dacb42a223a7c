"""Two examinations: that of 2025 from the appointment to the discharge, that of 2026 in progress."""

from datetime import date

from apps.examination.domain.examining import add_finding, answer, appoint_auditors, ask, conclude, tick
from apps.examination.domain.sampling import draw_sample
from apps.examination.issuing import draft_discharge, sign_report
from apps.examination.models import Examination
from apps.organisation.enums import DecisionSubject
from apps.portal.demo.cast import Cast
from apps.portal.demo.decisions import decide
from apps.resolutions.calculations import Counts
from apps.resolutions.domain.deciding import Meeting, record_decision
from apps.resolutions.domain.drafting import propose
from apps.resolutions.enums import Mode
from apps.resolutions.models import Resolution

CONCLUSION = (
    "Wir haben die Bücher, Belege und Kontoauszüge des Rumpfgeschäftsjahres 2025 geprüft. Die Bestände sind nachgewiesen, alle "
    "Beiträge sind nach dem Beschluss der Mitgliederversammlung erhoben. Die Ausgaben dienten den Zwecken der Satzung und hielten "
    "sich im Haushaltsplan."
)


def appoint(cast: Cast, year: int, resolution: Resolution, *, on: date) -> Examination:
    first, second = cast.people["pruefung"], cast.people["pruefung2"]
    auditors = [(first, cast.cities["Leipzig"]), (second, cast.cities["Hannover"])]
    return appoint_auditors(year, auditors, resolution=resolution, by=cast.board, on=on)


def examine_2025(cast: Cast, resolution: Resolution) -> None:
    """Sample, one question with its answer, a finding, the report signed by both."""
    first, second = cast.people["pruefung"], cast.people["pruefung2"]
    examination = appoint(cast, 2025, resolution, on=date(2025, 10, 20))
    examination = draw_sample(examination, size=10, seed="Würfel 3-1-5-6", by=first)
    asked, *others = examination.items.select_related("examination", "entry").order_by("-entry__amount", "entry_id")
    question = ask(
        examination,
        "Liegt zu dieser Buchung der Bescheid oder Beschluss bei den Belegen, und ist das Geld zweckgebunden?",
        item=asked,
        by=second,
        on=date(2026, 3, 9),
    )
    text = "Der Bescheid der Stiftung vom 06.10.2025 liegt bei den Kontoauszügen. Der Zuschuss gilt der Gründung und ist nicht weiter gebunden."
    answer(question, text, by=cast.treasurer, on=date(2026, 3, 12))
    for item in others:
        tick(item, by=first, on=date(2026, 3, 9))
    asked.refresh_from_db()
    tick(asked, by=second, on=date(2026, 3, 16))
    add_finding(
        examination,
        weight="remark",
        text="Die Rechnung der Druckerei vom 15.12.2025 wurde erst im Januar 2026 bezahlt. Sie steht am Jahresende bei den "
        "Verbindlichkeiten.",
        advice="Rechnungen um den Jahreswechsel vor den Feiertagen anweisen.",
        by=first,
    )
    conclude(examination, text=CONCLUSION, recommendation="grant", by=first)
    for auditor in (first, second):
        examination = sign_report(examination, by=auditor, on=date(2026, 3, 20))


def discharge_2025(cast: Cast) -> None:
    """The motion the auditors drafted, before the assembly: the three members of the board don't vote (§ 34 BGB)."""
    examination = Examination.objects.get(year=2025)
    motion = draft_discharge(examination, by=cast.people["pruefung"], on=date(2026, 3, 23))
    motion = propose(motion, by=cast.board, on=date(2026, 10, 1))
    meeting = Meeting(Mode.IN_PERSON, place="Augsburg", agenda_item="TOP 5", convened_on=date(2026, 10, 1))
    counts = Counts(24, 0, 1, excluded=3, present=28, members=29)
    record_decision(motion, counts=counts, announced=True, meeting=meeting, by=cast.board, on=date(2026, 10, 22))


def examine_2026(cast: Cast) -> None:
    """In progress: a sample is drawn, some entries are ticked, one question waits for its answer."""
    first, second = cast.people["pruefung"], cast.people["pruefung2"]
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
    examination = appoint(cast, 2026, resolution, on=date(2026, 11, 2))
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
