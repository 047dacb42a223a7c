"""Semantic model to Cross Industry Invoice, by drafthorse."""

from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import TaxRegistration
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.tradelines import LineItem
from lxml import etree

from apps.einvoice.semantic import EInvoice, Line, Party, Payment, TaxShare, Totals

NOTHING = Decimal("0.00")


def cii(invoice: EInvoice) -> etree._Element:
    document = Document()
    document.context.business_parameter.id = invoice.process
    document.context.guideline_parameter.id = invoice.specification
    fill_header(document.header, invoice)
    fill_party(document.trade.agreement.seller, invoice.seller)
    fill_party(document.trade.agreement.buyer, invoice.buyer)
    set_filled(document.trade.agreement, buyer_reference=invoice.buyer_reference)
    set_filled(document.trade.agreement.buyer_order, issuer_assigned_id=invoice.order_reference)
    set_filled(document.trade.agreement.contract, issuer_assigned_id=invoice.contract_reference)
    set_filled(document.trade.delivery.event, occurrence=invoice.delivered_on)
    fill_settlement(document.trade.settlement, invoice)
    for line in invoice.lines:
        document.trade.items.add(line_item(line))
    return etree.fromstring(ElementTree.tostring(document.to_etree(), "utf-8"))


def set_filled(element: Any, **values: Any) -> None:
    """Set what is given: an empty value would become an empty element, which the rules forbid (PEPPOL-EN16931-R008)."""
    for name, value in values.items():
        if value not in (None, ""):
            setattr(element, name, value)


def fill_header(header: Any, invoice: EInvoice) -> None:
    set_filled(header, id=invoice.number, type_code=invoice.type_code, issue_date_time=invoice.issued_on)
    for text in invoice.notes:
        note = IncludedNote()
        note.content = text
        header.notes.add(note)


def fill_party(element: Any, party: Party) -> None:
    set_filled(element, id=party.identifier, name=party.name)
    set_filled(element.legal_organization, id=party.register_number)
    names = ("line_one", "line_two", "line_three")
    address = party.address
    set_filled(element.address, **dict(zip(names, address.lines, strict=False)))
    set_filled(element.address, postcode=address.postcode, city_name=address.town, country_id=address.country)
    if party.contact:
        set_filled(element.contact, person_name=party.contact.name)
        set_filled(element.contact.telephone, number=party.contact.phone)
        set_filled(element.contact.email, address=party.contact.email)
    if party.electronic_address:
        element.electronic_address.uri_ID = (party.electronic_scheme, party.electronic_address)
    for scheme, number in (("FC", party.tax_number), ("VA", party.vat_id)):
        if number:
            element.tax_registrations.add(TaxRegistration(id=(scheme, number)))


def fill_settlement(settlement: Any, invoice: EInvoice) -> None:
    payment = invoice.payment
    set_filled(
        settlement,
        creditor_reference_id=payment.creditor_id,
        currency_code=invoice.currency,
        payment_reference=payment.reference,
    )
    if payment.code:
        settlement.payment_means.add(payment_means(payment))
    for tax in invoice.taxes:
        settlement.trade_tax.add(trade_tax(tax))
    set_filled(settlement.period, start=invoice.period_start, end=invoice.period_end)
    if payment.terms or payment.mandate or invoice.due_on:
        settlement.terms.add(payment_terms(payment, invoice.due_on))
    for before in invoice.preceding[:1]:
        set_filled(
            settlement.invoice_referenced_document, issuer_assigned_id=before.number, issue_date_time=before.issued_on
        )
    fill_totals(settlement.monetary_summation, invoice.totals, invoice.currency)


def payment_means(payment: Payment) -> Any:
    means = PaymentMeans()
    means.type_code = payment.code
    set_filled(means.payer_account, iban=payment.debtor_iban)
    set_filled(means.payee_account, iban=payment.iban, account_name=payment.account_holder)
    set_filled(means.payee_institution, bic=payment.bic)
    return means


def payment_terms(payment: Payment, due_on: date | None) -> Any:
    terms = PaymentTerms()
    set_filled(terms, description=payment.terms, due=due_on, debit_mandate_id=payment.mandate)
    return terms


def trade_tax(tax: TaxShare) -> Any:
    element = ApplicableTradeTax()
    element.type_code = "VAT"
    set_filled(
        element,
        category_code=tax.category,
        exemption_reason=tax.reason,
        exemption_reason_code=tax.reason_code,
        basis_amount=tax.basis,
        calculated_amount=tax.tax,
        rate_applicable_percent=tax.rate,
    )
    return element


def fill_totals(element: Any, totals: Totals, currency: str) -> None:
    element.line_total, element.tax_basis_total = totals.lines, totals.net
    element.charge_total, element.allowance_total = totals.charges or NOTHING, totals.allowances or NOTHING
    element.tax_total = (totals.tax or NOTHING, currency)
    element.grand_total, element.due_amount = totals.gross, totals.due
    element.prepaid_total = totals.prepaid or NOTHING


def line_item(line: Line) -> Any:
    item = LineItem()
    item.document.line_id = line.number
    set_filled(item.product, name=line.name, description=line.description)
    item.agreement.net.amount = line.price
    item.agreement.net.basis_quantity = (line.base_quantity or Decimal(1), line.unit)
    item.delivery.billed_quantity = (line.quantity, line.unit)
    item.settlement.trade_tax.type_code = "VAT"
    item.settlement.trade_tax.category_code = line.category
    item.settlement.trade_tax.rate_applicable_percent = line.rate
    item.settlement.monetary_summation.total_amount = line.net
    return item
