"""Semantic model to Universal Business Language 2.1: an Invoice, or a CreditNote for type 381 (CEN/TS 16931-3-2)."""

from decimal import Decimal

from lxml import etree

from apps.einvoice.semantic import EInvoice, Line, Party, Payment, TaxShare, Totals
from apps.einvoice.specifications import UBL

type Node = etree._Element | None


def ubl(invoice: EInvoice) -> etree._Element:
    kind, prefix = ("CreditNote", "cn") if invoice.is_credit_note else ("Invoice", "inv")
    root = etree.Element(f"{{{UBL[prefix]}}}{kind}", nsmap={None: UBL[prefix], "cac": UBL["cac"], "cbc": UBL["cbc"]})
    children = (
        *head(invoice, kind),
        node("cac:AccountingSupplierParty", party(invoice.seller, invoice.payment.creditor_id)),
        node("cac:AccountingCustomerParty", party(invoice.buyer)),
        node("cac:Delivery", node("cbc:ActualDeliveryDate", invoice.delivered_on)),
        payment_means(invoice.payment),
        node("cac:PaymentTerms", node("cbc:Note", invoice.payment.terms)),
        tax_total(invoice),
        monetary_total(invoice.totals, invoice.currency),
        *(line_node(line, kind, invoice.currency) for line in invoice.lines),
    )
    root.extend(child for child in children if child is not None)
    return root


def node(name: str, *content: object, **attributes: str) -> Node:
    """An element with text or children; nothing if there is nothing in it (PEPPOL-EN16931-R008)."""
    filled = [item for item in content if item is not None and item != ""]
    if not filled:
        return None
    prefix, local = name.split(":")
    element = etree.Element(f"{{{UBL[prefix]}}}{local}", attributes)
    for item in filled:
        if isinstance(item, etree._Element):
            element.append(item)
        else:
            element.text = str(item)
    return element


def money(name: str, amount: Decimal | None, currency: str) -> Node:
    return node(name, amount, currencyID=currency)


def head(invoice: EInvoice, kind: str) -> tuple[Node, ...]:
    """What stands before the parties. A credit note has no due date of its own."""
    return (
        node("cbc:CustomizationID", invoice.specification),
        node("cbc:ProfileID", invoice.process),
        node("cbc:ID", invoice.number),
        node("cbc:IssueDate", invoice.issued_on),
        node("cbc:DueDate", invoice.due_on) if kind == "Invoice" else None,
        node(f"cbc:{kind}TypeCode", invoice.type_code),
        *(node("cbc:Note", note) for note in invoice.notes),
        node("cbc:DocumentCurrencyCode", invoice.currency),
        node("cbc:BuyerReference", invoice.buyer_reference),
        node("cac:InvoicePeriod", node("cbc:StartDate", invoice.period_start), node("cbc:EndDate", invoice.period_end)),
        node("cac:OrderReference", node("cbc:ID", invoice.order_reference)),
        *(
            node(
                "cac:BillingReference",
                node(
                    "cac:InvoiceDocumentReference",
                    node("cbc:ID", before.number),
                    node("cbc:IssueDate", before.issued_on),
                ),
            )
            for before in invoice.preceding
        ),
        node("cac:ContractDocumentReference", node("cbc:ID", invoice.contract_reference)),
    )


