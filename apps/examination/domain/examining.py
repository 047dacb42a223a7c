"""From the appointment to the signed report: sample, ticks, questions and answers, findings, conclusion."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.bodies.enums import BodyKind
from apps.bodies.models import Term
from apps.core.templatetags.formats import number
from apps.examination.domain.errors import (
    AlreadyReported,
    AnswerMissing,
    AppointmentImpossible,
    NotYetExamined,
    ReasonMissing,
)
from apps.examination.enums import ItemState, Recommendation, Weight
from apps.examination.models import Auditor, Examination, Finding, Question, SampleItem
from apps.members.models import City
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.subjects import guard_subject
from apps.resolutions.models import Resolution


def locked(examination: Examination) -> Examination:
    examination = Examination.objects.select_for_update(of=("self",)).get(pk=examination.pk)
    if examination.is_reported:
        raise AlreadyReported(_("Der Bericht ist festgestellt. Es ändert sich nichts mehr."))
    return examination


def board_members_among(users: Sequence[User], year: int) -> list[str]:
    """Who of them sat on the board in that year or sits there since: nobody examines herself (domain rule 6.10)."""
    terms = Term.objects.filter(user__in=users, body__kind=BodyKind.BOARD).exclude(valid_until__lte=date(year, 1, 1))
    return sorted({str(term.user) for term in terms.select_related("user")})


@transaction.atomic
def appoint_auditors(
    year: int,
    auditors: Sequence[tuple[User, City | None]],
    *,
    resolution: Resolution,
    by: User | None,
    on: date,
    is_sure: bool = False,
) -> Examination:
    """Open the examination of a year with the auditors the resolution named; at least two (domain rule 6.10)."""
    guard_subject(resolution, DecisionSubject.ELECTION, is_sure=is_sure)
    if len({user.pk for user, _city in auditors}) < 2:
        raise AppointmentImpossible(_("Bitte nennen Sie zwei verschiedene Personen."), field="second")
    if year > on.year:
        raise AppointmentImpossible(_("Das Jahr %s hat noch nicht begonnen.") % year, field="year")
    if Examination.objects.filter(year=year).exists():
        raise AppointmentImpossible(_("Für %s gibt es schon eine Kassenprüfung.") % year, field="year")
    with act("examination.opened", by=by, data={"year": year, "resolution": resolution.reference}) as entry:
        entry.subject = examination = Examination.objects.create(year=year, resolution=resolution, opened_on=on)
        bulk.create(Auditor, [Auditor(examination=examination, user=user, city=city) for user, city in auditors])
    return examination


def lapse_signatures(examination: Examination) -> None:
    """A signature holds for what was there to sign."""
    for auditor in examination.auditors.filter(signed_on__isnull=False):
        auditor.signed_on = None
        auditor.save(update_fields=["signed_on"])


@transaction.atomic
def tick(item: SampleItem, *, by: User, on: date) -> SampleItem:
    """The entry is examined: voucher, amount, account and authorisation are in order, or the answer satisfied."""
    examination = locked(item.examination)
    item = SampleItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.state == ItemState.QUESTION:
        raise NotYetExamined(_("Die Frage zu dieser Buchung ist noch nicht beantwortet."))
    if item.state == ItemState.TICKED:
        return item
    with act("examination.item_ticked", item, by=by):
        item.state, item.ticked_by, item.ticked_on = ItemState.TICKED, by, on
        item.save()
        lapse_signatures(examination)
    return item


@transaction.atomic
def untick(item: SampleItem, *, reason: str, by: User) -> SampleItem:
    """Take a tick back: the entry is to be examined again."""
    examination = locked(item.examination)
    item = SampleItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie einen Grund an."), field="reason")
    if item.state != ItemState.TICKED:
        raise NotYetExamined(_("Diese Buchung ist nicht abgehakt."))
    with act("examination.item_unticked", item, by=by, reason=reason):
        item.state = ItemState.ANSWERED if item.questions.exists() else ItemState.OPEN
        item.ticked_by, item.ticked_on = None, None
        item.save()
        lapse_signatures(examination)
    return item


@transaction.atomic
def ask(examination: Examination, text: str, *, item: SampleItem | None = None, by: User, on: date) -> Question:
    """Ask the treasurer, about an entry of the sample or in general."""
    examination = locked(examination)
    if not text.strip():
        raise AnswerMissing(_("Bitte schreiben Sie Ihre Frage."), field="text")
    with act("examination.question_asked", by=by) as entry:
        entry.subject = question = Question.objects.create(
            examination=examination, item=item, text=text.strip(), asked_by=by, asked_on=on
        )
        if item:
            item.state, item.ticked_by, item.ticked_on = ItemState.QUESTION, None, None
            item.save()
        lapse_signatures(examination)
    return question


@transaction.atomic
def answer(question: Question, text: str, *, by: User, on: date) -> Question:
    """The treasurer answers once; the auditor then ticks the entry or asks again."""
    examination = locked(question.examination)
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if not text.strip():
        raise AnswerMissing(_("Bitte schreiben Sie Ihre Antwort."), field="text")
    if not question.is_open:
        raise AnswerMissing(_("Die Frage ist schon beantwortet."))
    with act("examination.question_answered", question, by=by):
        question.answer, question.answered_by, question.answered_on = text.strip(), by, on
        question.save()
        item = question.item
        if item and item.state == ItemState.QUESTION and not item.questions.filter(answer="").exists():
            item.state = ItemState.ANSWERED
            item.save(update_fields=["state"])
        lapse_signatures(examination)
    return question


@transaction.atomic
def add_finding(examination: Examination, *, weight: Weight | str, text: str, advice: str = "", by: User) -> Finding:
    examination = locked(examination)
    with act("examination.finding_added", by=by) as entry:
        entry.subject = finding = Finding.objects.create(
            examination=examination, weight=weight, text=text, advice=advice, added_by=by
        )
        lapse_signatures(examination)
    return finding


@transaction.atomic
def remove_finding(finding: Finding, *, by: User, reason: str) -> Examination:
    examination = locked(finding.examination)
    with act("examination.finding_removed", finding, by=by, reason=reason):
        finding.delete()
        lapse_signatures(examination)
    return examination


@transaction.atomic
def conclude(examination: Examination, *, text: str, recommendation: Recommendation | str, by: User) -> Examination:
    """What the auditors say of the year as a whole, and what they recommend to the assembly."""
    examination = locked(examination)
    with act("examination.conclusion_set", examination, by=by, data={"recommendation": recommendation}):
        examination.conclusion, examination.recommendation = text, recommendation
        examination.save(update_fields=["conclusion", "recommendation"])
        lapse_signatures(examination)
    return examination


def obstacles(examination: Examination) -> list[str]:
    """What is missing until the report can be signed: sample drawn and ticked, questions answered, conclusion written."""
    if not examination.sample_method:
        return [_("Die Stichprobe ist noch nicht gezogen.")]
    found = []
    if left := examination.items.exclude(state=ItemState.TICKED).count():
        text = ngettext("%s Buchung ist noch nicht geprüft.", "%s Buchungen sind noch nicht geprüft.", left)
        found.append(text % number(left))
    if examination.questions.filter(answer="").exists():
        found.append(_("Es gibt noch Fragen ohne Antwort."))
    if not examination.recommendation or not examination.conclusion.strip():
        found.append(_("Das Ergebnis der Prüfung ist noch nicht formuliert."))
    return found


def guard_complete(examination: Examination) -> None:
    """Signed is what was examined."""
    if missing := obstacles(examination):
        raise NotYetExamined(" ".join(missing))
