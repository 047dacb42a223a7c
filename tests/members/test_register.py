import io
import zipfile
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import JournalEntry
from apps.members.domain.register import Particulars, RegisterFileWrong, import_municipalities
from apps.members.models import Municipality, PopulationFigure

pytestmark = pytest.mark.django_db
NOTE = "Erscheinungsmonat: Juli 2025\r\nBevölkerung auf dem Stichtag 31.12.2024 (ZENSUS 2022)."
CITIES = {f"{land:02d}000000": (f"Stadt {land}, Landeshauptstadt", 100_000 + land) for land in range(1, 17)}


def record(kind: str, as_of: str, **fields: tuple[int, str]) -> str:
    line = [" "] * 220
    for start, text in {"kind": (1, kind), "as_of": (3, as_of), **fields}.values():
        line[start - 1 : start - 1 + len(text)] = text
    return "".join(line)


def fixed_width(cities: dict[str, tuple[str, int]], as_of: str = "20250831") -> str:
    lines = [record("10", as_of, key=(11, "01"), name=(23, "Schleswig-Holstein"))]
    for ags, (name, population) in cities.items():
        lines.append(
            record(
                "60",
                as_of,
                key=(11, ags),
                association=(19, "0000"),
                name=(23, name),
                type=(123, "61"),
                area=(129, "00000005673"),
                population=(140, f"{population:011d}"),
                male=(151, "00000000007"),
                postcode=(166, "24937"),
            )
        )
    return "\ufeff" + "\r\n".join(lines) + "\r\n"


def archive(text: str, note: str = NOTE) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("GV100AD.txt", text.encode())
        packed.writestr("Hinweise.txt", note.encode("latin-1"))
    return file.getvalue()


def table(cities: dict[str, tuple[str, int]], day: str = "2024-12-31") -> bytes:
    lines = [f"ags;ars;name;textkennzeichen;land;plz;einwohner_{day};maennlich_{day};flaeche_km2_2023-12-31"]
    lines += [
        f"{ags};{ags[:5]}0000{ags[5:]};{name};61;x;24937;{population};7;56.73"
        for ags, (name, population) in cities.items()
    ]
    return "\n".join(lines).encode()


def test_archive_is_taken_over_with_the_particulars_of_its_note(office) -> None:
    report = import_municipalities(archive(fixed_width(CITIES)), by=office)
    assert (report.total, len(report.new), report.figures_added) == (16, 16, 16)
    place = Municipality.objects.get(ags="05000000")
    assert (place.name, place.ars, place.land, place.area_ha, place.postcode, place.as_of) == (
        "Stadt 5, Landeshauptstadt",
        "050000000000",
        "NW",
        5673,
        "24937",
        date(2025, 8, 31),
    )
    figure = place.figures.get()
    assert (figure.value, figure.male, figure.reference_date, figure.census_base, figure.published_on) == (
        100_005,
        7,
        date(2024, 12, 31),
        "Zensus 2022",
        date(2025, 7, 31),
    )
    assert (Municipality.history.count(), PopulationFigure.history.count()) == (16, 16)
    assert JournalEntry.objects.filter(verb="members.municipalities_imported").count() == 1


def test_the_same_file_again_and_its_csv_form_change_nothing(django_assert_max_num_queries) -> None:
    import_municipalities(archive(fixed_width(CITIES)), by=None)
    with django_assert_max_num_queries(5):
        report = import_municipalities(archive(fixed_width(CITIES)), by=None)
    assert report.is_empty
    assert import_municipalities(table(CITIES), by=None).is_empty
    assert JournalEntry.objects.filter(verb="members.municipalities_imported").count() == 1


def test_report_names_what_changed() -> None:
    import_municipalities(archive(fixed_width(CITIES)), by=None)
    changed = dict(CITIES) | {"05000000": ("Köln, Stadt", 1_024_621), "05000001": ("Neu, Stadt", 9)}
    changed |= {"06000009": CITIES["06000000"]}
    del changed["06000000"]
    report = import_municipalities(archive(fixed_width(changed, "20251130")), by=None)
    assert report.new == ["05000001", "06000009"]
    assert report.renamed == [("05000000", "Stadt 5, Landeshauptstadt", "Köln, Stadt")]
    assert report.gone == ["06000000"]
    assert report.figures_changed == [("05000000", 100_005, 1_024_621)]
    assert report.figures_added == 2
    assert Municipality.objects.get(ags="06000000").gone_on == date(2025, 11, 30)
    back = import_municipalities(archive(fixed_width(changed | CITIES, "20260228")), by=None)
    assert Municipality.objects.get(ags="06000000").gone_on is None
    assert "06000000" in back.changed


