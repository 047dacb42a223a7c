"""Import of the official register of municipalities (GV100AD, Destatis) with a report of what changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.errors import DomainError
from apps.members.calculations.register import FaultKind, Register, RegisterFault, RegisterRow, read_register
from apps.members.enums import LAND_BY_KEY
from apps.members.models import Municipality, PopulationFigure

MASTER_FIELDS = ("ars", "name", "type", "postcode", "area_ha")
MOST_GONE_AT_ONCE = 200
FIRST_OF_CENSUS_2022 = date(2023, 1, 1)


class RegisterFileWrong(DomainError):
    """The file cannot be taken over; nothing was changed."""


@dataclass
class RegisterReport:
    """What an import changed."""

    total: int = 0
    new: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str, str]] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    figures_added: int = 0
    figures_changed: list[tuple[str, int, int]] = field(default_factory=list)
    published_on: date | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.changed or self.gone or self.figures_added or self.figures_changed)


@dataclass(frozen=True)
class Particulars:
    """What the file itself doesn't say about its figures."""

    reference_date: date | None = None
    census_base: str = ""
    published_on: date | None = None
    source: str = "Statistisches Bundesamt, Gemeindeverzeichnis GV100AD"


@dataclass(frozen=True)
class Complete:
    """Particulars with nothing left open."""

    reference_date: date
    census_base: str
    published_on: date
    source: str


FAULTS = {
    FaultKind.EMPTY: gettext_lazy("Die Datei ist leer."),
    FaultKind.TOO_LARGE: gettext_lazy("Die Datei ist zu groß."),
    FaultKind.ARCHIVE: gettext_lazy("Das Archiv ist beschädigt oder enthält nicht genau ein Gemeindeverzeichnis."),
    FaultKind.ENCODING: gettext_lazy("Zeile %(line)s enthält Zeichen, die nicht in UTF-8 geschrieben sind."),
    FaultKind.FORMAT: gettext_lazy(
        "Die Datei ist kein Gemeindeverzeichnis (GV100AD) und keine CSV-Datei mit Semikolon."
    ),
    FaultKind.SHORT_LINE: gettext_lazy(
        "Zeile %(line)s ist unvollständig (%(value)s Zeichen oder Felder). Die Datei ist vermutlich abgeschnitten."
    ),
    FaultKind.RECORD_TYPE: gettext_lazy("Zeile %(line)s beginnt mit der unbekannten Satzart „%(value)s“."),
    FaultKind.KEY: gettext_lazy("Zeile %(line)s: „%(value)s“ ist kein amtlicher Schlüssel."),
    FaultKind.DUPLICATE: gettext_lazy("Zeile %(line)s: Der Gemeindeschlüssel %(value)s kommt zweimal vor."),
    FaultKind.NAME: gettext_lazy("Zeile %(line)s: Der Name fehlt."),
    FaultKind.TYPE_CODE: gettext_lazy("Zeile %(line)s: „%(value)s“ ist kein bekanntes Textkennzeichen."),
    FaultKind.NUMBER: gettext_lazy("Zeile %(line)s: „%(value)s“ ist dort keine mögliche Zahl."),
    FaultKind.DATE: gettext_lazy("Zeile %(line)s: „%(value)s“ ist kein Datum."),
    FaultKind.MIXED_DATES: gettext_lazy(
        "Zeile %(line)s hat einen anderen Gebietsstand (%(value)s) als die Zeilen davor."
    ),
    FaultKind.COLUMNS: gettext_lazy("In der Kopfzeile fehlt: %(value)s."),
    FaultKind.LAND_MISSING: gettext_lazy(
        "Es fehlen alle Gemeinden des Landes %(value)s. Die Datei ist vermutlich abgeschnitten."
    ),
}


@transaction.atomic
def import_municipalities(content: bytes, *, by: User | None, given: Particulars | None = None) -> RegisterReport:
    """Take over a register file: municipalities new, renamed, changed, gone; figures added or officially corrected.

    One act for the whole file. An older file than the present register adds its figures only. The same file again
    changes nothing. A file with a fault changes nothing (RegisterFileWrong names the line).
    """
    register = parse(content)
    particulars = complete(register, given or Particulars())
    known = {row.ags: row for row in Municipality.objects.all()}
    newest = Municipality.objects.aggregate(newest=Max("as_of"))["newest"]
    is_current = newest is None or register.as_of is None or register.as_of >= newest
    report = RegisterReport(total=len(register.rows), published_on=particulars.published_on)
    created, updated = compare(register, known, report, is_current=is_current)
    figures, corrected = compare_figures(register, known, particulars, report)
    if report.is_empty:
        return report
    with act("members.municipalities_imported", by=by, data=summary(report)):
        try:
            with transaction.atomic():
                for row in bulk.create(Municipality, created, batch_size=1000):
                    known[row.ags] = row
                bulk.update(Municipality, updated, [*MASTER_FIELDS, "land", "as_of", "gone_on"])
                for figure, ags in figures:
                    figure.municipality = known[ags]
                bulk.create(PopulationFigure, [figure for figure, _ags in figures], batch_size=1000)
                bulk.update(PopulationFigure, corrected, ["value", "male", "source", "published_on"])
        except IntegrityError:
            raise RegisterFileWrong(
                _("Das Gemeindeverzeichnis wird eben von jemand anderem eingelesen. Bitte versuchen Sie es erneut.")
            ) from None
    return report


def parse(content: bytes) -> Register:
    try:
        return read_register(content)
    except RegisterFault as fault:
        sentence = FAULTS[fault.kind] % {"line": fault.line, "value": fault.value}
        raise RegisterFileWrong(_("%s Es wurde nichts übernommen.") % sentence, field="file") from None


