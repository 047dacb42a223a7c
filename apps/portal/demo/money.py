"""Dues, bank and books of 2026; the dues of 2027 are left to the person who tries the demo."""

from datetime import date
from decimal import Decimal

from django.conf import settings

from apps.banking.domain.batch import book_certain, certain_proposals
from apps.banking.domain.booking import Part, book_line
from apps.banking.domain.importing import BankFile, import_statements
from apps.banking.models import BankLine, MatchProposal
from apps.core.money import euros
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import prepare_run
from apps.dues.domain.schedules import put_in_force, save_schedule
from apps.dues.enums import FeeForm, ProRata
from apps.dues.models import FeeSchedule
from apps.dues.printing import print_now
from apps.ledger.models import Account
from apps.portal.demo.cast import Cast
from apps.resolutions.models import Resolution
from apps.vouchers.models import Voucher

STATEMENTS = settings.BASE_DIR / "fixtures" / "demo"
READ_ON = date(2026, 11, 16)
LEFT_OVER = "2025-1187"  # the bill of December 2025 that was paid in January

# beginning of the text of a movement → account
BY_TEXT = {
    "Teilnahmebeitraege": "FEES_EVENT",
    "Saalmiete": "ROOM",
    "Bewirtung": "CATERING",
    "Honorar": "SPEAKER",
    "Gehalt": "STAFF",
    "Druck": "PRINT",
    "Serverbetrieb": "IT",
    "Versicherung": "INSURANCE",
    "Kontoentgelt": "BANKFEE",
    "Zuschuss": "GRANT",
    "Notar": "NOTARY_COURT",
    "Porto": "OFFICE",
}


def adopt_fee_schedule(cast: Cast, resolution: Resolution) -> None:
    """0.85 ct per inhabitant, at least 250 €, at most 15,000 € (model: Klima-Bündnis)."""
    schedule = FeeSchedule(
        title="Beitragsordnung 2026",
        form=FeeForm.PER_CAPITA,
        rate=Decimal("0.0085"),
        minimum=euros(250),
        maximum=euros(15000),
        pro_rata=ProRata.MONTH_STARTED,
        valid_from=date(2026, 1, 1),
        legal_basis="§ 5 der Satzung und Beitragsordnung vom 10.10.2025",
    )
    save_schedule(schedule, by=cast.treasurer, on=date(2025, 10, 20))
    put_in_force(schedule, resolution=resolution, by=cast.treasurer, on=date(2025, 10, 20))


def raise_dues_2026(cast: Cast) -> None:
    run = prepare_run(2026, by=cast.treasurer, on=date(2026, 1, 12))
    issue_run(run, by=cast.treasurer, on=date(2026, 1, 15))
    print_now(by=cast.treasurer)


def keep_books_2026(cast: Cast) -> None:
    """The statement of the year, the bill left over from last year, and the bookings."""
    read_statement(cast, "kontoauszug-2026.xml", on=READ_ON)
    pay_bill(cast, Voucher.objects.get(external_number=LEFT_OVER), on=READ_ON)
    book_by_text(cast, on=READ_ON)
    book_best_proposals(cast, on=READ_ON)


def read_statement(cast: Cast, name: str, *, on: date) -> None:
    file = STATEMENTS / name
    import_statements([BankFile(file.name, file.read_bytes())], by=cast.treasurer, on=on)
    book_certain([proposal.pk for proposal in certain_proposals()], by=cast.treasurer, on=on)


def pay_bill(cast: Cast, voucher: Voucher, *, on: date) -> None:
    """Book the movement that names the number of the bill against what is owed for it."""
    for line in BankLine.objects.open().filter(text__contains=voucher.external_number):
        amount = abs(line.amount.amount)
        book_line(line, parts=[Part(amount, voucher=voucher)], by=cast.treasurer, on=on)


def book_by_text(cast: Cast, *, on: date) -> None:
    accounts = {account.key: account for account in Account.objects.result()}
    for line in BankLine.objects.open().order_by("booked_on", "pk"):
        key = next((key for beginning, key in BY_TEXT.items() if line.text.startswith(beginning)), None)
        if key:
            part = Part(abs(line.amount.amount), account=accounts[key])
            book_line(line, parts=[part], by=cast.treasurer, on=on)


def book_best_proposals(cast: Cast, *, on: date) -> None:
    """What is not certain but clear to a person: every incoming line with a proposal."""
    for line in BankLine.objects.open().filter(amount__gt=0).order_by("booked_on", "pk"):
        best = MatchProposal.objects.filter(line=line).order_by("rank").first()
        if best:
            book_line(line, proposal=best.pk, by=cast.treasurer, on=on)


def offer_statement_2027(cast: Cast) -> None:
    """The statement to try with the invoices of 2027 lies in the library, ready to be downloaded and read in."""
    file = STATEMENTS / "kontoauszug-2027.xml"
    file_document(
        content=file.read_bytes(),
        filename=file.name,
        title="Kontoauszug Januar bis Februar 2027 zum Ausprobieren",
        description="Laden Sie die Datei herunter und lesen Sie sie unter „Bank“ ein, sobald die Rechnungen 2027 ausgestellt sind.",
        category=Category.BANK,
        access=Access.TREASURY,
        origin="documents.upload",
        by=cast.treasurer,
        on=READ_ON,
    )
