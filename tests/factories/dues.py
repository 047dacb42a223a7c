"""Fee schedules, runs and invoices for tests, through the acts."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.audit import bulk
from apps.core.money import euros
from apps.dispatch.domain.queueing import queue_dispatches
from apps.dispatch.domain.releasing import release
from apps.dispatch.domain.sending import note_sent
from apps.dispatch.models import Dispatch
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.payments import allocate_payment
from apps.dues.domain.runs import prepare_run
from apps.dues.domain.schedules import put_in_force, save_schedule
from apps.dues.domain.sending import invoice_draft
from apps.dues.models import Allocation, DuesRun, FeeSchedule, FeeTier, Invoice
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Account
from apps.members.enums import Land
from apps.members.models import City
from apps.organisation.enums import DecisionSubject, LegalMode
from apps.organisation.models import LegalForm, Profile
from apps.resolutions.models import Resolution
from tests.factories.members import make_member, make_municipality
from tests.factories.resolutions import make_decided

TODAY = date(2027, 1, 11)
IBAN = "DE89370400440532013000"


def ensure_accounts() -> None:
    """The chart of accounts, as the program brings it along; the flush of a transactional test takes it away."""
    if Account.objects.exists():
        return
    with (settings.BASE_DIR / "fixtures" / "accounts.csv").open(encoding="utf-8", newline="") as lines:
        bulk.create(Account, [Account(**row) for row in csv.DictReader(lines)])


def make_association() -> Profile:
    """An association in foundation with a bank account: able to be owed dues."""
    ensure_accounts()
    if not LegalForm.objects.exists():
        LegalForm.objects.create(mode=LegalMode.FOUNDING, valid_from=date(2026, 11, 20), basis="Gründungsversammlung")
    profile, _ = Profile.objects.update_or_create(
        pk=Profile.ONLY,
        defaults={
            "name": "Großstadtnetzwerk für Bildung",
            "street": "Maximilianstraße 4",
            "postcode": "86150",
            "town": "Augsburg",
            "email": "kasse@example.org",
            "phone": "+49 821 000000-0",
            "tax_number": "103/000/00000",
            "account_holder": "Großstadtnetzwerk für Bildung e.V.",
            "iban": IBAN,
            "reference_prefix": "GSN",
        },
    )
    return profile


def make_resolution() -> Resolution:
    about_dues = Resolution.objects.adopted().filter(kind=DecisionSubject.DUES)
    return about_dues.first() or make_decided(kind=DecisionSubject.DUES)


def make_draft_schedule(*, tiers: tuple[tuple[int | None, str], ...] = (), **fields: Any) -> FeeSchedule:
    """0.85 cent per inhabitant, at least 250, at most 15,000 euro, unless told otherwise."""
    schedule = FeeSchedule(
        **{
            "title": "Beitragsordnung 2027",
            "valid_from": date(2027, 1, 1),
            "form": "per_capita",
            "rate": Decimal("0.0085"),
            "minimum": euros(250),
            "maximum": euros(15000),
            "legal_basis": "§ 5 der Satzung, Beitragsordnung vom 20.11.2026",
        }
        | fields
    )
    rows = [FeeTier(upper=upper, value=Decimal(value)) for upper, value in tiers]
    return save_schedule(schedule, tiers=rows, by=None, on=TODAY)


def make_schedule(**fields: Any) -> FeeSchedule:
    return put_in_force(make_draft_schedule(**fields), resolution=make_resolution(), by=None, on=TODAY)


def make_network(*members: tuple[str, int]) -> list[City]:
    """An association with a schedule in force and these members."""
    make_association()
    make_schedule()
    return [make_member(name, population=population) for name, population in members]


def make_real_network(cities_csv: Path, **schedule: Any) -> list[City]:
    """The 29 cities above 250,000 inhabitants as members."""
    make_association()
    make_schedule(**schedule)
    lands = {str(label): value for value, label in Land.choices}
    with cities_csv.open(encoding="utf-8") as lines:
        return [
            make_member(
                row["name"],
                population=int(row["population"]),
                land=lands[row["land"]],
                municipality=make_municipality(row["name_amtlich"], ags=row["ags"], land=lands[row["land"]]),
            )
            for row in csv.DictReader(lines)
        ]


def make_preview(year: int = 2027, *, on: date = TODAY, **options: Any) -> DuesRun:
    return prepare_run(year, by=None, on=on, **options)


def make_invoices(*members: tuple[str, int], on: date = TODAY) -> list[Invoice]:
    """Issued invoices of a fresh network, in alphabetical order of the cities."""
    make_network(*(members or (("Köln", 1_024_621), ("Bonn", 323_336))))
    return issue_run(make_preview(on=on), by=None, on=on)


def make_printed(*invoices: Invoice, on: date = TODAY) -> None:
    """A short document for those that have none."""
    for invoice in invoices:
        if invoice.document is None:
            invoice.document = file_document(
                content=b"Rechnung",
                filename=f"{invoice.number}.txt",
                title=f"Beitragsrechnung {invoice.number}",
                category=Category.INVOICE,
                access=Access.TREASURY,
                city=invoice.city,
                origin="test.invoice",
                by=None,
                on=on,
            )
            invoice.save(update_fields=["document"])


def make_received(*invoices: Invoice, on: date = TODAY) -> None:
    """The invoices were printed and sent to their cities."""
    make_printed(*invoices, on=on)
    queue_dispatches([invoice_draft(invoice) for invoice in invoices], by=None, on=on)
    letters = Dispatch.objects.standing().filter(document__in=[invoice.document_id for invoice in invoices])
    release(letters.waiting(), by=None, on=on)
    for letter in letters:
        note_sent(letter, by=None)


def make_payment(
    invoice: Invoice | None, amount: str, *, on: date = date(2027, 3, 1), city: City | None = None
) -> Allocation:
    """A booked payment, as the bank side posts it, and its allocation."""
    owner = invoice.city if invoice else city
    entry = post_entry(
        on=on,
        text="Zahlungseingang",
        lines=(Line("BANK", debit=Decimal(amount)), Line("RECEIVABLE_DUES", credit=Decimal(amount), city=owner)),
        source="test.case",
        reference="S-1",
        by=None,
    )
    return allocate_payment(invoice=invoice, city=owner, amount=Decimal(amount), entry=entry, by=None, on=on)
