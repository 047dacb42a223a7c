"""Sign the report; the last signature freezes it, files it with its hash, and lets the discharge be moved."""

from datetime import date
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.bodies.enums import BodyKind
from apps.bodies.models import Body, Term
from apps.documents.domain.filing import file_document, next_document_number
from apps.documents.enums import Access, Category
from apps.examination.domain.annual_accounts import mark_examined, prepared_accounts
from apps.examination.domain.errors import AppointmentImpossible, NotYetExamined
from apps.examination.domain.examining import guard_complete, lapse_signatures, locked
from apps.examination.enums import Recommendation
from apps.examination.models import Examination
from apps.examination.prints import report_print, sample_sentences
from apps.organisation.domain.queries import letterhead
from apps.organisation.enums import DecisionSubject
from apps.pdf.render import render_pdf
from apps.resolutions.domain.drafting import draft_resolution
from apps.resolutions.issuing import verification_url
from apps.resolutions.models import Resolution


@transaction.atomic
def sign_report(examination: Examination, *, by: User, on: date) -> Examination:
    """Sign what was examined, for the accounts as they were prepared.

    With the last signature the report is rendered, filed and final, and the closing of the year goes on. Signatures for
    figures that were taken back since lapse.
    """
    examination = locked(examination)
    guard_complete(examination)
    accounts = prepared_accounts(examination, by=by)
    auditor = examination.auditors.select_for_update().filter(user=by).first()
    if auditor is None:
        raise AppointmentImpossible(_("Sie sind für diese Prüfung nicht bestellt."))
    if auditor.signed_on and examination.figures_hash == accounts.figures_hash:
        raise AppointmentImpossible(_("Sie haben den Bericht schon unterzeichnet."))
    with act("examination.signed", examination, by=by, data={"figures": accounts.figures_hash}):
        if examination.figures_hash != accounts.figures_hash:
            lapse_signatures(examination)
            examination.figures_hash = accounts.figures_hash
            examination.save(update_fields=["figures_hash"])
        auditor.signed_on = on
        auditor.save(update_fields=["signed_on"])
    if not examination.auditors.filter(signed_on__isnull=True).exists():
        examination = freeze(examination, by=by, on=on)
        mark_examined(examination, by=by, on=on)
    return examination


def freeze(examination: Examination, *, by: User, on: date) -> Examination:
    """Render once, keep the hash, close every row of the examination."""
    shown, number = report_print(examination, on=on), next_document_number(on)
    content = render_pdf(
        "pdf/examination_report.html",
        {
            "print": shown,
            "sample_sentences": sample_sentences(examination),
            "subtitle": shown.subtitle,
            "facts": shown.facts,
            "letterhead": letterhead(on),
            "number": number,
            "url": verification_url(number),
        },
        title=shown.title,
        created=timezone.now(),
    )
    document = file_document(
        content=content,
        filename=f"kassenpruefung-{examination.year}.pdf",
        title=shown.title,
        category=Category.AUDIT,
        access=Access.MEMBERS,
        origin="examination.report",
        subject=examination,
        by=by,
        on=on,
    )
    with act("examination.reported", examination, by=by, data={"document": document.number}):
        parts = (examination.items, examination.questions, examination.findings, examination.auditors)
        for rows in (*parts, examination.later_samples):
            bulk.change(rows.all(), is_final=True)
        examination.report, examination.report_sha256 = document, sha256(content).hexdigest()
        examination.reported_on = on
        examination.save()
    return examination


WORDS = {
    Recommendation.GRANT: gettext_lazy("Die Kassenprüfung empfiehlt, die Entlastung zu erteilen."),
    Recommendation.WITH_CONDITIONS: gettext_lazy(
        "Die Kassenprüfung empfiehlt, die Entlastung unter Auflagen zu erteilen."
    ),
    Recommendation.REFUSE: gettext_lazy("Die Kassenprüfung empfiehlt, die Entlastung nicht zu erteilen."),
}


def board_of(year: int) -> list[str]:
    """Everybody who sat on the board on any day of the year; they do not vote on their discharge (§ 34 BGB)."""
    terms = Term.objects.filter(body__kind=BodyKind.BOARD, valid_from__lte=date(year, 12, 31)).exclude(
        valid_until__lte=date(year, 1, 1)
    )
    return sorted({str(term.user or term.person_name) for term in terms.select_related("user")})


@transaction.atomic
def draft_discharge(examination: Examination, *, by: User, on: date) -> Resolution:
    """Draft the motion of discharge for the assembly, with the report as its reason; once per examination."""
    examination = Examination.objects.select_for_update(of=("self",)).get(pk=examination.pk)
    if not examination.is_reported or examination.report is None:
        raise NotYetExamined(_("Erst muss der Bericht von allen unterzeichnet sein."))
    if examination.motion:
        raise NotYetExamined(_("Der Antrag ist schon entworfen."))
    assembly = Body.objects.valid_on(on).filter(kind=BodyKind.ASSEMBLY).first()
    if assembly is None:
        raise NotYetExamined(_("Es gibt keine Mitgliederversammlung, die entlasten könnte."))
    year = examination.year
    text = _("Dem Vorstand wird für das Geschäftsjahr %s Entlastung erteilt.") % year
    reasons = [
        _("Bericht über die Kassenprüfung %(year)s, Dokument %(number)s, Prüfsumme %(hash)s.")
        % {"year": year, "number": examination.report.number, "hash": examination.report_sha256},
        WORDS[Recommendation(examination.recommendation)],
        _("Nicht stimmberechtigt sind die Mitglieder des Vorstands im Geschäftsjahr (§ 34 BGB): %s.")
        % (", ".join(board_of(year)) or "–"),
    ]
    with act("examination.discharge_drafted", examination, by=by):
        examination.motion = draft_resolution(
            body=assembly,
            kind=DecisionSubject.ASSEMBLY,
            title=_("Entlastung des Vorstands für %s") % year,
            html=f"<p>{escape(text)}</p>",
            reasoning="\n".join(str(reason) for reason in reasons),
            by=by,
            on=on,
        )
        examination.save(update_fields=["motion"])
    return examination.motion
