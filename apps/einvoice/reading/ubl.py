"""Universal Business Language 2.1, Invoice and CreditNote, to the semantic model (CEN/TS 16931-3-2)."""

from lxml import etree

from apps.einvoice.reading.values import Reader
from apps.einvoice.semantic import (
    Adjustment,
    Contact,
    EInvoice,
    Line,
    Party,
    Payment,
    PostalAddress,
    Preceding,
    TaxShare,
    Totals,
)
from apps.einvoice.specifications import UBL


def read_ubl(root: etree._Element) -> EInvoice:
    invoice = Reader(root, UBL)
    period = invoice.first("cac:InvoicePeriod")
    means = invoice.first("cac:PaymentMeans")
    lines = [*invoice.all("cac:InvoiceLine"), *invoice.all("cac:CreditNoteLine")]
    tax_total = invoice.first("cac:TaxTotal")
    return EInvoice(
        number=invoice.text("cbc:ID"),
        issued_on=invoice.day("cbc:IssueDate"),
        type_code=invoice.text("cbc:InvoiceTypeCode") or invoice.text("cbc:CreditNoteTypeCode"),
        specification=invoice.text("cbc:CustomizationID"),
        process=invoice.text("cbc:ProfileID"),
        notes=tuple(filter(None, (note.text() for note in invoice.all("cbc:Note")))),
        seller=party_of(invoice.first("cac:AccountingSupplierParty/cac:Party")),
        buyer=party_of(invoice.first("cac:AccountingCustomerParty/cac:Party")),
        buyer_reference=invoice.text("cbc:BuyerReference"),
        order_reference=invoice.text("cac:OrderReference/cbc:ID"),
        contract_reference=invoice.text("cac:ContractDocumentReference/cbc:ID"),
        delivered_on=invoice.day("cac:Delivery/cbc:ActualDeliveryDate"),
        currency=invoice.text("cbc:DocumentCurrencyCode"),
        due_on=invoice.day("cbc:DueDate") or means.day("cbc:PaymentDueDate"),
        period_start=period.day("cbc:StartDate"),
        period_end=period.day("cbc:EndDate"),
        payment=payment_of(invoice, means),
        taxes=tuple(map(tax_of, tax_total.all("cac:TaxSubtotal"))),
        adjustments=tuple(map(adjustment_of, invoice.all("cac:AllowanceCharge"))),
        totals=totals_of(invoice.first("cac:LegalMonetaryTotal"), tax_total),
        preceding=tuple(
            Preceding(found.text("cbc:ID"), found.day("cbc:IssueDate"))
            for found in invoice.all("cac:BillingReference/cac:InvoiceDocumentReference")
        ),
        lines=tuple(map(line_of, lines)),
    )


def party_of(party: Reader) -> Party:
    address, contact = party.first("cac:PostalAddress"), party.first("cac:Contact")
    legal = party.first("cac:PartyLegalEntity")
    registrations = {
        scheme.text("cac:TaxScheme/cbc:ID"): scheme.text("cbc:CompanyID") for scheme in party.all("cac:PartyTaxScheme")
    }
    vat_id = registrations.pop("VAT", "")
    identifications = list(party.all("cac:PartyIdentification"))
    person = Contact(contact.text("cbc:Name"), contact.text("cbc:Telephone"), contact.text("cbc:ElectronicMail"))
    return Party(
        name=legal.text("cbc:RegistrationName") or party.text("cac:PartyName/cbc:Name"),
        address=PostalAddress(
            lines=address.texts("cbc:StreetName", "cbc:AdditionalStreetName", "cac:AddressLine/cbc:Line"),
            postcode=address.text("cbc:PostalZone"),
            town=address.text("cbc:CityName"),
            country=address.text("cac:Country/cbc:IdentificationCode"),
        ),
        contact=person if person != Contact() else None,
        identifier=next((item.text("cbc:ID") for item in identifications if not is_creditor_id(item)), ""),
        register_number=legal.text("cbc:CompanyID"),
        vat_id=vat_id,
        tax_number=next(iter(registrations.values()), ""),
        electronic_address=party.text("cbc:EndpointID"),
        electronic_scheme=party.attribute("cbc:EndpointID", "schemeID"),
    )


