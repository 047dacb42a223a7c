"""The judge: veraPDF finds nothing in what we print, and finds what is wrong elsewhere."""

import pytest

from apps.pdf.fonts import only_these_fonts
from apps.pdf.press import Attachment
from apps.pdf.qr import link_qr_svg
from apps.pdf.render import font_configuration
from tests.pdf import samples
from tests.pdf.samples import printed
from tests.pdf.verapdf import failed_rules

pytestmark = pytest.mark.slow

CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 30" role="img"><title>Plan 100 €, Ist 80 €</title>'
    '<rect width="160" height="10" fill="#1b3a5c"/><rect y="15" width="128" height="10" fill="#70757c"/>'
    '<text x="2" y="8" font-family="Source Sans 3" font-size="6" fill="#fff">Plan</text></svg>'
)
PRINTS = {
    "letter of one page": lambda: samples.letter(rows=2, annexes=[]),
    "letter of two pages, long names": lambda: samples.letter(recipient=samples.LONGEST, paragraphs=9, rows=30),
    "draft": lambda: samples.letter(draft=True),
    "report over three pages": samples.report,
    "report with chart and code": lambda: samples.report(
        rows=2, chart=samples.safe(CHART + link_qr_svg("https://a.example"))
    ),
    "letter with an invoice inside": lambda: samples.letter(
        attachments=[Attachment("factur-x.xml", b"<a/>", "Rechnung", "Alternative", "EN 16931")]
    ),
    "letter with attachment": lambda: samples.letter(
        attachments=[Attachment("daten.csv", b"a;b\n", "Daten", "Supplement")]
    ),
}


@pytest.mark.parametrize("name", PRINTS)
def test_prints_are_pdf_a_3a_and_pdf_ua_1(name):
    data = printed(PRINTS[name]())
    assert failed_rules(data, "3a") == []
    assert failed_rules(data, "3u") == []
    assert failed_rules(data, "ua1") == []


def test_the_judge_finds_what_is_wrong_with_an_untagged_pdf():
    with only_these_fonts(font_configuration()):
        from weasyprint import HTML

        data = HTML(string="<html><p style='font-family: Source Sans 3'>Text").write_pdf()
    assert {"6.6.2.1-1", "6.7.2.2-1", "6.7.3.3-1"} <= clauses(data, "3a")
    assert {"7.1-3", "7.1-8", "7.1-10", "7.1-11"} <= clauses(data, "ua1")


def test_the_judge_finds_a_missing_text_alternative():
    data = printed(samples.report(rows=2, chart=samples.safe(CHART.replace("Plan 100 €, Ist 80 €", ""))))
    assert clauses(data, "ua1") == {"7.3-1"}


def clauses(data: bytes, flavour: str) -> set[str]:
    return {failure.partition(":")[0] for failure in failed_rules(data, flavour)}
