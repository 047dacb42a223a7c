import pypdfium2
import pytest
import zxingcpp

from apps.pdf.calculations import epc_payload
from tests.pdf import samples
from tests.pdf.positions import page_texts, place_of, text_inside
from tests.pdf.samples import printed

WINDOW = (20, 45, 105, 90)


@pytest.mark.parametrize("recipient", [samples.AUGSBURG, samples.HAMBURG, samples.LONGEST])
def test_address_and_return_line_stand_in_the_window(recipient):
    data = printed(samples.letter(recipient=recipient))
    assert text_inside(data, *WINDOW) == " ".join([samples.LETTERHEAD.return_address, *recipient])


def test_address_begins_where_din_5008_puts_it():
    place = place_of(printed(samples.letter()), "Stadt Augsburg")
    assert place.left == pytest.approx(25, abs=0.5)
    assert 62.7 <= place.top <= 65.5


def test_information_block_and_subject_stand_where_din_5008_puts_them():
    data = printed(samples.letter())
    assert place_of(data, "Ihr Zeichen").inside(125, 50, 200, 55)
    assert place_of(data, "beitrag@netzwerk.example.org").right <= 200
    assert place_of(data, "Beitragsrechnung 2027").inside(25, 98.5, 190, 106)


def test_text_of_the_letter_keeps_clear_of_the_business_data():
    data = printed(samples.letter(paragraphs=12))
    assert place_of(data, "Steuernummer 045 250 00000").inside(25, 262, 190, 285)
    assert place_of(data, "Seite 1 von 2").inside(150, 255, 190, 262)


def test_pages_count_themselves_and_repeat_sender_and_subject():
    first, second = page_texts(printed(samples.letter(recipient=samples.HAMBURG, paragraphs=9, rows=12)))
    assert "Seite 1 von 2" in first
    assert "Seite 2 von 2" in second
    assert "Großstadtnetzwerk für Bildung e.V.\n" in second
    assert "Beitragsrechnung 2027 – RG 2027-000023" in second


def test_short_letter_is_one_page():
    assert len(page_texts(printed(samples.letter(rows=2, annexes=[])))) == 1


def test_table_heads_are_repeated_on_the_next_page():
    first, second, *_ = page_texts(printed(samples.letter(rows=40)))
    assert "Rechnung" in first
    assert second.count("Schritt") >= 1
    assert "Rechnung Betrag" in second.replace("\n", " ")


def test_fold_marks_are_drawn_at_the_left_edge():
    page = pypdfium2.PdfDocument(printed(samples.letter()))[0]
    edge = page.render(scale=300 / 72).to_pil().convert("L").crop((0, 0, 47, 3508)).resize((1, 3508))
    dark = [round(row * 25.4 / 300, 1) for row, value in enumerate(edge.tobytes()) if value < 250]
    assert sorted({round(value * 2) / 2 for value in dark}) == [105, 148.5, 210]


def test_printed_code_decodes_to_the_payload():
    page = pypdfium2.PdfDocument(printed(samples.letter()))[0]
    (code,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    context = samples.letter().context
    assert code.text == epc_payload(samples.NAME, samples.IBAN, context["amount"], context["reference"])
    assert code.ec_level == "M"


def test_code_is_at_least_20_millimetres_wide():
    page = pypdfium2.PdfDocument(printed(samples.letter()))[0]
    (code,) = zxingcpp.read_barcodes(page.render(scale=10).to_pil())
    assert (code.position.top_right.x - code.position.top_left.x) / 10 * 25.4 / 72 >= 20
