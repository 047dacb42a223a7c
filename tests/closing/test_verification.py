"""Every changed byte of an auditor's package is found, and what contradicts itself, also without this program."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.closing.calculations.verification import verify
from tests.factories.packages import make_example

pytestmark = pytest.mark.django_db


@pytest.fixture
def package() -> bytes:
    return make_example()


def changed(package: bytes, path: str, change: Callable[[bytes], bytes], *, tell: bool = False) -> bytes:
    """The package with one file changed; `tell` corrects the hash in the index as well, as a clever forger would."""
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as forged:
        for name in source.namelist():
            content = source.read(name)
            if name == path:
                content = change(content)
            if name == "index.json" and tell:
                index = json.loads(content)
                new = change(source.read(path))
                for each in index["files"]:
                    if each["path"] == path:
                        each.update(sha256=sha256(new).hexdigest(), size=len(new))
                content = json.dumps(index).encode()
            forged.writestr(name, content)
    return target.getvalue()


def test_a_changed_byte_in_any_file_is_found(package: bytes):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        paths = [path for path in archive.namelist() if path != "index.json"]
    assert len(paths) > 14
    for path in paths:
        forged = changed(package, path, lambda content: content[:-1] + bytes([content[-1] ^ 1]))
        problems, _index = verify(io.BytesIO(forged))
        assert problems == [f"Die Datei {path} wurde verändert: Ihre Prüfsumme ist nicht die im Verzeichnis."]


@pytest.mark.parametrize(
    ("path", "old", "new", "message"),
    [
        ("buchungszeilen.csv", b";600,00;;", b";601,00;;", "nicht ausgeglichen"),
        ("journal.csv", b"B2027-00002;2;", b"B2027-00002;7;", "Lücke"),
        ("summen-und-salden.csv", b";1000,00;600,00;400,00", b";1000,00;500,00;500,00", "Summen von Konto 12000"),
        ("offene-posten.csv", b";400,00", b";401,00", "offenen Posten"),
        ("journal.csv", b"01.03.2027;01.03.2027", b"01.03.2026;01.03.2027", "liegt nicht im Jahr"),
        ("jahresabschluss.json", b'"600.00"', b'"700.00"', "Jahresabschlusses"),
    ],
)
def test_figures_that_contradict_each_other_are_found_even_with_new_hashes(
    package: bytes, path: str, old: bytes, new: bytes, message: str
):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert old in archive.read(path)
    problems, _index = verify(io.BytesIO(changed(package, path, lambda text: text.replace(old, new), tell=True)))
    assert any(message in problem for problem in problems)


def forged_rows(name: str, wanted: str, change: Callable[[dict[str, str]], None]) -> Callable[[bytes], bytes]:
    """Change the last row of a table in which `wanted` stands; the table is written again with all its columns."""

    def change_last(content: bytes) -> bytes:
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"))
        change([row for row in rows if wanted in row.values()][-1])
        target = io.StringIO()
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return target.getvalue().encode()

    return change_last


def with_values(**values: object) -> Callable[[dict[str, str]], None]:
    return lambda row: row.update(werte=json.dumps(json.loads(row["werte"]) | values))


@pytest.mark.parametrize(
    ("path", "wanted", "change", "message"),
    [
        ("handlungen.csv", "banking.statements_imported", lambda row: row.update(kennung="999"), "Inhalt passt nicht"),
        ("handlungen.csv", "banking.statements_imported", lambda row: row.update(zeilen="{}"), "Inhalt passt nicht"),
        ("handlungen.csv", "ledger.entry_posted", lambda row: row.update(handlung="Anderes"), "anders als zuvor"),
        ("handlungen.csv", "banking.statements_imported", lambda row: row.update(person="Niemand"), "anders als zuvor"),
        (
            "handlungen.csv", "banking.statements_imported",
            lambda row: row.update(zeitpunkt=row["zeitpunkt"].replace("2027", "2026")), "zwei verschiedene Zeitpunkte",
        ),
        ("aenderungen.csv", "banking.historicalbankline", with_values(note="geklärt"), "banking.historicalbankline"),
        ("aenderungen.csv", "organisation.historicalprofile", with_values(city="Bonn"), "organisation.historicalprofile"),
        ("aenderungen.csv", "members.historicalcity", with_values(name="Köln"), "members.historicalcity"),
        ("journal.csv", "Saalmiete; bar", lambda row: row.update(text="Blumen"), "ist nicht die Buchung"),
        ("buchungszeilen.csv", "45,00", lambda row: row.update(text="Blumen"), "Die Zeilen von"),
    ],
)  # fmt: skip
def test_forged_acts_and_changes_are_found_even_with_new_hashes(
    package: bytes, path: str, wanted: str, change: Callable[[dict[str, str]], None], message: str
):
    untouched = changed(package, path, forged_rows(path, wanted, lambda row: None), tell=True)
    assert verify(io.BytesIO(untouched))[0] == []
    problems, _index = verify(io.BytesIO(changed(package, path, forged_rows(path, wanted, change), tell=True)))
    assert [message in problem for problem in problems][:1] == [True]


def test_a_change_left_out_or_added_is_found(package: bytes):
    def without_last(content: bytes) -> bytes:
        return b"\r\n".join(content.split(b"\r\n")[:-2]) + b"\r\n"

    problems, _index = verify(io.BytesIO(changed(package, "aenderungen.csv", without_last, tell=True)))
    assert [problem[:18] for problem in problems] == ["Die Änderungen in "]


def test_an_act_taken_out_of_the_chain_is_found(package: bytes):
    def without_third(content: bytes) -> bytes:
        lines = content.split(b"\r\n")
        assert len(lines) > 8
        return b"\r\n".join(lines[:3] + lines[4:])

    problems, _index = verify(io.BytesIO(changed(package, "handlungen.csv", without_third, tell=True)))
    assert "schließt Nummer" in problems[0]


def test_a_missing_voucher_and_an_extra_file_are_found(package: bytes):
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as forged:
        for name in source.namelist():
            if not name.endswith("saal.txt"):
                forged.writestr(name, source.read(name))
        forged.writestr("zusatz.txt", b"x")
    problems, _index = verify(target)
    assert [bool(re.search("saal.txt fehlt|zusatz.txt steht nicht", problem)) for problem in problems] == [True, True]


def test_no_package_is_said_in_words():
    problems, _index = verify(io.BytesIO(b"kein ZIP"))
    assert problems[0].startswith("Die Datei ist kein lesbares Prüfungspaket")


def run_program(place: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """As on another machine: isolated Python without any installed package."""
    program = [sys.executable, "-I", "-S", "pruefen.py", *arguments]
    return subprocess.run(program, cwd=place, capture_output=True, text=True, check=False)


def test_the_program_inside_needs_nothing_but_python(package: bytes, tmp_path: Path):
    """Alone beside the archive it takes that one, and shows the hash that is to be compared."""
    file = tmp_path / "paket.zip"
    file.write_bytes(package)
    with zipfile.ZipFile(file) as archive:
        archive.extract("pruefen.py", tmp_path)
    good = run_program(tmp_path)
    assert (good.returncode, "Alles stimmt überein" in good.stdout) == (0, True)
    assert sha256(package).hexdigest() in good.stdout
    assert "Prüfungspakete 2027" in good.stdout
    file.write_bytes(changed(package, "journal.csv", lambda content: content.replace(b"Saalmiete", b"Saalmiele")))
    bad = run_program(tmp_path, "paket.zip")
    assert bad.returncode == 1
    assert "journal.csv wurde verändert" in bad.stdout
    (tmp_path / "zweites.zip").write_bytes(package)
    assert run_program(tmp_path).returncode == 2


def test_the_program_checks_the_folder_it_lies_in(package: bytes, tmp_path: Path):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    good = run_program(tmp_path)
    assert (good.returncode, "keine eigene Prüfsumme" in good.stdout) == (0, True)
    with (tmp_path / "konten.csv").open("ab") as file:
        file.write(b"x")
    bad = run_program(tmp_path)
    assert (bad.returncode, "konten.csv wurde verändert" in bad.stdout) == (1, True)


@pytest.mark.parametrize("top", ["", "pruefungspaket-2027/"])
def test_packed_again_with_its_folders_it_still_holds(package: bytes, top: str):
    source, target = zipfile.ZipFile(io.BytesIO(package)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as again:
        for folder in {f"{top}{name.rpartition('/')[0]}/" for name in source.namelist() if "/" in name} | {top} - {""}:
            again.mkdir(folder.rstrip("/"))
        for name in source.namelist():
            again.writestr(f"{top}{name}", source.read(name))
    assert any(name.endswith("/") for name in zipfile.ZipFile(target).namelist())
    assert verify(target)[0] == []
    with zipfile.ZipFile(target, "a") as again:
        again.writestr("daneben/zusatz.txt", b"x")
    [problem] = verify(target)[0]
    assert problem.endswith("daneben/zusatz.txt steht nicht im Verzeichnis.")


def test_the_command_says_the_same(package: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "paket.zip"
    file.write_bytes(package)
    call_command("verify_package", str(file))
    said = capsys.readouterr().out
    assert "alles stimmt" in said
    assert f"hier nicht erstellt. Prüfsumme {sha256(package).hexdigest()}" in said
    file.write_bytes(changed(package, "konten.csv", lambda content: content + b"\n"))
    with pytest.raises(CommandError, match=r"konten\.csv wurde verändert"):
        call_command("verify_package", str(file))
