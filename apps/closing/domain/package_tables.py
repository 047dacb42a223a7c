"""The tables of the auditor's package: what stands in the books of a year, row by row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.banking.models import BankLine, StatementLine
from apps.closing.domain.books import Books
from apps.closing.domain.package_changes import Span, act_rows, change_rows
from apps.closing.domain.package_proofs import Files, proofs, write_offs_of
from apps.dues.models import Invoice
from apps.dunning.models import DunningLetter
from apps.ledger.domain.queries import trial_balance
from apps.ledger.enums import Side
from apps.ledger.models import Account, AddedVoucher, Entry, EntryLine
from apps.members.models import City


@dataclass(frozen=True)
class TableFile:
    """A CSV of the package; `kinds` maps the columns that are no text to date, number or amount."""

    name: str
    title: str
    columns: Sequence[str]
    kinds: dict[str, str]
    rows: Callable[[], Iterator[Sequence[Any]]]


def tables(span: Span, files: Files) -> list[TableFile]:
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
             "nicht_gebucht_weil", "auszug", "auszug_datei"),
            {"buchungstag": "date", "wertstellung": "date", "betrag": "amount"}, lambda: bank_rows(year, files),
        ),
        TableFile(
            "mahnungen.csv", _("Mahnschreiben"),
            ("nummer", "mahnstufe", "stadt", "datum", "zahlbar_bis", "beitraege", "zinsen", "kosten", "abzug",
             "summe", "zurueckgenommen", "datei"),
            {"datum": "date", "zahlbar_bis": "date", "zurueckgenommen": "date"}
            | dict.fromkeys(("beitraege", "zinsen", "kosten", "abzug", "summe"), "amount"),
            lambda: letter_rows(year, files),
        ),
        TableFile(
            "handlungen.csv", _("Protokoll der Handlungen"),
            ("nummer", "zeitpunkt", "person", "handlung", "vorgang", "gegenstand", "kennung", "vorgangsnummer",
             "zeitpunkt_utc", "person_nummer", "angaben_pruefwert", "zeilen", "vorgaenger", "pruefwert"),
            {"nummer": "number"}, lambda: act_rows(span),
        ),
        TableFile(
            "aenderungen.csv", _("Änderungen an den Datensätzen"),
            ("art", "tabelle", "kennung", "aenderung", "zeitpunkt_utc", "vorgangsnummer", "zeile", "werte"), {},
            lambda: change_rows(span),
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


def entry_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    proven = proofs(year)
    for entry in Entry.objects.filter(year=year).select_related("posted_by", "reverses").order_by("number").iterator():
        path, digest = files.get(proven.get(entry.pk, 0), ("", ""))
        yield (
            entry.label, entry.number, entry.booked_on, entry.document_on, entry.text, entry.source_label, entry.reference,
            entry.amount.amount, path, digest, entry.reverses or "", entry.posted_at, entry.posted_by or "",
        )  # fmt: skip


def added_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
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


def invoice_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    concerned = Q(issued_on__year=year) | Q(cancelled_on__year=year)
    for invoice in Invoice.objects.filter(concerned).select_related("entry").order_by("number").iterator():
        yield (
            invoice.number, invoice.year, invoice.city_label, invoice.amount.amount, invoice.issued_on, invoice.due_on,
            invoice.cancelled_on, invoice.entry.label, files.get(invoice.document_id or 0, ("", ""))[0],
        )  # fmt: skip


def write_off_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
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


def bank_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    """Each line with the first statement it stands on."""
    on = Prefetch("positions", StatementLine.objects.select_related("statement__file").order_by("statement"))
    lines = BankLine.objects.filter(booked_on__year=year).select_related("bank_account", "entry", "parked_entry")
    for line in lines.prefetch_related(on).order_by("bank_account", "booked_on", "pk").iterator(chunk_size=1000):
        statement = next((position.statement for position in line.positions.all()), None)
        yield (
            line.bank_account.iban, line.booked_on, line.valued_on, line.amount.amount, line.counterparty,
            line.counterparty_iban, line.text, line.entry or line.parked_entry or "", line.ignored_reason,
            statement or "", files.get(statement.file.document_id if statement else 0, ("", ""))[0],
        )  # fmt: skip


def letter_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    for letter in DunningLetter.objects.filter(issued_on__year=year).order_by("number").iterator():
        yield (
            letter.number, letter.level_name, letter.city_label, letter.issued_on, letter.pay_by, letter.principal.amount,
            letter.interest.amount, letter.fee.amount, letter.settled.amount, letter.total.amount, letter.withdrawn_on,
            files.get(letter.document_id or 0, ("", ""))[0],
        )  # fmt: skip
