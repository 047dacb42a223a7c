"""Invented letters and reports of the tests, and of the measurement by hand."""

from datetime import UTC, datetime
from decimal import Decimal

from django.utils.safestring import mark_safe

from apps.pdf.calculations import rf_reference
from apps.pdf.letterhead import Letterhead
from apps.pdf.qr import epc_qr_svg
from apps.pdf.render import PdfJob, render_pdf

safe = mark_safe
CREATED = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
IBAN = "DE89370400440532013000"
NAME = "Großstadtnetzwerk für Bildung e.V."
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><g fill="#1b3a5c">'
    '<circle cx="38" cy="10" r="4"/><circle cx="48" cy="6" r="2.6"/><circle cx="49" cy="14.5" r="3.2"/>'
    '<path d="M38 10 48 6M38 10l11 4.5" stroke="#1b3a5c" stroke-width=".8"/></g></svg>'
)
LETTERHEAD = Letterhead(
    name=NAME,
    legal_form="Eingetragener Verein",
    sender_line="Großstadtnetzwerk für Bildung e.V. · Lange Straße 1 · 60311 Frankfurt am Main",
    address=("Lange Straße 1", "60311 Frankfurt am Main"),
    phone="+49 69 000000-0",
    email="post@netzwerk.example.org",
    web="netzwerk.example.org",
    register_line="Amtsgericht Frankfurt am Main, VR 99999",
    board_line="Vorstand: Dr. Erika Beispiel, Łukasz Muster, Ayşe Probe",
    tax_line="Steuernummer 045 250 00000",
    iban=IBAN,
    bic="COBADEFFXXX",
    bank_name="Beispielbank",
    logo_svg=LOGO,
)
HAMBURG = [
    "Freie und Hansestadt Hamburg",
    "Behörde für Schule, Familie und Berufsbildung",
    "Amt für Verwaltung – Haushalt und Beteiligungen",
    "Frau Dr. Friederike Mustermann-Beispielhausen",
    "Hamburger Straße 31",
    "22083 Hamburg",
]
LONGEST = [
    "Freie und Hansestadt Hamburg, Behörde für Schule, Familie und Berufsbildung",
    "Amt für Verwaltung – Haushalt und Beteiligungen",
    "Frau Dr. Friederike Mustermann-Beispielhausen",
    "Hamburger Straße 31",
    "22083 Hamburg",
]
AUGSBURG = [
    "Stadt Augsburg",
    "Bildungsreferat – Stadtkämmerei",
    "Frau Erika Beispiel",
    "Rathausplatz 1",
    "86150 Augsburg",
]


def printed(job: PdfJob) -> bytes:
    return render_pdf(
        job.template, job.context, title=job.title, created=job.created, author=job.author, attachments=job.attachments
    )


def letter(*, recipient=None, paragraphs=1, rows=3, attachments=(), **more) -> PdfJob:
    amount = Decimal("2559.39")
    reference = rf_reference("GSN2027000023")
    context = {
        "letterhead": LETTERHEAD,
        "recipient": recipient or AUGSBURG,
        "information": [
            ("Ihr Zeichen", "StK-2027/118"),
            ("Rechnung", "RG 2027-000023"),
            ("Leitweg-ID", "04011000-1234512345-06"),
            ("Auskunft", "Ayşe Probe"),
            ("Telefon", "+49 69 000000-12"),
            ("E-Mail", "beitrag@netzwerk.example.org"),
            ("Datum", "15.01.2027"),
        ],
        "subject": "Beitragsrechnung 2027 – RG 2027-000023",
        "paragraphs": range(paragraphs),
        "steps": [
            (f"Rechenschritt {number}", "0,85 ct × 301.105", Decimal("2559.39")) for number in range(1, rows + 1)
        ],
        "payee": NAME,
        "iban": IBAN,
        "bic": "COBADEFFXXX",
        "bank_name": "Beispielbank",
        "amount": amount,
        "reference": reference,
        "due": CREATED.date().replace(month=3, day=31),
        "qr": epc_qr_svg(NAME, IBAN, amount, reference),
        "annexes": ["Berechnungsblatt 2027", "Beitragsordnung vom 12.11.2026"],
        **more,
    }
    return PdfJob("pdf_tests/letter.html", context, "Beitragsrechnung RG 2027-000023", CREATED, NAME, attachments)


def report(*, rows=60, **more) -> PdfJob:
    context = {
        "letterhead": LETTERHEAD,
        "subtitle": "Mitgliedsstädte am 01.01.2027 nach Einwohnerzahl",
        "facts": [
            ("Stichtag", "01.01.2027"),
            ("Quelle", "Statistisches Bundesamt, Gemeindeverzeichnis"),
            ("Städte", str(rows)),
        ],
        "cities": [
            (f"Stadt {number}", 1_000_000 - 7_919 * number, Decimal("12345.67") - number) for number in range(rows)
        ],
        "total": Decimal("142307.34"),
        "number": "DOK-2027-000118",
        "digest": "9f2c1e7ab04d5586",
        "url": "https://verein.example.org/pruefen/DOK-2027-000118",
        **more,
    }
    return PdfJob("pdf_tests/report.html", context, "Beitragsliste 2027", CREATED, author=NAME)