def payment_of(invoice: Reader, means: Reader) -> Payment:
    account, mandate = means.first("cac:PayeeFinancialAccount"), means.first("cac:PaymentMandate")
    seller = invoice.first("cac:AccountingSupplierParty/cac:Party")
    creditor = (item.text("cbc:ID") for item in seller.all("cac:PartyIdentification") if is_creditor_id(item))
    return Payment(
        code=means.text("cbc:PaymentMeansCode"),
        iban=account.text("cbc:ID"),
        bic=account.text("cac:FinancialInstitutionBranch/cbc:ID"),
        account_holder=account.text("cbc:Name"),
        reference=means.text("cbc:PaymentID"),
        terms=invoice.text("cac:PaymentTerms/cbc:Note"),
        mandate=mandate.text("cbc:ID"),
        creditor_id=next(creditor, ""),
        debtor_iban=mandate.text("cac:PayerFinancialAccount/cbc:ID"),
    )


def is_creditor_id(item: Reader) -> bool:
    return item.attribute("cbc:ID", "schemeID") == "SEPA"


def tax_of(subtotal: Reader) -> TaxShare:
    category = subtotal.first("cac:TaxCategory")
    return TaxShare(
        category=category.text("cbc:ID"),
        basis=subtotal.decimal("cbc:TaxableAmount"),
        tax=subtotal.decimal("cbc:TaxAmount"),
        rate=category.decimal("cbc:Percent"),
        reason=category.text("cbc:TaxExemptionReason"),
        reason_code=category.text("cbc:TaxExemptionReasonCode"),
    )


def adjustment_of(item: Reader) -> Adjustment:
    return Adjustment(
        amount=item.decimal("cbc:Amount"),
        is_charge=item.text("cbc:ChargeIndicator") in {"true", "1"},
        reason=item.text("cbc:AllowanceChargeReason"),
        category=item.text("cac:TaxCategory/cbc:ID"),
        rate=item.decimal("cac:TaxCategory/cbc:Percent"),
    )


def totals_of(sums: Reader, tax_total: Reader) -> Totals:
    return Totals(
        lines=sums.decimal("cbc:LineExtensionAmount"),
        allowances=sums.decimal("cbc:AllowanceTotalAmount"),
        charges=sums.decimal("cbc:ChargeTotalAmount"),
        net=sums.decimal("cbc:TaxExclusiveAmount"),
        tax=tax_total.decimal("cbc:TaxAmount"),
        gross=sums.decimal("cbc:TaxInclusiveAmount"),
        prepaid=sums.decimal("cbc:PrepaidAmount"),
        rounding=sums.decimal("cbc:PayableRoundingAmount"),
        due=sums.decimal("cbc:PayableAmount"),
    )


def line_of(item: Reader) -> Line:
    quantity = (
        "cbc:InvoicedQuantity" if item.element.find("cbc:InvoicedQuantity", UBL) is not None else "cbc:CreditedQuantity"
    )
    goods, price = item.first("cac:Item"), item.first("cac:Price")
    return Line(
        number=item.text("cbc:ID"),
        name=goods.text("cbc:Name"),
        description=goods.text("cbc:Description"),
        quantity=item.decimal(quantity),
        unit=item.attribute(quantity, "unitCode"),
        price=price.decimal("cbc:PriceAmount"),
        base_quantity=price.decimal("cbc:BaseQuantity"),
        net=item.decimal("cbc:LineExtensionAmount"),
        category=goods.text("cac:ClassifiedTaxCategory/cbc:ID"),
        rate=goods.decimal("cac:ClassifiedTaxCategory/cbc:Percent"),
    )
