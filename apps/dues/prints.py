"""What the printed invoices, credit notes, statements and lists show."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, euro, number
from apps.dispatch.domain.recipients import recipients_of
from apps.dues.domain.cash import CashReceipt
from apps.dues.domain.effects import Comparison
from apps.dues.domain.einvoices import collection_words
from apps.dues.domain.issuing import RECEIVABLE
from apps.dues.domain.queries import Account
from apps.dues.domain.wording import rules_in_words
from apps.dues.domain.writing_off import LOSS
from apps.dues.models import Announcement, Assessment, CreditNote, DuesRun, Invoice, WriteOff
from apps.ledger.domain.accounts import account
from apps.pdf.letterhead import Letterhead
from apps.pdf.qr import epc_qr_svg
from apps.pdf.render import PdfJob

CITIES_PRINTED = 1000


def made_on(on: date) -> datetime:
    """A document of a day says noon, so that printing it again gives the same bytes."""
    return timezone.make_aware(datetime.combine(on, time(12)))


def filled(*pairs: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    return [pair for pair in pairs if pair[1]]


def invoice_title(invoice: Invoice) -> str:
    return _("Beitragsrechnung %(number)s") % {"number": invoice.number}


def note_title(note: CreditNote) -> str:
    return _("Stornorechnung %(number)s") % {"number": note.number}


def contact_lines(letterhead: Letterhead) -> list[tuple[Any, Any]]:
    return [(_("Telefon"), letterhead.phone), (_("E-Mail"), letterhead.email)]


def invoice_information(invoice: Invoice, letterhead: Letterhead) -> list[tuple[Any, Any]]:
    """The information block of DIN 5008."""
    return filled(
        (_("Ihr Zeichen"), invoice.customer_reference),
        (_("Leitweg-ID"), invoice.routing_id),
        (_("Rechnung"), invoice.number),
        (_("Beitragsjahr"), str(invoice.year)),
        *contact_lines(letterhead),
        (_("Datum"), day(invoice.issued_on)),
    )


def invoice_inputs(invoice: Invoice) -> list[tuple[Any, Any]]:
    """On what the calculation rests."""
    inputs = invoice.calculation
    population = inputs["population"]
    reference = date.fromisoformat(inputs["population_on"]) if inputs["population_on"] else None
    source = ", ".join(filter(None, (inputs["population_source"], inputs["census_base"])))
    return filled(
        (_("Rechtsgrundlage"), invoice.legal_basis),
        (
            _("Einwohner:innen"),
            population is not None
            and _("%(count)s am %(day)s (%(source)s)")
            % {"count": number(population), "day": day(reference), "source": source},
        ),
        (_("Mitglied seit"), day(date.fromisoformat(inputs["member_since"]))),
    )


def payment_of(invoice: Invoice) -> dict[str, Any]:
    """The transfer in plain text and as code (EPC069-12), or the debit: nobody is asked to pay twice."""
    payee = invoice.payee
    amount: Decimal = invoice.amount.amount
    if invoice.direct_debit:
        return {"collection": collection_words(invoice), "debit": invoice.direct_debit}
    return {
        "payee": payee["account_holder"],
        "iban": payee["iban"],
        "bic": payee["bic"],
        "bank_name": payee["bank_name"],
        "amount": invoice.amount,
        "reference": invoice.reference,
        "due": invoice.due_on,
        "qr": epc_qr_svg(payee["account_holder"], payee["iban"], amount, invoice.reference),
    }


def invoice_job(invoice: Invoice, letterhead: Letterhead) -> PdfJob:
    title = invoice_title(invoice)
    context = {
        "letterhead": letterhead,
        "recipient": invoice.recipient_lines,
        "information": invoice_information(invoice, letterhead),
        "subject": _("Beitragsrechnung %(number)s: Mitgliedsbeitrag %(year)s")
        % {"number": invoice.number, "year": invoice.year},
        "invoice": invoice,
        "inputs": invoice_inputs(invoice),
        **payment_of(invoice),
    }
    return PdfJob("pdf/dues_invoice.html", context, title, made_on(invoice.issued_on), letterhead.name)


def credit_note_job(note: CreditNote, letterhead: Letterhead) -> PdfJob:
    invoice, title = note.invoice, note_title(note)
    context = {
        "letterhead": letterhead,
        "recipient": invoice.recipient_lines,
        "information": filled(
            (_("Ihr Zeichen"), invoice.customer_reference),
            (_("Leitweg-ID"), invoice.routing_id),
            (_("Stornorechnung"), note.number),
            (_("zu Rechnung"), invoice.number),
            *contact_lines(letterhead),
            (_("Datum"), day(note.issued_on)),
        ),
        "subject": _("Stornorechnung %(number)s zu Beitragsrechnung %(invoice)s")
        % {"number": note.number, "invoice": invoice.number},
        "note": note,
        "invoice": invoice,
    }
    return PdfJob("pdf/dues_credit_note.html", context, title, made_on(note.issued_on), letterhead.name)


def number_and_day(invoice: Invoice) -> str:
    return _("%(number)s vom %(day)s") % {"number": invoice.number, "day": day(invoice.issued_on)}


def write_off_job(row: WriteOff, letterhead: Letterhead) -> PdfJob:
    """The internal voucher of a write-off (Eigenbeleg)."""
    invoice, title = row.invoice, _("Ausbuchungsbeleg %s") % row.number
    facts = filled(
        (_("Rechnung"), number_and_day(invoice)),
        (_("Stadt"), invoice.city_label),
        (_("fällig"), day(invoice.due_on)),
        (_("Grund"), row.get_ground_display()),
        (_("Beschluss"), row.resolution and f"{row.resolution.reference}, {row.resolution.title}"),
        (_("Erläuterung"), row.reason),
        (_("ausgebucht zum"), day(row.booked_on)),
        (_("erfasst"), _("%(day)s, %(person)s") % {"day": day(row.made_on), "person": row.made_by or "–"}),
    )
    context = {
        "letterhead": letterhead,
        "facts": facts,
        "write_off": row,
        "invoice": invoice,
        "rest": invoice.outstanding - row.amount.amount,
        "loss": account(LOSS),
        "claims": account(RECEIVABLE),
    }
    return PdfJob("pdf/dues_write_off.html", context, title, made_on(row.made_on), letterhead.name)


def waiver_job(row: WriteOff, letterhead: Letterhead) -> PdfJob:
    """The letter that tells the city what it need not pay (§ 397 BGB); it must reach it where it is now (§ 130 BGB)."""
    invoice = row.invoice
    city = invoice.city
    title = _("Erlass zu Beitragsrechnung %s") % invoice.number
    context = {
        "letterhead": letterhead,
        "recipient": recipients_of([city], on=row.made_on, is_invoice=False)[city.pk].lines or [invoice.city_label],
        "information": filled(
            (_("Ihr Zeichen"), invoice.customer_reference),
            (_("Rechnung"), invoice.number),
            *contact_lines(letterhead),
            (_("Datum"), day(row.made_on)),
        ),
        "subject": title,
        "write_off": row,
        "invoice": invoice,
        "rest": invoice.outstanding - row.amount.amount,
    }
    return PdfJob("pdf/dues_waiver.html", context, title, made_on(row.made_on), letterhead.name)


def receipt_job(receipt: CashReceipt, letterhead: Letterhead) -> PdfJob:
    """The receipt for cash (§ 368 BGB)."""
    invoice, title = receipt.invoice, _("Quittung %s") % receipt.number
    facts = filled(
        (_("Betrag"), euro(receipt.amount)),
        (_("erhalten am"), day(receipt.received_on)),
        (_("erhalten von"), receipt.payer),
        (_("gezahlt für"), invoice.city_label),
        (_("Beitragsrechnung"), number_and_day(invoice)),
        (_("Rechnungsbetrag"), euro(invoice.amount)),
        (_("danach noch offen"), euro(receipt.rest)),
    )
    context = {"letterhead": letterhead, "facts": facts, "receipt": receipt, "invoice": invoice}
    return PdfJob("pdf/dues_receipt.html", context, title, made_on(receipt.received_on), letterhead.name)


def account_job(account: Account, letterhead: Letterhead, *, on: date) -> PdfJob:
    title = _("Beitragskonto %(city)s") % {"city": account.city.name}
    context = {
        "letterhead": letterhead,
        "subtitle": _("Stand %(day)s") % {"day": day(on)},
        "account": account,
        "owed": account.owed,
        "credit": account.credit,
    }
    return PdfJob("pdf/dues_account.html", context, title, made_on(on), letterhead.name)


def run_job(run: DuesRun, rows: Sequence[Assessment], letterhead: Letterhead) -> PdfJob:
    facts = filled(
        (_("Stand"), run.get_state_display()),
        (_("Mitglieder bis"), day(run.on)),
        (_("Einwohnerzahlen veröffentlicht bis"), day(run.published_by)),
        (_("Rechtsgrundlage"), run.terms["legal_basis"]),
        (_("festgehalten"), day(run.frozen_at)),
        (_("ausgestellt"), run.issued_on and day(run.issued_on)),
        (_("fällig"), day(run.falls_due_on)),
        (_("Prüfsumme"), run.content_hash[:16]),
    )
    shown = {"run": run, "rows": rows, "facts": facts, "findings": grouped_findings(run, rows)}
    context = {"letterhead": letterhead, "draft": run.is_preview, **shown}
    created = made_on(run.issued_on or timezone.localdate(run.frozen_at))
    return PdfJob("pdf/dues_run.html", context, str(run), created, letterhead.name)


def announcement_job(announcement: Announcement, letterhead: Letterhead) -> PdfJob:
    """The letter to one city; it asks for no money, so it has neither bank account nor code."""
    run, title = announcement.run, str(announcement)
    context = {
        "letterhead": letterhead,
        "recipient": announcement.recipient_lines,
        "information": filled(
            (_("Ihr Zeichen"), announcement.customer_reference),
            (_("Fassung"), announcement.version > 1 and str(announcement.version)),
            *contact_lines(letterhead),
            (_("Datum"), day(run.dated_on)),
        ),
        "subject": _("Beitragsvorankündigung %(year)s und %(next)s (vorläufig)")
        % {"year": announcement.year, "next": announcement.next_year},
        "announcement": announcement,
        "run": run,
        "expected": expected_rows(announcement),
        "ways": ways_of(announcement),
    }
    return PdfJob("pdf/dues_announcement.html", context, title, made_on(run.dated_on), letterhead.name)


def ways_of(announcement: Announcement) -> list[tuple[str, str, Any]]:
    """Years, legal basis and steps; years that are computed alike are told once."""
    alike = groupby(announcement.calculations, key=lambda item: (item["legal_basis"], item["steps"]))
    return [(_(" und ").join(str(item["year"]) for item in items), basis, steps) for (basis, steps), items in alike]


def expected_rows(announcement: Announcement) -> list[dict[str, Any]]:
    """Per year the expected fee with typed figures and its steps."""
    return [
        item
        | {
            "amount": Decimal(item["amount"]),
            "population_on": date.fromisoformat(item["population_on"]) if item["population_on"] else None,
            "counts_from": date.fromisoformat(item["counts_from"]) if item["counts_from"] else None,
        }
        for item in announcement.calculations
    ]


def comparison_job(comparison: Comparison, letterhead: Letterhead, *, on: date) -> PdfJob:
    """The annex to the resolution: rules and effects of both schedules, every city or, of very many, their sizes."""
    title = _("Beiträge %(year)s: %(schedule)s") % {"year": comparison.year, "schedule": comparison.after}
    before = comparison.before
    context = {
        "letterhead": letterhead,
        "subtitle": _("Stand %(day)s") % {"day": day(on)},
        "comparison": comparison,
        "cities": comparison.effects if len(comparison.effects) <= CITIES_PRINTED else (),
        "rules": rules_in_words(comparison.after),
        "rules_before": rules_in_words(before) if before else [],
        "draft": comparison.after.is_draft,
    }
    return PdfJob("pdf/dues_comparison.html", context, title, made_on(on), letterhead.name)


def grouped_findings(run: DuesRun, rows: Sequence[Assessment]) -> list[tuple[str, str]]:
    """Each finding once, with the cities it concerns."""
    found: dict[str, list[str]] = {item["text"]: [] for item in run.findings}
    for row in rows:
        for item in row.findings:
            found.setdefault(item["text"], []).append(row.city_label)
    return [(text, ", ".join(cities)) for text, cities in found.items()]
