"""What an e-invoice says beside what was recorded of it: the structured part is the invoice (§ 14 (1) UStG; BMF of 15.10.2024)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.formats import day, euro, iban
from apps.einvoice.reading import Reading
from apps.vouchers.domain.einvoices import content_of, details_of, reading_of
from apps.vouchers.domain.errors import DiffersFromInvoice
from apps.vouchers.enums import VoucherKind
from apps.vouchers.models import Voucher

LABELS = {
    "creditor": gettext_lazy("Kreditor:in"),
    "external_number": gettext_lazy("Rechnungsnummer"),
    "dated_on": gettext_lazy("Belegdatum"),
    "gross": gettext_lazy("Betrag"),
    "iban": gettext_lazy("IBAN"),
}


@dataclass(frozen=True)
class Compared:
    """One detail in words: what the e-invoice states, what was recorded, and whether that is something else."""

    label: str
    stated: str
    recorded: str
    differs: bool

    def __str__(self) -> str:
        return _("%(label)s %(stated)s, erfasst %(recorded)s") % vars(self)


def stated_of(reading: Reading) -> dict[str, str]:
    """What is compared, in a form that is kept with the voucher."""
    details, seller = details_of(reading), reading.invoice.seller
    gross = details["gross"]
    found = {
        "creditor": seller.name[:150],
        "vat_id": seller.vat_id[:20],
        "external_number": details["external_number"].strip(),
        "dated_on": details["dated_on"].isoformat() if details["dated_on"] else "",
        "gross": f"{gross.amount:.2f}" if gross else "",
        "iban": details["iban"].upper(),
    }
    return {name: value for name, value in found.items() if value}


def stated_in(voucher: Voucher) -> dict[str, str]:
    """What the file of the voucher states, read anew."""
    reading = reading_of(content_of(voucher)) if voucher.kind == VoucherKind.INVOICE else None
    return stated_of(reading) if reading else {}


def recorded_of(voucher: Voucher) -> dict[str, str]:
    creditor = voucher.creditor
    return {
        "creditor": creditor.name if creditor else "",
        "vat_id": creditor.vat_id if creditor else "",
        "external_number": voucher.external_number,
        "dated_on": voucher.dated_on.isoformat() if voucher.dated_on else "",
        "gross": f"{voucher.gross.amount:.2f}" if voucher.gross else "",
        "iban": voucher.iban or (creditor.iban if creditor else ""),
    }


def comparison(voucher: Voucher) -> list[Compared]:
    """Everything the e-invoice states, each beside what was recorded; empty for any other voucher."""
    stated, recorded = voucher.stated, recorded_of(voucher)
    said = {name: shown(name, value) for name, value in recorded.items()}
    if "creditor" in stated and compact(stated["creditor"]) != compact(recorded["creditor"]):
        said["creditor"] += _(" (gleiche USt-IdNr.)") if same_vat_id(stated, recorded) else ""
    return [
        Compared(str(label), shown(name, stated[name]), said[name], differs(name, stated, recorded))
        for name, label in LABELS.items()
        if name in stated
    ]


def differences(voucher: Voucher) -> list[Compared]:
    return [each for each in comparison(voucher) if each.differs]


def differs(name: str, stated: Mapping[str, str], recorded: Mapping[str, str]) -> bool:
    """A creditor is the seller by name (»e.V.« and »e. V.« are the same) or by VAT number."""
    if name != "creditor":
        return stated[name] != recorded[name]
    return compact(stated[name]) != compact(recorded[name]) and not same_vat_id(stated, recorded)


def same_vat_id(stated: Mapping[str, str], recorded: Mapping[str, str]) -> bool:
    return bool(recorded["vat_id"]) and stated.get("vat_id") == recorded["vat_id"]


def compact(name: str) -> str:
    return "".join(name.split()).casefold()


def shown(name: str, value: str) -> str:
    if not value:
        return "–"
    if name == "gross":
        return euro(Decimal(value))
    if name == "dated_on":
        return day(date.fromisoformat(value))
    return iban(value) if name == "iban" else value


def guard_as_stated(voucher: Voucher, reason: str) -> str:
    """What is recorded otherwise than the e-invoice states needs a reason, for whoever checks; return it, empty if all agrees."""
    found = differences(voucher)
    if found and not reason.strip():
        raise DiffersFromInvoice(
            _(
                "Die E-Rechnung sagt etwas anderes, und ihr strukturierter Teil gilt (§ 14 UStG): %s. Bitte gleichen Sie "
                "die Angaben an oder nennen Sie den Grund."
            )
            % "; ".join(map(str, found)),
            field="deviation_reason",
        )
    return reason.strip() if found else ""
