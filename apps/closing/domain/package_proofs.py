"""What proves the books of a year: for each entry the document behind it, and every document the package holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from apps.banking.models import BankAccount, BankLine, StatementFile
from apps.closing.models import AnnualAccounts
from apps.documents.models import DocumentVersion
from apps.dues.models import CreditNote, Invoice, WriteOff, WriteOffQuerySet
from apps.dunning.models import DunningLetter
from apps.ledger.models import AddedVoucher, Entry
from apps.vouchers.models import CashCount, Depreciation, FixedAsset, Settlement, Voucher

STATEMENT_OF_LINE = "positions__statement__file__document"

# Where a document lies in the package, with the hash of its newest version.
type Files = dict[int, tuple[str, str]]
type Keys = Callable[[int], Any]

_reports: list[Keys] = []


def register_report(keys: Keys) -> None:
    """An app above names the documents that report on a year, as a query of their keys."""
    _reports.append(keys)


@dataclass(frozen=True)
class Proof:
    """Rows that lead from an entry to a document."""

    rows: Any
    document: str
    entry: str = "entry"

    def of_year(self, year: int) -> Any:
        """Also for entries of earlier years that are taken back in this one."""
        concerned = Q(**{f"{self.entry}__year": year}) | Q(**{f"{self.entry}__reversed_by__year": year})
        return self.rows.filter(concerned, **{f"{self.document}__isnull": False})

    def pairs(self, year: int) -> Iterator[tuple[int, int]]:
        yield from self.of_year(year).values_list(self.entry, self.document).iterator()


def proof_sources() -> list[Proof]:
    """Every way from an entry to a document, the weakest first; of several statements the oldest tells last."""
    lines = BankLine.objects.order_by("-positions__statement")
    opened = BankAccount.objects.filter(statements__opened_on=F("opening_entry__booked_on")).order_by("-statements")
    return [
        Proof(Settlement.objects.order_by("pk"), "voucher__document"),
        Proof(Depreciation.objects.order_by("pk"), "asset__voucher"),
        Proof(FixedAsset.objects.order_by("pk"), "voucher", "disposal_entry"),
        Proof(opened, "statements__file__document", "opening_entry"),
        Proof(lines, STATEMENT_OF_LINE, "parked_entry"),
        Proof(lines, STATEMENT_OF_LINE),
        Proof(Invoice.objects.order_by("pk"), "document"),
        Proof(CreditNote.objects.order_by("pk"), "document"),
        Proof(Voucher.objects.order_by("pk"), "document"),
        Proof(AddedVoucher.objects.order_by("-pk"), "document"),
        Proof(CashCount.objects.order_by("pk"), "document", "difference_entry__entry"),
    ]


def vouchers_of(year: int) -> Any:
    """The entries that name their voucher themselves."""
    concerned = Q(year=year) | Q(reversed_by__year=year)
    return Entry.objects.filter(concerned, voucher__isnull=False)


def write_offs_of(year: int) -> WriteOffQuerySet:
    """Written off or taken back in the year."""
    return WriteOff.objects.filter(Q(year=year) | Q(allocation__released_by__booked_on__year=year))


def proofs(year: int) -> dict[int, int]:
    """The document behind each entry; a reversal without its own shares that of what it takes back."""
    found: dict[int, int] = {}
    for source in proof_sources():
        found.update(source.pairs(year))
    found.update(vouchers_of(year).values_list("pk", "voucher").iterator())
    taken_back = Entry.objects.filter(year=year, reverses__isnull=False).values_list("pk", "reverses")
    return {pk: found[reverses] for pk, reverses in taken_back if reverses in found} | found


def reports(year: int) -> list[Any]:
    """Kassenbericht and what apps above report on the year: queries of their keys."""
    own = AnnualAccounts.objects.filter(year=year, document__isnull=False).values("document")
    return [own, *(keys(year) for keys in _reports)]


def report_keys(year: int) -> set[int]:
    return {key for keys in reports(year) for row in keys for key in row.values()}


def package_documents(year: int) -> Any:
    """Versions of every document of the year: what proves its entries, invoices, letters, statements, counts, assets, reports."""
    invoiced = Q(issued_on__year=year) | Q(cancelled_on__year=year)
    statements = StatementFile.objects.filter(
        statements__opened_on__lte=date(year, 12, 31), statements__closed_on__gte=date(year, 1, 1)
    )
    received = Voucher.objects.filter(Q(year=year) | Q(entry__year=year))
    belongs = Q()
    for documents in (
        vouchers_of(year).values("voucher"),
        Invoice.objects.filter(invoiced).values("document"),
        CreditNote.objects.filter(issued_on__year=year).values("document"),
        DunningLetter.objects.filter(issued_on__year=year).values("document"),
        statements.values("document"),
        received.values("document"),
        received.values("structured"),
        CashCount.objects.filter(year=year).values("document"),
        write_offs_of(year).values("document"),
        write_offs_of(year).values("notice"),
        FixedAsset.objects.in_use(year).values("voucher"),
        *(source.of_year(year).order_by().values(source.document) for source in proof_sources()),
        *reports(year),
    ):
        belongs |= Q(document__in=documents)
    versions = DocumentVersion.objects.filter(belongs).select_related("document")
    return versions.order_by("document__number", "version")
