"""`manage.py check_einvoice FILE…`: the verdict of the official rules and the exit code."""

from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command

from tests.einvoice.samples import SAMPLE, mutated


def check(*files: Path) -> tuple[str, str, str]:
    """What it says, what it complains about, and the sentence it ends with."""
    out, err, ended = StringIO(), StringIO(), ""
    try:
        call_command("check_einvoice", *map(str, files), stdout=out, stderr=err)
    except CommandError as error:
        ended = str(error)
    return out.getvalue().replace("\xa0", " "), err.getvalue(), ended


def test_a_good_file_is_named_with_number_and_amount(tmp_path):
    good = tmp_path / "gut.xml"
    good.write_bytes(SAMPLE)
    assert check(good) == (f"{good}: 2027-000023, 2.559,39 €, UBL: keine Feststellung\n", "", "")


def test_bad_and_unreadable_files_end_with_a_refusal(tmp_path):
    good, broken, other = (tmp_path / name for name in ("gut.xml", "falsch.xml", "brief.xml"))
    good.write_bytes(SAMPLE)
    broken.write_bytes(mutated(b"<cbc:ID>2027-000023</cbc:ID>", b"<cbc:Nummer>1</cbc:Nummer>"))
    other.write_bytes(b"<html/>")
    said, complained, ended = check(good, broken, other, tmp_path / "fehlt.xml")
    assert "falsch.xml: " in said
    assert "1 Feststellungen" in said
    assert "keine E-Rechnung" in complained
    assert "fehlt.xml: No such file or directory" in complained
    assert ended == "3 von 4 Dateien sind nicht in Ordnung."
