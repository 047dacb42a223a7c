"""Cross Industry Invoice (UN/CEFACT) to the semantic model (CEN/TS 16931-3-3)."""

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
from apps.einvoice.specifications import CII

DAY = "udt:DateTimeString"


def read_cii(root: etree._Element) -> EInvoice:
    invoice = Reader(root, CII)
    context, document = invoice.first("rsm:ExchangedDocumentContext"), invoice.first("rsm:ExchangedDocument")
    trade = invoice.first("rsm:SupplyChainTradeTransaction")
    agreement = trade.first("ram:ApplicableHeaderTradeAgreement")
    settlement = trade.first("ram:ApplicableHeaderTradeSettlement")
    period = settlement.first("ram:BillingSpecifiedPeriod")
    return EInvoice(
        number=document.text("ram:ID"),
        issued_on=document.day(f"ram:IssueDateTime/{DAY}"),
        type_code=document.text("ram:TypeCode"),
        specification=context.text("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        process=context.text("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
        notes=tuple(filter(None, (note.text("ram:Content") for note in document.all("ram:IncludedNote")))),
        seller=party_of(agreement.first("ram:SellerTradeParty")),
        buyer=party_of(agreement.first("ram:BuyerTradeParty")),
        buyer_reference=agreement.text("ram:BuyerReference"),
        order_reference=agreement.text("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        contract_reference=agreement.text("ram:ContractReferencedDocument/ram:IssuerAssignedID"),
        delivered_on=trade.day(
            f"ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/{DAY}"
        ),
        currency=settlement.text("ram:InvoiceCurrencyCode"),
        due_on=settlement.day(f"ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/{DAY}"),
        period_start=period.day(f"ram:StartDateTime/{DAY}"),
        period_end=period.day(f"ram:EndDateTime/{DAY}"),
        payment=payment_of(settlement),
        taxes=tuple(map(tax_of, settlement.all("ram:ApplicableTradeTax"))),
        adjustments=tuple(map(adjustment_of, settlement.all("ram:SpecifiedTradeAllowanceCharge"))),
        totals=totals_of(settlement.first("ram:SpecifiedTradeSettlementHeaderMonetarySummation")),
        preceding=tuple(
            Preceding(found.text("ram:IssuerAssignedID"), found.day("ram:FormattedIssueDateTime/qdt:DateTimeString"))
            for found in settlement.all("ram:InvoiceReferencedDocument")
        ),
        lines=tuple(map(line_of, trade.all("ram:IncludedSupplyChainTradeLineItem"))),
    )


def party_of(party: Reader) -> Party:
    address, contact = party.first("ram:PostalTradeAddress"), party.first("ram:DefinedTradeContact")
    registrations = {
        item.attribute("ram:ID", "schemeID"): item.text("ram:ID") for item in party.all("ram:SpecifiedTaxRegistration")
    }
    person = contact.text("ram:PersonName") or contact.text("ram:DepartmentName")
    phone = contact.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber")
    email = contact.text("ram:EmailURIUniversalCommunication/ram:URIID")
    return Party(
        name=party.text("ram:Name"),
        address=PostalAddress(
            lines=address.texts("ram:LineOne", "ram:LineTwo", "ram:LineThree"),
            postcode=address.text("ram:PostcodeCode"),
            town=address.text("ram:CityName"),
            country=address.text("ram:CountryID"),
        ),
        contact=Contact(person, phone, email) if person or phone or email else None,
        identifier=party.text("ram:GlobalID") or party.text("ram:ID"),
        register_number=party.text("ram:SpecifiedLegalOrganization/ram:ID"),
        vat_id=registrations.get("VA", ""),
        tax_number=registrations.get("FC", ""),
        electronic_address=party.text("ram:URIUniversalCommunication/ram:URIID"),
        electronic_scheme=party.attribute("ram:URIUniversalCommunication/ram:URIID", "schemeID"),
    )


def payment_of(settlement: Reader) -> Payment:
    means = settlement.first("ram:SpecifiedTradeSettlementPaymentMeans")
    account = means.first("ram:PayeePartyCreditorFinancialAccount")
    return Payment(
        code=means.text("ram:TypeCode"),
        iban=account.text("ram:IBANID") or account.text("ram:ProprietaryID"),
        bic=means.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
        account_holder=account.text("ram:AccountName"),
        reference=settlement.text("ram:PaymentReference"),
        terms=settlement.text("ram:SpecifiedTradePaymentTerms/ram:Description"),
        mandate=settlement.text("ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID"),
        creditor_id=settlement.text("ram:CreditorReferenceID"),
        debtor_iban=means.text("ram:PayerPartyDebtorFinancialAccount/ram:IBANID"),
    )


def tax_of(tax: Reader) -> TaxShare:
    return TaxShare(
        category=tax.text("ram:CategoryCode"),
        basis=tax.decimal("ram:BasisAmount"),
        tax=tax.decimal("ram:CalculatedAmount"),
        rate=tax.decimal("ram:RateApplicablePercent"),
        reason=tax.text("ram:ExemptionReason"),
        reason_code=tax.text("ram:ExemptionReasonCode"),
    )


def adjustment_of(item: Reader) -> Adjustment:
    return Adjustment(
        amount=item.decimal("ram:ActualAmount"),
        is_charge=item.text("ram:ChargeIndicator/udt:Indicator") in {"true", "1"},
        reason=item.text("ram:Reason"),
        category=item.text("ram:CategoryTradeTax/ram:CategoryCode"),
        rate=item.decimal("ram:CategoryTradeTax/ram:RateApplicablePercent"),
    )


def totals_of(sums: Reader) -> Totals:
    return Totals(
        lines=sums.decimal("ram:LineTotalAmount"),
        allowances=sums.decimal("ram:AllowanceTotalAmount"),
        charges=sums.decimal("ram:ChargeTotalAmount"),
        net=sums.decimal("ram:TaxBasisTotalAmount"),
        tax=sums.decimal("ram:TaxTotalAmount"),
        gross=sums.decimal("ram:GrandTotalAmount"),
        prepaid=sums.decimal("ram:TotalPrepaidAmount"),
        rounding=sums.decimal("ram:RoundingAmount"),
        due=sums.decimal("ram:DuePayableAmount"),
    )


def line_of(item: Reader) -> Line:
    price = item.first("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice")
    settlement = item.first("ram:SpecifiedLineTradeSettlement")
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    return Line(
        number=item.text("ram:AssociatedDocumentLineDocument/ram:LineID"),
        name=item.text("ram:SpecifiedTradeProduct/ram:Name"),
        description=item.text("ram:SpecifiedTradeProduct/ram:Description"),
        quantity=item.decimal(quantity),
        unit=item.attribute(quantity, "unitCode"),
        price=price.decimal("ram:ChargeAmount"),
        base_quantity=price.decimal("ram:BasisQuantity"),
        net=settlement.decimal("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"),
        category=settlement.text("ram:ApplicableTradeTax/ram:CategoryCode"),
        rate=settlement.decimal("ram:ApplicableTradeTax/ram:RateApplicablePercent"),
    )