def complete(register: Register, given: Particulars) -> Complete:
    """What the caller said goes before what the note says; the publication is assumed nine months after the reference day."""
    dated = any(figure.reference_date for row in register.rows[:1] for figure in row.figures)
    reference_date = given.reference_date or register.reference_date or (register.as_of if dated else None)
    if reference_date is None:
        raise RegisterFileWrong(
            _(
                "Die Datei nennt den Stichtag der Einwohnerzahlen nicht. Bitte lesen Sie das ganze Archiv ein "
                "oder geben Sie Stichtag und Zensusbasis an. Es wurde nichts übernommen."
            ),
            field="reference_date",
        )
    base = given.census_base or register.census_base or census_base_of(reference_date)
    published = given.published_on or register.published_on or date(reference_date.year + 1, 9, 30)
    return Complete(reference_date, base, published, given.source)


def census_base_of(day: date) -> str:
    """Which census the figures of a day were first extrapolated from."""
    return "Zensus 2022" if day >= FIRST_OF_CENSUS_2022 else "Zensus 2011"


def compare(
    register: Register, known: dict[str, Municipality], report: RegisterReport, *, is_current: bool
) -> tuple[list[Municipality], list[Municipality]]:
    """Which municipalities to add and to change; writes nothing."""
    if not is_current:
        report.unknown = [row.ags for row in register.rows if row.ags not in known]
        return [], []
    as_of = register.as_of or date.min
    created, updated = [], []
    for row in register.rows:
        present = known.get(row.ags)
        if present is None:
            created.append(Municipality(ags=row.ags, as_of=as_of, **master(row)))
            report.new.append(row.ags)
        elif differs(present, row):
            if present.name != row.name:
                report.renamed.append((row.ags, present.name, row.name))
            report.changed.append(row.ags)
            updated.append(overwrite(present, row, as_of))
    updated += mark_gone(register.rows, known, as_of, report)
    return created, updated


def master(row: RegisterRow) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(row, name) for name in MASTER_FIELDS}
    return values | {"land": LAND_BY_KEY[row.ags[:2]]}


def differs(present: Municipality, row: RegisterRow) -> bool:
    same_area = row.area_ha is None or present.area_ha == row.area_ha
    same = all(getattr(present, name) == getattr(row, name) for name in ("ars", "name", "type", "postcode"))
    return present.gone_on is not None or not (same and same_area)


def overwrite(present: Municipality, row: RegisterRow, as_of: date) -> Municipality:
    for name, value in master(row).items():
        if name != "area_ha" or value is not None:
            setattr(present, name, value)
    present.as_of, present.gone_on = as_of, None
    return present


def mark_gone(
    rows: Iterable[RegisterRow], known: dict[str, Municipality], as_of: date, report: RegisterReport
) -> list[Municipality]:
    listed = {row.ags for row in rows}
    gone = [place for ags, place in known.items() if ags not in listed and place.gone_on is None]
    if len(gone) > MOST_GONE_AT_ONCE:
        raise RegisterFileWrong(
            _(
                "In der Datei fehlen %(count)s bisher bekannte Gemeinden. So viele fallen nie auf einmal weg: "
                "Die Datei ist vermutlich abgeschnitten. Es wurde nichts übernommen."
            )
            % {"count": len(gone)},
            field="file",
        )
    for place in gone:
        place.gone_on = as_of
        report.gone.append(place.ags)
    return gone


def compare_figures(
    register: Register, known: dict[str, Municipality], given: Complete, report: RegisterReport
) -> tuple[list[tuple[PopulationFigure, str]], list[PopulationFigure]]:
    """Which figures to add (with the key of their municipality) and to correct; writes nothing."""
    skipped = set(report.unknown)
    days = {figure.reference_date or given.reference_date for row in register.rows for figure in row.figures}
    stored = {
        (figure.municipality_id, figure.reference_date, figure.census_base): figure
        for figure in PopulationFigure.objects.filter(reference_date__in=days, municipality__isnull=False)
    }
    added: list[tuple[PopulationFigure, str]] = []
    corrected: list[PopulationFigure] = []
    for row, figure in figures_of(register, given, skipped):
        place = known.get(row.ags)
        present = stored.get((place.pk, figure.reference_date, figure.census_base)) if place else None
        if present is None:
            added.append((figure, row.ags))
        elif present.value != figure.value:
            report.figures_changed.append((row.ags, present.value, figure.value))
            present.value, present.male = figure.value, figure.male
            present.source, present.published_on = figure.source, figure.published_on
            corrected.append(present)
    report.figures_added = len(added)
    return added, corrected


def figures_of(
    register: Register, given: Complete, skipped: set[str]
) -> Iterator[tuple[RegisterRow, PopulationFigure]]:
    for row in register.rows:
        for figure in row.figures if row.ags not in skipped else ():
            day = figure.reference_date or given.reference_date
            alone = day == given.reference_date
            yield (
                row,
                PopulationFigure(
                    reference_date=day,
                    census_base=given.census_base if alone else census_base_of(day),
                    value=figure.value,
                    male=figure.male,
                    source=given.source,
                    published_on=given.published_on if alone else date(day.year + 1, 9, 30),
                ),
            )


def summary(report: RegisterReport) -> dict[str, int]:
    return {
        "new": len(report.new),
        "changed": len(report.changed),
        "gone": len(report.gone),
        "figures_added": report.figures_added,
        "figures_changed": len(report.figures_changed),
    }
