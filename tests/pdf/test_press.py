import base64
import io
import os
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime

import pikepdf
import pytest

from apps.pdf.letterhead import Letterhead
from apps.pdf.press import Attachment, OutsideAddress, Sheet
from apps.pdf.render import CharacterNotPrintable, own_press
from apps.pdf.text import pdf_text
from tests.pdf import samples
from tests.pdf.samples import printed


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def fonts(data: bytes) -> dict[str, bool]:
    """The fonts of all pages, and whether their outlines are in the file."""
    pdf = opened(data)
    used = [font for page in pdf.pages for font in page.Resources.Font.values()]
    return {
        str(font.BaseFont).partition("+")[2]: "/FontFile2" in (descriptor := font.DescendantFonts[0].FontDescriptor)
        or "/FontFile3" in descriptor
        for font in used
    }


def sheet(body: str, **more) -> Sheet:
    return Sheet(**{"html": f"<html lang=de-DE><body>{body}", "title": "Probe", "created": samples.CREATED, **more})


def test_only_source_sans_is_embedded_in_a_letter():
    assert fonts(printed(samples.letter())) == {"Source-Sans-3,": True, "Source-Sans-3-Semi-Bold": True}


def test_prose_is_set_in_source_serif():
    data = own_press().print(sheet("<p class=prose>Wir beschließen: <em>Bildung</em> <strong>jetzt</strong>"))
    assert sorted(fonts(data)) == ["Source-Serif-4,", "Source-Serif-4-Italic", "Source-Serif-4-Semi-Bold"]


def test_fewer_pseudo_elements_change_no_byte(monkeypatch):
    """Markers of lists, breaks and quotes stand as in WeasyPrint's own style sheet; what it gave everything else was never seen."""
    from weasyprint import HTML

    body = "<ol><li>Erstens<li>Zweitens</ol><ul><li>Punkt</ul><p>Zeile<br>Zeile, <q>Zitat</q><table><tr><th>Kopf<td>Wert</table>"
    ours = own_press().print(sheet(body))
    monkeypatch.setattr("apps.pdf.press.page_class", lambda: HTML)
    assert own_press().print(sheet(body)) == ours
    assert all(mark in pdf_text(ours) for mark in ("1.", "2.", "•"))


LOGICAL = "p { margin-block-start: 9mm; border-inline-start: 1pt solid } .x { margin-top: 4mm; margin-block: 2mm; padding-inline: 3mm }"


@pytest.mark.parametrize(
    "body",
    [
        "<p style='border: 2pt dotted; outline: 1pt solid; float: right'>Rand<p style='border-width: 3pt'>ohne Art<p style='border-style: solid; outline-style: dotted'>mit Art",
        "<p style='border-top-style: inherit; width: 50%; position: absolute; top: 9mm'>Lage<p style='all: unset'>alles",
        f"<style>{LOGICAL}</style><p>Logisch<p class=x>und körperlich<div class=x style='margin: 1mm'>zugleich",
        "<table><caption>Liste<tbody><tr style='display: block'><td style='height: calc(2mm + 3mm)'>1<td>2</table>Text",
        "<div style='columns: 2'>Zwei Spalten</div><div style='display: flex; gap: 2mm'><b>a</b>b</div><u>c <s>d</s></u>",
    ],
)
def test_styles_that_know_the_initial_values_change_no_byte(body, monkeypatch):
    ours = own_press().print(sheet(body))
    monkeypatch.setattr("apps.pdf.press.quick_styles", nullcontext)
    assert own_press().print(sheet(body)) == ours


def test_styles_that_know_the_initial_values_change_no_byte_of_letter_and_report(monkeypatch):
    jobs = [samples.letter().sheet(), samples.report().sheet()]
    ours = [own_press().print(job) for job in jobs]
    monkeypatch.setattr("apps.pdf.press.quick_styles", nullcontext)
    assert [own_press().print(job) for job in jobs] == ours


def test_a_family_of_the_machine_is_not_found():
    assert not any(
        "DejaVu" in name for name in fonts(own_press().print(sheet("<p style='font-family: DejaVu Sans'>Text")))
    )


def test_characters_of_german_and_polish_cities_and_typography_are_printed():
    text = "ẞ Łódź ☐ − € „“ »« … – §"
    assert text in pdf_text(printed(samples.letter(note=text)))