def party(party: Party, creditor_id: str = "") -> Node:
    """Seller or buyer; the creditor identifier of a direct debit (BT-90) is told by its scheme."""
    lines = (*party.address.lines, "", "", "")
    contact = party.contact
    return node(
        "cac:Party",
        node("cbc:EndpointID", party.electronic_address, schemeID=party.electronic_scheme),
        node("cac:PartyIdentification", node("cbc:ID", party.identifier)),
        node("cac:PartyIdentification", node("cbc:ID", creditor_id, schemeID="SEPA")),
        node(
            "cac:PostalAddress",
            node("cbc:StreetName", lines[0]),
            node("cbc:AdditionalStreetName", lines[1]),
            node("cbc:CityName", party.address.town),
            node("cbc:PostalZone", party.address.postcode),
            node("cac:AddressLine", node("cbc:Line", lines[2])),
            node("cac:Country", node("cbc:IdentificationCode", party.address.country)),
        ),
        node("cac:PartyTaxScheme", node("cbc:CompanyID", party.vat_id), tax_scheme()) if party.vat_id else None,
        node(
            "cac:PartyLegalEntity",
            node("cbc:RegistrationName", party.name),
            node("cbc:CompanyID", party.register_number),
        ),
        contact
        and node(
            "cac:Contact",
            node("cbc:Name", contact.name),
            node("cbc:Telephone", contact.phone),
            node("cbc:ElectronicMail", contact.email),
        ),
    )


def payment_means(payment: Payment) -> Node:
    account = node(
        "cac:PayeeFinancialAccount",
        node("cbc:ID", payment.iban),
        node("cbc:Name", payment.account_holder) if payment.iban else None,
        node("cac:FinancialInstitutionBranch", node("cbc:ID", payment.bic)) if payment.iban else None,
    )
    mandate = node(
        "cac:PaymentMandate",
        node("cbc:ID", payment.mandate),
        node("cac:PayerFinancialAccount", node("cbc:ID", payment.debtor_iban)),
    )
    return node(
        "cac:PaymentMeans",
        node("cbc:PaymentMeansCode", payment.code),
        node("cbc:PaymentID", payment.reference),
        account,
        mandate,
    )


def tax_scheme() -> Node:
    return node("cac:TaxScheme", node("cbc:ID", "VAT"))


def tax_total(invoice: EInvoice) -> Node:
    subtotals = (tax_subtotal(tax, invoice.currency) for tax in invoice.taxes)
    return node("cac:TaxTotal", money("cbc:TaxAmount", invoice.totals.tax, invoice.currency), *subtotals)


def tax_subtotal(tax: TaxShare, currency: str) -> Node:
    return node(
        "cac:TaxSubtotal",
        money("cbc:TaxableAmount", tax.basis, currency),
        money("cbc:TaxAmount", tax.tax, currency),
        node(
            "cac:TaxCategory",
            node("cbc:ID", tax.category),
            node("cbc:Percent", tax.rate),
            node("cbc:TaxExemptionReasonCode", tax.reason_code),
            node("cbc:TaxExemptionReason", tax.reason),
            tax_scheme(),
        ),
    )


def monetary_total(totals: Totals, currency: str) -> Node:
    amounts = {
        "LineExtensionAmount": totals.lines,
        "TaxExclusiveAmount": totals.net,
        "TaxInclusiveAmount": totals.gross,
        "AllowanceTotalAmount": totals.allowances,
        "ChargeTotalAmount": totals.charges,
        "PrepaidAmount": totals.prepaid,
        "PayableAmount": totals.due,
    }
    return node("cac:LegalMonetaryTotal", *(money(f"cbc:{name}", value, currency) for name, value in amounts.items()))


def line_node(line: Line, kind: str, currency: str) -> Node:
    quantity = "cbc:InvoicedQuantity" if kind == "Invoice" else "cbc:CreditedQuantity"
    category = node(
        "cac:ClassifiedTaxCategory", node("cbc:ID", line.category), node("cbc:Percent", line.rate), tax_scheme()
    )
    price = node(
        "cac:Price",
        money("cbc:PriceAmount", line.price, currency),
        node("cbc:BaseQuantity", line.base_quantity, unitCode=line.unit),
    )
    return node(
        f"cac:{kind}Line",
        node("cbc:ID", line.number),
        node(quantity, line.quantity, unitCode=line.unit),
        money("cbc:LineExtensionAmount", line.net, currency),
        node("cac:Item", node("cbc:Description", line.description), node("cbc:Name", line.name), category),
        price,
    )
