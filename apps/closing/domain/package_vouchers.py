"""The tables of the auditor's package about vouchers: incoming invoices, the cash book with its counts, fixed assets."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from apps.closing.domain.package_proofs import Files
from apps.closing.domain.package_tables import TableFile
from apps.vouchers.models import CashCount, CashEntry, Depreciation, FixedAsset, Settlement, Voucher


def voucher_tables(year: int, files: Files) -> list[TableFile]:
    """`files` says under which path and hash the newest version of a document lies in the package."""
    return [
        TableFile(
            "eingangsrechnungen.csv", _("Eingegangene Belege und Rechnungen"),
            ("nummer", "art", "stand", "eingegangen", "kreditor", "rechnungsnummer", "belegdatum", "faellig", "brutto",
             "umsatzsteuer", "gegenstand", "sachlich_richtig", "rechnerisch_richtig", "angewiesen", "buchung", "zahlungen",
             "datei", "datei_sha256", "rechnungsdaten_datei"),
            {"eingegangen": "date", "belegdatum": "date", "faellig": "date", "brutto": "amount", "umsatzsteuer": "amount"},
            lambda: voucher_rows(year, files),
        ),
        TableFile(
            "kassenbuch.csv", _("Kassenbuch"),
            ("nummer", "datum", "art", "text", "betrag", "buchung", "storniert", "datei"),
            {"datum": "date", "betrag": "amount"}, lambda: cash_rows(year, files),
        ),
        TableFile(
            "kassenzaehlungen.csv", _("Zählungen der Kasse"),
            ("nummer", "gezaehlt_am", "gezaehlt", "soll", "von", "im_beisein_von", "bemerkung", "buchung_der_differenz", "datei"),
            {"gezaehlt_am": "date", "gezaehlt": "amount", "soll": "amount"}, lambda: count_rows(year, files),
        ),
        TableFile(
            "anlagen.csv", _("Anlagenverzeichnis"),
            ("inventarnummer", "bezeichnung", "konto", "angeschafft", "kosten", "nutzungsdauer_monate",
             "abschreibung_bis_vorjahr", "abschreibung_im_jahr", "buchwert_am_jahresende", "abgegangen", "datei"),
            {"angeschafft": "date", "abgegangen": "date", "nutzungsdauer_monate": "number"}
            | dict.fromkeys(
                ("kosten", "abschreibung_bis_vorjahr", "abschreibung_im_jahr", "buchwert_am_jahresende"), "amount"
            ),
            lambda: asset_rows(year, files),
        ),
    ]  # fmt: skip


def vouchers_of(year: int) -> Any:
    """Received or booked in the year."""
    return Voucher.objects.filter(Q(year=year) | Q(entry__year=year))


def amount_of(money: Any) -> Any:
    return None if money is None else money.amount


def checked(by: Any, on: date | None) -> str:
    return f"{by}, {on:%d.%m.%Y}" if on else ""


def path_of(files: Files, document: int | None) -> str:
    return files.get(document or 0, ("", ""))[0]


def voucher_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    people = ("creditor", "entry", "factual_by", "arithmetical_by", "approved_by")
    payments = Prefetch("settlements", Settlement.objects.select_related("entry").order_by("pk"))
    for voucher in vouchers_of(year).select_related(*people).prefetch_related(payments).order_by("number"):
        path, digest = files.get(voucher.document_id, ("", ""))
        yield (
            voucher.number, voucher.get_kind_display(), voucher.get_state_display(), voucher.received_on,
            voucher.creditor or "", voucher.external_number, voucher.dated_on, voucher.due_on, amount_of(voucher.gross),
            amount_of(voucher.vat), voucher.text, checked(voucher.factual_by, voucher.factual_on),
            checked(voucher.arithmetical_by, voucher.arithmetical_on), checked(voucher.approved_by, voucher.approved_on),
            voucher.entry or "", " ".join(str(payment.entry) for payment in voucher.settlements.all()), path, digest,
            path_of(files, voucher.structured_id),
        )  # fmt: skip


def cash_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    for row in CashEntry.objects.filter(year=year).select_related("entry", "reverses").order_by("sequence"):
        yield (
            row.number, row.booked_on, row.get_kind_display(), row.text, row.amount.amount, row.entry, row.reverses or "",
            path_of(files, row.entry.voucher_id),
        )  # fmt: skip


def count_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    for count in (
        CashCount.objects.filter(year=year).select_related("counted_by", "difference_entry").order_by("sequence")
    ):
        yield (
            count.number, count.counted_on, count.counted.amount, count.expected.amount, count.counted_by or "", count.witness,
            count.note, count.difference_entry or "", path_of(files, count.document_id),
        )  # fmt: skip


def asset_rows(year: int, files: Files) -> Iterator[Sequence[Any]]:
    standing = Prefetch("depreciations", Depreciation.objects.filter(is_standing=True, year__lte=year).order_by("year"))
    for asset in (
        FixedAsset.objects.in_use(year).select_related("account").prefetch_related(standing).order_by("number")
    ):
        parts = [(part.year, part.amount.amount) for part in asset.depreciations.all()]
        before = sum(amount for each, amount in parts if each < year)
        now = sum(amount for each, amount in parts if each == year)
        gone = asset.disposed_on if asset.disposed_on and asset.disposed_on.year == year else None
        cost = asset.cost.amount
        yield (
            asset.number, asset.name, asset.account.number, asset.acquired_on, cost, asset.useful_life_months,
            cost * 0 + before, cost * 0 + now, cost * 0 if gone else cost - before - now, gone,
            path_of(files, asset.voucher_id),
        )  # fmt: skip
