"""The tables of the auditor's package: what stands in the books of a year, row by row."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.history import history_models
from apps.audit.models import JournalEntry
from apps.banking.models import BankLine, StatementFile
from apps.closing.domain.books import Books
from apps.documents.models import DocumentVersion
from apps.dues.models import CreditNote, Invoice, WriteOff, WriteOffQuerySet
from apps.ledger.domain.queries import trial_balance
from apps.ledger.enums import Side
from apps.ledger.models import Account, AddedVoucher, Entry, EntryLine
from apps.members.models import City
from apps.vouchers.models import CashCount, Voucher

MONEY_APPS = {"ledger", "banking", "dues", "budget", "closing", "vouchers", "dunning", "payments"}
TOLD_ELSEWHERE = {"HistoricalEntry", "HistoricalEntryLine"}  # the journal itself


@dataclass(frozen=True)
class TableFile:
    """A CSV of the package; `kinds` maps the columns that are no text to date, number or amount."""

    name: str
    title: str
    columns: Sequence[str]
    kinds: dict[str, str]
    rows: Callable[[], Iterator[Sequence[Any]]]


@dataclass(frozen=True)
class Span:
    """The year, and the moment up to which acts and changes are told."""

    year: int
    until: datetime

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(date(self.year, 1, 1), time()))


def tables(span: Span, files: dict[int, tuple[str, str]]) -> list[TableFile]:
    """All tables; `files` says under which path and hash the newest version of a document lies in the package."""
    year = span.year
    return [
        TableFile(
            "konten.csv", _("Kontenplan"), ("konto", "bezeichnung", "art", "bereich", "zeile_im_abschluss"), {},
            account_rows,
        ),
        TableFile(
            "journal.csv", _("Journal"),
            ("buchung", "nummer", "buchungsdatum", "belegdatum", "text", "herkunft", "belegnummer", "betrag", "beleg_datei",
             "beleg_sha256", "storniert", "festgeschrieben", "gebucht_von"),
            {"nummer": "number", "buchungsdatum": "date", "belegdatum": "date", "betrag": "amount"},
            lambda: entry_rows(year, files),
        ),
        TableFile(
            "nachgereichte-belege.csv", _("Nachgereichte Belege"), ("buchung", "nachgereicht", "von", "dokument", "datei", "datei_sha256"),
            {"nachgereicht": "date"}, lambda: added_rows(year, files),
        ),
        TableFile(
            "buchungszeilen.csv", _("Buchungszeilen"),
            ("buchung", "konto", "soll", "haben", "bereich", "kostenstelle", "stadt", "text"),
            {"soll": "amount", "haben": "amount"}, lambda: line_rows(year),
        ),
        TableFile(
            "summen-und-salden.csv", _("Summen und Salden"),
            ("konto", "bezeichnung", "anfang", "soll", "haben", "saldo"),
            dict.fromkeys(("anfang", "soll", "haben", "saldo"), "amount"), lambda: balance_rows(year),
        ),
        TableFile(
            "offene-posten.csv", _("Offene Posten am Jahresende"),
            ("konto", "stadt", "entstanden", "buchung", "wofuer", "betrag"), {"entstanden": "date", "betrag": "amount"},
            lambda: open_item_rows(year),
        ),
        TableFile(
            "beitragsrechnungen.csv", _("Beitragsrechnungen"),
            ("nummer", "beitragsjahr", "stadt", "betrag", "ausgestellt", "faellig", "storniert", "buchung", "datei"),
            {"beitragsjahr": "number", "betrag": "amount", "ausgestellt": "date", "faellig": "date", "storniert": "date"},
            lambda: invoice_rows(year, files),
        ),
        TableFile(
            "ausbuchungen.csv", _("Ausgebuchte Forderungen"),
            ("nummer", "ausgebucht_zum", "rechnung", "stadt", "betrag", "grund", "erlaeuterung", "beschluss", "buchung",
             "zurueckgenommen", "zurueckgenommen_mit", "datei", "schreiben_datei"),
            {"ausgebucht_zum": "date", "betrag": "amount", "zurueckgenommen": "date"}, lambda: write_off_rows(year, files),
        ),
        TableFile(
            "bankumsaetze.csv", _("Bankumsätze"),
            ("konto", "buchungstag", "wertstellung", "betrag", "name", "iban", "verwendungszweck", "buchung",
             "nicht_gebucht_weil"),
            {"buchungstag": "date", "wertstellung": "date", "betrag": "amount"}, lambda: bank_rows(year),
        ),
        TableFile(
            "handlungen.csv", _("Protokoll der Handlungen"),
            ("nummer", "zeitpunkt", "person", "vorgang", "gegenstand", "kennung", "vorgaenger", "pruefwert"),
            {"nummer": "number"}, lambda: act_rows(span),
        ),
        TableFile(
            "aenderungen.csv", _("Änderungen an den Datensätzen"),
            ("art", "kennung", "aenderung", "zeitpunkt", "vorgang", "werte"), {}, lambda: change_rows(span),
        ),
    ]  # fmt: skip


def shown_moment(value: datetime) -> str:
    return f"{timezone.localtime(value):%d.%m.%Y %H:%M:%S}"


def shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return shown_moment(value)
        case date():
            return f"{value:%d.%m.%Y}"
        case Decimal():
            return f"{value:.2f}".replace(".", ",")
    return str(value)


def account_rows() -> Iterator[Sequence[Any]]:
    for account in Account.objects.order_by("number"):
        yield (
            account.number,
            account.name,
            account.get_kind_display(),
            account.get_sphere_display(),
            account.statement_line,
        )


def entry_rows(year: int, files: dict[int, tuple[str, str]]) -> Iterator[Sequence[Any]]:
    for entry in Entry.objects.filter(year=year).select_related("posted_by", "reverses").order_by("number").iterator():
        path, digest = files.get(entry.voucher_id or 0, ("", ""))
        yield (
            entry.label, entry.number, entry.booked_on, entry.document_on, entry.text, entry.source_label, entry.reference,
            entry.amount.amount, path, digest, entry.reverses or "", entry.posted_at, entry.posted_by or "",
        )  # fmt: skip


def added_rows(year: int, files: dict[int, tuple[str, str]]) -> Iterator[Sequence[Any]]:
    rows = AddedVoucher.objects.filter(entry__year=year).select_related("entry", "document", "added_by")
    for row in rows.order_by("entry_id", "pk"):
        path, digest = files.get(row.document_id, ("", ""))
        yield row.entry.label, row.added_on, row.added_by or "", row.document.number, path, digest


def line_rows(year: int) -> Iterator[Sequence[Any]]:
    lines = EntryLine.objects.filter(entry__year=year).select_related("entry", "account", "cost_centre", "city")
    for line in lines.order_by("entry_id", "pk").iterator():
        amount, is_debit = line.amount.amount, line.side == Side.DEBIT
        yield (
            line.entry.label, line.account.number, amount if is_debit else None, None if is_debit else amount,
            line.get_sphere_display(), line.cost_centre or "", line.city or "", line.text,
        )  # fmt: skip


def balance_rows(year: int) -> Iterator[Sequence[Any]]:
    for row in trial_balance(start=date(year, 1, 1), end=date(year, 12, 31)).rows:
        yield row.account.number, row.account.name, row.opening, row.debit, row.credit, row.closing


def open_item_rows(year: int) -> Iterator[Sequence[Any]]:
    items = Books(year).open_rows
    cities = dict(
        City.objects.filter(pk__in={item.city_id for item in items if item.city_id}).values_list("pk", "name")
    )
    labels = {entry.pk: entry.label for entry in Entry.objects.filter(pk__in={item.entry_id for item in items})}
    for item in items:
        city = cities.get(item.city_id or 0, "")
        yield item.account, city, item.on, labels[item.entry_id], item.purpose, item.amount


def invoice_rows(year: int, files: dict[int, tuple[str, str]]) -> Iterator[Sequence[Any]]:
    concerned = Q(issued_on__year=year) | Q(cancelled_on__year=year)
    for invoice in Invoice.objects.filter(concerned).select_related("entry").order_by("number").iterator():
        yield (
            invoice.number, invoice.year, invoice.city_label, invoice.amount.amount, invoice.issued_on, invoice.due_on,
            invoice.cancelled_on, invoice.entry.label, files.get(invoice.document_id or 0, ("", ""))[0],
        )  # fmt: skip


def write_off_rows(year: int, files: dict[int, tuple[str, str]]) -> Iterator[Sequence[Any]]:
    """Written off or taken back in the year."""
    rows = write_offs_of(year).select_related("invoice", "resolution", "entry", "allocation__released_by__entry")
    for row in rows.order_by("year", "sequence").iterator():
        back = row.taken_back_with
        yield (
            row.number, row.booked_on, row.invoice.number, row.invoice.city_label, row.amount.amount,
            row.get_ground_display(), row.reason, row.resolution.reference if row.resolution else "", row.entry.label,
            back.booked_on if back else None, back.entry.label if back and back.entry else "",
            files.get(row.document_id, ("", ""))[0], files.get(row.notice_id or 0, ("", ""))[0],
        )  # fmt: skip


def write_offs_of(year: int) -> WriteOffQuerySet:
    return WriteOff.objects.filter(Q(year=year) | Q(allocation__released_by__booked_on__year=year))


def bank_rows(year: int) -> Iterator[Sequence[Any]]:
    lines = BankLine.objects.filter(booked_on__year=year).select_related("bank_account", "entry", "parked_entry")
    for line in lines.order_by("bank_account", "booked_on", "pk").iterator():
        yield (
            line.bank_account.iban, line.booked_on, line.valued_on, line.amount.amount, line.counterparty,
            line.counterparty_iban, line.text, line.entry or line.parked_entry or "", line.ignored_reason,
        )  # fmt: skip


def act_rows(span: Span) -> Iterator[Sequence[Any]]:
    acts = JournalEntry.objects.filter(at__gte=span.start, at__lte=span.until).select_related("actor")
    for act in acts.order_by("sequence").iterator():
        yield (
            act.sequence, act.at, act.actor or "", act.verb, act.subject_type, act.subject_id, act.previous_hash, act.hash
        )  # fmt: skip


def change_rows(span: Span) -> Iterator[Sequence[Any]]:
    """Every state of every record of the money apps, without personal fields; entries stand in the journal."""
    for model in sorted(history_models(), key=lambda model: model._meta.label):
        if model._meta.app_label not in MONEY_APPS or model.__name__ in TOLD_ELSEWHERE:
            continue
        manager: Any = model._default_manager
        for row in manager.filter(history_date__gte=span.start, history_date__lte=span.until).order_by("pk").iterator():
            yield (
                model._meta.label, row.id, row.get_history_type_display(), row.history_date, row.history_act, values_of(row)
            )  # fmt: skip


def values_of(row: Any) -> str:
    hidden = {*row.history_personal_fields, "figures"}
    fields = [field for field in row._meta.concrete_fields if not field.name.startswith("history_")]
    values = {field.attname: getattr(row, field.attname) for field in fields if field.name not in hidden}
    return json.dumps(values, cls=Plain, ensure_ascii=False, sort_keys=True)


class Plain(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        try:
            return super().default(o)
        except TypeError:
            return str(o)


def package_documents(year: int) -> Any:
    """Versions of every document of the year: vouchers, invoices, credit notes, waivers, statements, counts of the cash."""
    notes = CreditNote.objects.filter(issued_on__year=year).values("document")
    invoices = Invoice.objects.filter(issued_on__year=year).values("document")
    vouchers = Entry.objects.filter(year=year).values("voucher")
    added = AddedVoucher.objects.filter(entry__year=year).values("document")
    statements = StatementFile.objects.filter(
        statements__opened_on__lte=date(year, 12, 31), statements__closed_on__gte=date(year, 1, 1)
    ).values("document")
    received = Voucher.objects.filter(Q(year=year) | Q(entry__year=year))
    counts = CashCount.objects.filter(year=year).values("document")
    belongs = Q()
    for documents in (
        vouchers,
        added,
        invoices,
        notes,
        write_offs_of(year).values("notice"),
        statements,
        received.values("document"),
        received.values("structured"),
        counts,
    ):
        belongs |= Q(document__in=documents)
    versions = DocumentVersion.objects.filter(belongs).select_related("document")
    return versions.order_by("document__number", "version")
