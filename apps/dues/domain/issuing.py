"""The dues run, second step: issue exactly what was frozen, once, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.numbers import take_numbers
from apps.core.transitions import guard_transition
from apps.dues.domain.assessment import due_of, wanted_day
from apps.dues.domain.errors import AlreadyIssued, PreviewIncomplete, PreviewOutdated
from apps.dues.domain.runs import changes_since, content_of, guard_creditor
from apps.dues.enums import RunState
from apps.dues.models import Assessment, DuesRun, Invoice
from apps.ledger.domain.drafts import EntryDraft, Line
from apps.ledger.domain.posting import post_entries
from apps.ledger.models import Entry
from apps.pdf.calculations import rf_reference

RECEIVABLE, INCOME = "RECEIVABLE_DUES", "DUES"
SOURCE = "dues.invoice"
NAMED_CHANGES = 10


def series(year: int) -> str:
    return f"dues.invoice:{year}"


@transaction.atomic
def issue_run(run: DuesRun, *, by: User | None, on: date) -> list[Invoice]:
    """Issue the frozen preview: numbers, claims in the ledger, invoices (Beitragsordnung; GoBD Rz. 96).

    1. The row of the run is locked: a second click waits and is then refused.
    2. The preview must be complete and nothing may have changed since; otherwise a new preview is needed.
    3. Numbers are taken without gap in alphabetical order, the claims are posted, the invoices written. All or nothing.
    """
    run = DuesRun.objects.select_for_update().select_related("schedule").get(pk=run.pk)
    if run.is_issued:
        raise AlreadyIssued(_("Die Beiträge %s sind schon ausgestellt. Es ist nichts zu tun.") % run.year)
    guard_transition(run, RunState.ISSUED)
    assessments = guard_issuable(run, on=on)
    billed = [assessment for assessment in assessments if assessment.amount.amount]
    with act("dues.run_issued", run, by=by, data={"on": on, "sha256": run.content_hash}) as entry:
        run.due_on = wanted_day(run.schedule, run.year, on)
        invoices = draft_invoices(run, billed, on=on)
        for invoice, posted in zip(invoices, post_claims(invoices, by=by, on=on), strict=True):
            invoice.entry = posted
        invoices = bulk.create(Invoice, invoices)
        run.state, run.issued_on, run.issued_by = RunState.ISSUED, on, by
        run.save(update_fields=["state", "issued_on", "issued_by", "due_on"])
        entry.data |= {"count": len(invoices), "total": str(run.total.amount)}
        if invoices:
            entry.data |= {"first": invoices[0].number, "last": invoices[-1].number}
    return invoices


def guard_issuable(run: DuesRun, *, on: date) -> list[Assessment]:
    """Refuse a preview that is incomplete or outdated; return its assessments."""
    guard_creditor(on)
    assessments = list(run.assessments.select_related("city__municipality").order_by("position"))
    guard_complete(run, assessments)
    guard_unchanged(run, assessments, on=on)
    return assessments


def guard_shown(run: DuesRun, *, on: date) -> None:
    """What can be said at once, however many cities: whether the preview is complete and still to be issued."""
    guard_transition(run, RunState.ISSUED)
    guard_creditor(on)
    guard_complete(run, run.assessments.blocked().order_by("position"))


def guard_complete(run: DuesRun, assessments: Iterable[Assessment]) -> None:
    """Nothing that blocks may be left, in the run or in any city."""
    missing = [item["text"] for item in run.findings if item["blocks"]]
    for assessment in assessments:
        missing += [f"{assessment.city_label}: {item['text']}" for item in assessment.findings if item["blocks"]]
    if missing:
        raise PreviewIncomplete(
            _("Die Vorschau ist unvollständig: %s Bitte ergänzen Sie das und erstellen Sie die Vorschau neu.")
            % " ".join(shortened(missing))
        )


def guard_unchanged(run: DuesRun, assessments: Sequence[Assessment], *, on: date) -> None:
    """What is issued is what was shown."""
    changes = changes_since(run, assessments, on=on)
    if content_of(run, assessments) != run.content_hash:
        changes.append(_("Die festgehaltene Vorschau stimmt nicht mehr mit ihrer Prüfsumme überein."))
    if changes:
        raise PreviewOutdated(
            _("Seit der Vorschau hat sich etwas geändert: %s Bitte erstellen Sie eine neue Vorschau.")
            % " ".join(shortened(changes))
        )


def shortened(sentences: Sequence[str]) -> list[str]:
    more = len(sentences) - NAMED_CHANGES
    return [*sentences[:NAMED_CHANGES], *([_("Und %s weitere Punkte.") % more] if more > 0 else [])]


def draft_invoices(run: DuesRun, billed: Sequence[Assessment], *, on: date) -> list[Invoice]:
    """Unsaved invoices with their numbers; each repeats all it shows."""
    if not billed:
        return []
    numbers = take_numbers(series(run.year), len(billed))
    prefix, legal_basis = run.payee["prefix"], run.terms["legal_basis"]
    due = [due_of(assessment.city, run.due_on) for assessment in billed]
    return [
        Invoice(
            number=f"{run.year}-{sequence:04d}",
            year=run.year,
            sequence=sequence,
            run=run,
            assessment=assessment,
            city=assessment.city,
            city_label=assessment.city_label,
            recipient_lines=assessment.recipient_lines,
            leitweg_id=assessment.leitweg_id,
            customer_reference=assessment.customer_reference,
            calculation=calculation_of(assessment),
            payee=run.payee,
            legal_basis=legal_basis,
            amount=assessment.amount,
            reference=rf_reference(f"{prefix}{run.year}{sequence:06d}"),
            issued_on=on,
            due_on=due_on,
            due_note=due_note,
            direct_debit=assessment.direct_debit,
        )
        for sequence, assessment, (due_on, due_note) in zip(numbers, billed, due, strict=True)
    ]


def calculation_of(assessment: Assessment) -> dict[str, object]:
    """Inputs and steps, as the invoice prints them."""
    return {
        "population": assessment.population,
        "population_on": assessment.population_on and str(assessment.population_on),
        "census_base": assessment.census_base,
        "population_source": assessment.population_source,
        "member_since": str(assessment.member_since),
        "steps": assessment.steps,
    }


def claim_day(year: int, on: date) -> date:
    """Dues are income of the year they are raised for: a claim billed before is booked on 1 January (§ 252 Abs. 1 Nr. 5 HGB)."""
    return max(on, date(year, 1, 1))


def post_claims(invoices: Sequence[Invoice], *, by: User | None, on: date) -> list[Entry]:
    """Post one claim per invoice: receivables to dues."""
    drafts = [
        EntryDraft(
            on=claim_day(invoice.year, on),
            document_on=on,
            text=_("Beitragsrechnung %(number)s, %(city)s") % {"number": invoice.number, "city": invoice.city_label},
            source=SOURCE,
            reference=invoice.number,
            lines=(
                Line(RECEIVABLE, debit=invoice.amount.amount, city=invoice.city),
                Line(INCOME, credit=invoice.amount.amount, city=invoice.city),
            ),
        )
        for invoice in invoices
    ]
    return post_entries(drafts, by=by)
