"""Incoming invoices in every state, one of them a ZUGFeRD, petty cash with a count, and a fixed asset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.core.templatetags.formats import day, euro
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.semantic import Contact, EInvoice, Line, Party, Payment, PostalAddress, TaxShare, Totals
from apps.einvoice.writing import write, written
from apps.ledger.domain.accounts import account
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.ledger.domain.proofs import add_voucher
from apps.ledger.models import CostCentre, Entry
from apps.pdf.letterhead import Letterhead
from apps.pdf.press import Attachment
from apps.pdf.render import render_pdf
from apps.portal.demo.cast import PROFILE, Cast
from apps.vouchers.domain.assets import record_asset
from apps.vouchers.domain.cash import CashVoucher, record_cash
from apps.vouchers.domain.checking import approve_voucher, confirm_arithmetical, confirm_factual
from apps.vouchers.domain.posting import post_voucher
from apps.vouchers.domain.receiving import Part, describe_voucher, receive_voucher
from apps.vouchers.issuing import count_with_protocol
from apps.vouchers.models import Voucher

CENTRES = (
    ("T2026", "Netzwerktreffen Augsburg 2026", "meeting"),
    ("T2027", "Netzwerktreffen Dortmund 2027", "meeting"),
    ("FG-DATEN", "Fachgruppe Bildungsmonitoring", "group"),
    ("ALLG", "Allgemein", "general"),
)
STILL_MISSING = (
    "Mitarbeit Geschaeftsstelle: Gehalt 10/2026 Geschaeftsstelle",
    "Moderation und Mehr: Honorar Moderation",
)
COUNTED_ON = date(2026, 11, 13)


@dataclass(frozen=True)
class Supplier:
    name: str
    street: str
    postcode: str
    place: str
    email: str
    vat_id: str
    iban: str


PRINTER = Supplier(
    "Druckerei Lechufer GmbH",
    "Am Lech 12",
    "86150",
    "Augsburg",
    "rechnung@lechufer.example",
    "DE111111125",
    "DE02120300000000202051",
)
HALL = Supplier(
    "Kongresshalle Demo Betriebs-GmbH",
    "Hallenplatz 1",
    "44137",
    "Dortmund",
    "buchhaltung@halle.example",
    "DE222222229",
    "DE02500105170137075030",
)
SHOP = Supplier(
    "Bürotechnik Muster OHG",
    "Werkstraße 5",
    "86153",
    "Augsburg",
    "verkauf@buerotechnik.example",
    "DE333333334",
    "DE02100500000054540402",
)


@dataclass(frozen=True)
class Bill:
    supplier: Supplier
    number: str
    dated_on: date
    due_on: date
    subject: str
    net: str
    parts: tuple[tuple[str, str, str], ...]

    @property
    def vat(self) -> Decimal:
        return (Decimal(self.net) * Decimal("0.19")).quantize(Decimal("0.01"))

    @property
    def gross(self) -> Decimal:
        return Decimal(self.net) + self.vat


POSTED = (
    Bill(
        PRINTER,
        "2026-4711",
        date(2026, 10, 5),
        date(2026, 11, 4),
        "Tagungsmappen und Namensschilder",
        "420.00",
        (("PRINT", "400.00", "T2026"), ("OFFICE", "99.80", "ALLG")),
    ),
    Bill(
        SHOP,
        "R-20260918",
        date(2026, 9, 18),
        date(2026, 12, 18),
        "Arbeitsplatzrechner der Geschäftsstelle",
        "1290.00",
        (("TECHNOLOGY", "1535.10", "ALLG"),),
    ),
)
CHECKED = Bill(
    HALL,
    "AN-2027-17",
    date(2026, 11, 2),
    date(2026, 12, 2),
    "Anzahlung Saalmiete Netzwerktreffen 2027",
    "2500.00",
    (("ROOM", "2975.00", "T2027"),),
)
RECEIVED = Bill(
    PRINTER,
    "2026-5120",
    date(2026, 11, 10),
    date(2026, 12, 10),
    "Druck des Positionspapiers",
    "680.00",
    (),
)


def keep_vouchers(cast: Cast) -> None:
    for number, name, kind in CENTRES:
        open_cost_centre(number=number, name=name, kind=kind, valid_from=date(2026, 1, 1), by=cast.treasurer)
    posted = [post(cast, bill) for bill in POSTED]
    record_asset(
        name="Arbeitsplatzrechner der Geschäftsstelle",
        account=account("TECHNOLOGY"),
        acquired_on=date(2026, 9, 18),
        cost=POSTED[1].gross,
        useful_life_months=36,
        voucher=posted[1].document,
        by=cast.treasurer,
    )
    check(cast, describe(cast, CHECKED))
    receive(cast, RECEIVED)
    keep_cash(cast)


def receive(cast: Cast, bill: Bill) -> Voucher:
    """Every supplier sends a ZUGFeRD; the program reads it as it reads those of others."""
    content = zugferd(bill)
    return receive_voucher(
        content=content,
        filename=f"rechnung-{bill.number}.pdf",
        kind="invoice",
        by=cast.treasurer,
        on=bill.dated_on,
    )


def describe(cast: Cast, bill: Bill) -> Voucher:
    voucher, supplier = receive(cast, bill), bill.supplier
    centres = {centre.number: centre for centre in CostCentre.objects.all()}
    fields = ("name", "street", "postcode", "place", "email", "vat_id", "iban")
    return describe_voucher(
        voucher,
        creditor=voucher.creditor or {name: getattr(supplier, name) for name in fields},
        external_number=bill.number,
        dated_on=bill.dated_on,
        due_on=bill.due_on,
        gross=bill.gross,
        vat=bill.vat,
        text=bill.subject,
        iban=supplier.iban,
        payment_reference=bill.number,
        parts=[Part(account(key), Decimal(amount), cost_centre=centres[centre]) for key, amount, centre in bill.parts],
        by=cast.treasurer,
    )


def check(cast: Cast, voucher: Voucher) -> Voucher:
    on = voucher.received_on
    confirm_arithmetical(voucher, by=cast.treasurer, on=on)
    return confirm_factual(voucher, by=cast.board, on=on)


def post(cast: Cast, bill: Bill) -> Voucher:
    voucher = check(cast, describe(cast, bill))
    approve_voucher(voucher, by=cast.board, on=bill.dated_on)
    post_voucher(voucher, on=bill.dated_on, by=cast.treasurer)
    return voucher


def zugferd(bill: Bill) -> bytes:
    supplier = bill.supplier
    data = write(written(einvoice(bill), InvoiceForm.ZUGFERD))
    facts = [
        ("Rechnungsnummer", bill.number),
        ("Rechnungsdatum", day(bill.dated_on)),
        ("Leistung", bill.subject),
        ("Netto", euro(Decimal(bill.net))),
        ("Umsatzsteuer 19 %", euro(bill.vat)),
        ("Zu zahlen", euro(bill.gross)),
        ("Fällig am", day(bill.due_on)),
    ]
    letterhead = Letterhead(
        supplier.name, address=(supplier.street, f"{supplier.postcode} {supplier.place}"), iban=supplier.iban
    )
    attachments = [Attachment("factur-x.xml", data, "Rechnungsdaten", "Alternative")]
    return report(letterhead, f"Rechnung {bill.number}", facts, on=bill.dated_on, attachments=attachments)


def receipt(text: str, amount: Decimal, on: date) -> bytes:
    facts = [("Datum", day(on)), ("Wofür", text), ("Betrag", euro(amount))]
    return report(Letterhead(PROFILE["account_holder"]), "Quittung", facts, on=on)


def report(
    letterhead: Letterhead,
    title: str,
    facts: Sequence[tuple[str, str]],
    *,
    on: date,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    return render_pdf(
        "pdf/report.html",
        {"letterhead": letterhead, "subtitle": f"an {PROFILE['account_holder']}", "facts": facts},
        title=title,
        created=datetime.combine(on, datetime.min.time(), ZoneInfo("Europe/Berlin")),
        attachments=attachments,
    )


def einvoice(bill: Bill) -> EInvoice:
    supplier, net, rate = bill.supplier, Decimal(bill.net), Decimal("19.00")
    address = PostalAddress((supplier.street,), supplier.postcode, supplier.place)
    return EInvoice(
        number=bill.number,
        issued_on=bill.dated_on,
        due_on=bill.due_on,
        delivered_on=bill.dated_on,
        buyer_reference="GSN",
        seller=Party(
            supplier.name,
            address,
            Contact("Buchhaltung", "+49 821 000000", supplier.email),
            vat_id=supplier.vat_id,
            electronic_address=supplier.email,
            electronic_scheme="EM",
        ),
        buyer=Party(
            PROFILE["account_holder"],
            PostalAddress((PROFILE["street"],), PROFILE["postcode"], PROFILE["town"]),
            electronic_address=PROFILE["email"],
            electronic_scheme="EM",
        ),
        lines=(Line("1", bill.subject, net, price=net, category="S", rate=rate),),
        taxes=(TaxShare("S", net, bill.vat, rate),),
        totals=Totals(lines=net, net=net, tax=bill.vat, gross=bill.gross, due=bill.gross),
        payment=Payment(code="58", iban=supplier.iban, account_holder=supplier.name, reference=bill.number),
    )


def hand_in_bills(cast: Cast) -> None:
    """The bank was booked first; then the bills were handed in. The salary of October and a fee are still missing."""
    for entry in Entry.objects.without_bill().exclude(text__in=STILL_MISSING).order_by("pk"):
        sender, _colon, subject = entry.text.partition(": ")
        facts = [("Datum", day(entry.booked_on)), ("Wofür", subject), ("Betrag", euro(entry.amount))]
        title = "Gehaltsabrechnung" if subject.startswith("Gehalt") else "Rechnung"
        content = report(Letterhead(sender), title, facts, on=entry.booked_on)
        add_voucher(entry, filename=f"beleg-{entry}.pdf", content=content, by=cast.treasurer, on=entry.booked_on)


def keep_cash(cast: Cast) -> None:
    """Fees paid in cash at the meeting, two small expenses, a count that is 50 cents short."""
    centre = CostCentre.objects.get(number="T2026")
    for kind, amount, text, key, on in (
        ("in", "180.00", "Teilnahmebeiträge, bar am Empfang", "FEES_EVENT", date(2026, 10, 8)),
        ("out", "12.60", "Porto für Tagungsunterlagen", "OFFICE", date(2026, 10, 9)),
        ("out", "34.80", "Getränke für die Vorbereitung", "CATERING", date(2026, 10, 21)),
    ):
        record_cash(
            kind=kind,
            amount=Decimal(amount),
            text=text,
            account=account(key),
            booked_on=on,
            voucher=CashVoucher("quittung.pdf", receipt(text, Decimal(amount), on)),
            cost_centre=centre,
            by=cast.treasurer,
            on=on,
        )
    count_with_protocol(
        counted_on=COUNTED_ON,
        pieces={Decimal("50.00"): 2, Decimal("20.00"): 1, Decimal("10.00"): 1, Decimal("2.00"): 1, Decimal("0.10"): 1},
        witness=str(cast.board),
        note="Differenz nicht aufzuklären, vermutlich Wechselgeld",
        at=timezone.now(),
        by=cast.treasurer,
        on=COUNTED_ON,
    )
