import pytest

from apps.pdf.text import pdf_text
from tests.pdf import samples
from tests.pdf.positions import page_texts, place_of
from tests.pdf.samples import printed


def test_report_shows_title_facts_rows_and_sum():
    text = " ".join(pdf_text(printed(samples.report(rows=3))).split())
    assert "Beitragsliste 2027 Mitgliedsstädte am 01.01.2027 nach Einwohnerzahl" in text
    assert "Stichtag 01.01.2027" in text
    assert "Stadt 2 984.162 12.343,67 €" in text
    assert "Summe 142.307,34 €" in text


def test_pages_count_themselves_and_repeat_the_table_head():
    pages = page_texts(printed(samples.report()))
    for number, text in enumerate(pages, start=1):
        assert f"Seite {number} von {len(pages)}" in text
        assert "Einwohner:innen" in text
    assert len(pages) == 3


def test_a_sum_does_not_stand_alone_on_a_new_page():
    first, second = page_texts(printed(samples.report(rows=22)))
    assert "Stadt 20" in first
    assert "Stadt 21" in second
    assert "142.307,34 €" in second


def test_figures_stand_under_figures():
    data = printed(samples.report(rows=3))
    assert place_of(data, "12.345,67 €").right == pytest.approx(place_of(data, "142.307,34 €").right, abs=0.05)
    assert place_of(data, "12.345,67 €").inside(160, 0, 190, 297)


def test_proof_names_number_digest_and_address():
    text = " ".join(pdf_text(printed(samples.report(rows=3))).split())
    assert "Dokument DOK-2027-000118 · SHA-256 des Inhalts 9f2c1e7ab04d5586…" in text
    assert "Echtheit prüfen: https://verein.example.org/pruefen/DOK-2027-000118" in text
    assert "SHA-256" not in pdf_text(printed(samples.report(rows=3, number="")))


def test_every_page_carries_the_number_of_the_document():
    assert all("DOK-2027-000118" in text for text in page_texts(printed(samples.report())))