def test_an_older_file_adds_its_figures_only() -> None:
    import_municipalities(archive(fixed_width(CITIES)), by=None)
    older = dict(CITIES) | {"05000000": ("Alter Name", 90_000), "05000099": ("Aufgelöst", 50)}
    report = import_municipalities(table(older, "2022-12-31"), by=None)
    assert (report.new, report.renamed, report.unknown, report.figures_added) == ([], [], ["05000099"], 16)
    place = Municipality.objects.get(ags="05000000")
    assert place.name == "Stadt 5, Landeshauptstadt"
    old = place.figures.get(reference_date=date(2022, 12, 31))
    assert (old.value, old.census_base, old.published_on) == (90_000, "Zensus 2011", date(2023, 9, 30))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"<html>", "Die Datei ist kein Gemeindeverzeichnis (GV100AD) und keine CSV-Datei mit Semikolon."),
        (b"PK\x03\x04kaputt", "Das Archiv ist beschädigt oder enthält nicht genau ein Gemeindeverzeichnis."),
        (fixed_width(CITIES)[:-30].encode(), "Zeile 17 ist unvollständig (192 Zeichen oder Felder)."),
        (fixed_width(dict(list(CITIES.items())[:15])).encode(), "Es fehlen alle Gemeinden des Landes 16."),
        (fixed_width(CITIES).replace("Stadt 3,", "Stadt\xff3").encode("latin-1", "ignore"), "Zeile 4 enthält Zeichen"),
        (fixed_width(CITIES).replace("00000100003", "0000010000x").encode(), "Zeile 4: „0000010000x“ ist dort keine"),
        (fixed_width(CITIES).replace("03000000", "02000000").encode(), "Zeile 4: Der Gemeindeschlüssel 02000000"),
        (
            fixed_width(CITIES).replace("6020250831", "7020250831").encode(),
            "Zeile 2 beginnt mit der unbekannten Satzart „70“.",
        ),
        (table(CITIES).replace(b";plz", b";ort"), "In der Kopfzeile fehlt: plz."),
        (table(CITIES) + b";1", "Zeile 17 ist unvollständig (10 Zeichen oder Felder)."),
        (table(CITIES).replace(b";61;x;24937;100009", b";99;x;24937;100009"), "Zeile 10: „99“ ist kein bekanntes"),
        (fixed_width(CITIES).encode(), "Die Datei nennt den Stichtag der Einwohnerzahlen nicht."),
    ],
)
def test_a_wrong_file_is_refused_and_changes_nothing(content, sentence) -> None:
    with pytest.raises(RegisterFileWrong) as error:
        import_municipalities(content, by=None)
    assert error.value.message.startswith(sentence)
    assert error.value.message.endswith("Es wurde nichts übernommen.")
    assert not Municipality.objects.exists()


def test_particulars_may_be_given_for_the_plain_file() -> None:
    given = Particulars(date(2023, 12, 31), "Zensus 2011", date(2024, 10, 1))
    import_municipalities(fixed_width(CITIES).encode(), by=None, given=given)
    figure = PopulationFigure.objects.first()
    assert (figure.reference_date, figure.census_base, figure.published_on) == (
        date(2023, 12, 31),
        "Zensus 2011",
        date(2024, 10, 1),
    )


def test_a_file_that_lost_hundreds_of_municipalities_is_refused() -> None:
    many = CITIES | {f"07{number:06d}": (f"Dorf {number}", 10) for number in range(1, 203)}
    import_municipalities(archive(fixed_width(many)), by=None)
    with pytest.raises(RegisterFileWrong, match="202 bisher bekannte"):
        import_municipalities(archive(fixed_width(CITIES, "20251130")), by=None)


def test_command_reports_in_german(tmp_path, capsys) -> None:
    path = tmp_path / "register.zip"
    path.write_bytes(archive(fixed_width(CITIES)))
    call_command("import_municipalities", str(path))
    assert capsys.readouterr().out.splitlines() == [
        "16 Gemeinden gelesen.",
        "Gemeinden: 16 neu, 0 geändert (davon 0 umbenannt), 0 weggefallen.",
        "Einwohnerzahlen: 16 hinzugefügt, 0 berichtigt; Veröffentlichung: 31.07.2025.",
    ]
    path.write_bytes(b"")
    with pytest.raises(CommandError, match="Die Datei ist leer"):
        call_command("import_municipalities", str(path))
