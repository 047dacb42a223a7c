"""An e-invoice in plain German: facts and tables for a page."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from apps.core.tables import Column, Table
from apps.core.templatetags.formats import day, euro, german, iban
from apps.einvoice import specifications as spec
from apps.einvoice.semantic import EInvoice, Party, TaxShare

Fact = tuple[Any, Any]

SPECIFICATIONS = {
    spec.XRECHNUNG: "XRechnung 3.0",
    spec.EN16931: "EN 16931 (ZUGFeRD)",
    spec.BASIC: "ZUGFeRD BASIC",
    spec.EXTENDED: "ZUGFeRD EXTENDED",
    spec.MINIMUM: "ZUGFeRD MINIMUM",
    spec.BASIC_WL: "ZUGFeRD BASIC WL",
}


def filled(*facts: Fact) -> list[Fact]:
    return [fact for fact in facts if fact[1]]


def money(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return ""
    return euro(amount) if currency == "EUR" else f"{german(amount, 2)}\N{NO-BREAK SPACE}{currency}"


def percent(rate: Decimal | None) -> str:
    return (
        "" if rate is None else f"{german(rate, max(0, -int(rate.normalize().as_tuple().exponent)))}\N{NO-BREAK SPACE}%"
    )


def span(start: date | None, end: date | None) -> str:
    return f"{day(start)} – {day(end)}" if start and end else day(start or end) if start or end else ""


@dataclass(frozen=True)
class Shown:
    """What a page shows of an invoice."""

    invoice: EInvoice

    @property
    def head(self) -> list[Fact]:
        invoice = self.invoice
        return filled(
            (_("Art"), invoice.type_label),
            (_("Nummer"), invoice.number),
            (_("Datum"), invoice.issued_on and day(invoice.issued_on)),
            (_("fällig"), invoice.due_on and day(invoice.due_on)),
            (_("Zeitraum"), span(invoice.period_start, invoice.period_end)),
            (_("zu Rechnung"), ", ".join(before.number for before in invoice.preceding)),
            (_("Leitweg-ID oder Referenz"), invoice.buyer_reference),
            (_("Bestellung oder Aktenzeichen"), invoice.order_reference),
            (_("Vertrag"), invoice.contract_reference),
            (_("Spezifikation"), SPECIFICATIONS.get(invoice.specification, invoice.specification)),
        )

    @property
    def seller(self) -> list[Fact]:
        return party_facts(self.invoice.seller)

    @property
    def buyer(self) -> list[Fact]:
        return party_facts(self.invoice.buyer)

    @property
    def lines(self) -> Table:
        show = partial(money, currency=self.invoice.currency)
        columns = (
            Column("number", _("Position")),
            Column("name", _("Bezeichnung")),
            Column("description", _("Erläuterung")),
            Column("quantity", _("Menge"), align="right", format=plain),
            Column("price", _("Einzelpreis"), align="right", format=show),
            Column("rate", _("Steuersatz"), align="right", format=percent),
            Column("net", _("Betrag"), align="right", format=show),
        )
        return Table(columns, list(self.invoice.lines), _("Positionen"))

    @property
    def taxes(self) -> Table:
        show = partial(money, currency=self.invoice.currency)
        columns = (
            Column("category", _("Umsatzsteuer"), value=tax_text),
            Column("rate", _("Steuersatz"), align="right", format=percent),
            Column("basis", _("Bemessung"), align="right", format=show),
            Column("tax", _("Steuer"), align="right", format=show),
        )
        return Table(columns, list(self.invoice.taxes), _("Umsatzsteuer"))

    @property
    def totals(self) -> list[Fact]:
        totals = self.invoice.totals
        show = partial(money, currency=self.invoice.currency)
        return filled(
            (_("Summe der Positionen"), show(totals.lines)),
            (_("Nachlässe"), totals.allowances and show(-totals.allowances)),
            (_("Zuschläge"), totals.charges and show(totals.charges)),
            (_("ohne Umsatzsteuer"), show(totals.net)),
            (_("Umsatzsteuer"), show(totals.tax)),
            (_("Gesamtbetrag"), show(totals.gross)),
            (_("angezahlt"), totals.prepaid and show(totals.prepaid)),
            (_("fälliger Betrag"), show(totals.due)),
        )

    @property
    def payment(self) -> list[Fact]:
        payment = self.invoice.payment
        return filled(
            (_("Konto"), payment.iban and iban(payment.iban)),
            (_("BIC"), payment.bic),
            (_("Kontoinhaber:in"), payment.account_holder),
            (_("Verwendungszweck"), payment.reference),
            (_("Zahlungsbedingungen"), payment.terms),
            (_("Mandat"), payment.mandate),
            (_("Gläubiger-ID"), payment.creditor_id),
            (_("eingezogen vom Konto"), payment.debtor_iban and iban(payment.debtor_iban)),
        )


def plain(value: Decimal) -> str:
    return german(value, max(0, -int(value.normalize().as_tuple().exponent)))


def tax_text(tax: TaxShare) -> str:
    if tax.reason.casefold().startswith(tax.category_label.casefold()):
        return tax.reason
    return ": ".join(filter(None, (tax.category_label, tax.reason)))


def party_facts(party: Party) -> list[Fact]:
    contact = party.contact
    return filled(
        (_("Name"), party.name),
        (_("Anschrift"), str(party.address)),
        (_("Register"), party.register_number),
        (_("USt-IdNr."), party.vat_id),
        (_("Steuernummer"), party.tax_number),
        (_("Kennung"), party.identifier),
        (_("Kontakt"), contact and ", ".join(filter(None, (contact.name, contact.phone, contact.email)))),
        (_("elektronische Adresse"), party.electronic_address),
    )