def test_a_character_without_a_glyph_stops_the_print_and_is_named():
    with pytest.raises(CharacterNotPrintable) as refusal:
        printed(samples.letter(note="Glückwunsch 🎉"))
    assert "»🎉« (U+1F389)" in refusal.value.message
    assert "»Beitragsrechnung RG 2027-000023« kann nicht gedruckt werden" in refusal.value.message


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.svg", "https://example.org/x.png"])
def test_a_print_loads_nothing_from_outside(address):
    with pytest.raises(OutsideAddress, match="may not load"):
        own_press().print(sheet(f'<img src="{address}" alt="fremd">'))


def test_an_embedded_picture_is_printed():
    picture = base64.b64encode(samples.LOGO.encode()).decode()
    data = own_press().print(sheet(f'<img src="data:image/svg+xml;base64,{picture}" alt="Zeichen des Netzwerks">'))
    assert figures(data) == ["Zeichen des Netzwerks"]


def figures(data: bytes) -> list[str]:
    """Text alternatives of all figures."""
    pdf = opened(data)
    items = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
    return [str(item.Alt) for item in items if item.get("/S") == pikepdf.Name.Figure]


def test_codes_and_logo_have_a_text_alternative():
    assert figures(printed(samples.letter())) == [
        "Logo: Großstadtnetzwerk für Bildung e.V.",
        "Zahlen mit Code: die Überweisungsdaten, die daneben stehen, als QR-Code",
    ]


def test_the_file_says_what_it_is():
    data = printed(samples.letter())
    pdf = opened(data)
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.docinfo.Title) == "Beitragsrechnung RG 2027-000023"
    assert str(pdf.docinfo.Author) == samples.NAME
    assert str(pdf.docinfo.CreationDate) == "D:20270115080000Z"
    assert pdf.Root.Metadata.read_bytes().count(b"</rdf:RDF>") == 1
    assert b'pdfuaid:part="1"' in pdf.Root.Metadata.read_bytes()


def test_running_heads_and_page_numbers_are_artifacts():
    data = printed(samples.letter(paragraphs=9, rows=12))
    for page in opened(data).pages:
        assert b"/Artifact\n<</Type /Pagination>>\nBDC" in page.Contents.read_bytes()


def test_attachments_are_listed_once_with_their_relationship():
    attachment = Attachment("berechnung.csv", b"Stadt;Beitrag\n", "Berechnung als Tabelle", "Supplement")
    pdf = opened(own_press().print(sheet("<p>Text", attachments=(attachment,))))
    assert len(pdf.Root.AF) == 1
    assert str(pdf.Root.AF[0].AFRelationship) == "/Supplement"
    assert pdf.attachments["berechnung.csv"].get_file().read_bytes() == b"Stadt;Beitrag\n"


def test_equal_input_gives_equal_bytes():
    assert printed(samples.letter()) == printed(samples.letter())
    assert printed(samples.letter()) != printed(samples.letter(note="anders"))


def test_equal_input_gives_equal_bytes_in_another_process():
    press = own_press()
    page = sheet("<h1>Gleich</h1><p>Łódź", created=datetime(2027, 1, 15, 9, tzinfo=UTC))
    program = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path; from apps.pdf.press import Press, Sheet;"
        f"press = Press(Path({str(press.font_configuration)!r}));"
        f"sheet = Sheet(html={page.html!r}, title='Probe', created=datetime(2027, 1, 15, 9, tzinfo=UTC));"
        "sys.stdout.buffer.write(press.print(sheet)); assert 'django' not in sys.modules"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert other.stdout == press.print(page)


def test_the_environment_of_the_process_stays_as_it_was(monkeypatch):
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere/else.conf")
    printed(samples.letter())
    assert os.environ["FONTCONFIG_FILE"] == "/somewhere/else.conf"


def test_empty_particulars_leave_no_gap():
    letterhead = Letterhead(name="Netzwerk", address=("Weg 1", "12345 Ort"))
    assert letterhead.return_address == "Netzwerk · Weg 1 · 12345 Ort"
    assert letterhead.business_data == [[], [], []]
    assert "Telefon" not in pdf_text(printed(samples.letter(letterhead=letterhead, information=[])))
