"""From the appointment to the signed report: sample, ticks, questions and answers, findings, conclusion."""

from collections.abc import Sequence
from datetime import date
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.bodies.enums import BodyKind
from apps.bodies.models import Term
from apps.core.money import euros
from apps.core.templatetags.formats import number
from apps.examination.calculations import METHOD, monetary_unit_sample
from apps.examination.domain.errors import (
    AlreadyReported,
    AnswerMissing,
    AppointmentImpossible,
    NotYetExamined,
    SampleImpossible,
)
from apps.examination.enums import ItemState, Recommendation, Weight
from apps.examination.models import Auditor, Examination, Finding, Question, SampleItem
from apps.ledger.models import ENTRIES_PER_YEAR, Entry
from apps.members.models import City
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
) -> Examination:
    """Open the examination of a year with the auditors the resolution named; at least two (domain rule 6.10)."""
    if not resolution.is_adopted:
        raise AppointmentImpossible(_("„%s“ ist noch nicht gefasst.") % resolution, field="resolution")
    if len({user.pk for user, _city in auditors}) < 2:
        raise AppointmentImpossible(_("Bitte nennen Sie zwei verschiedene Personen."), field="second")
    if Examination.objects.filter(year=year).exists():
        raise AppointmentImpossible(_("Für %s gibt es schon eine Kassenprüfung.") % year, field="year")
    with act("examination.opened", by=by, data={"year": year, "resolution": resolution.reference}) as entry:
        entry.subject = examination = Examination.objects.create(year=year, resolution=resolution, opened_on=on)
        bulk.create(Auditor, [Auditor(examination=examination, user=user, city=city) for user, city in auditors])
    return examination


def population(year: int, until: int | None = None) -> list[tuple[int, int]]:
    """All entries of the year up to a number, in the order of their numbers, with their amount in cents."""
    entries = Entry.objects.filter(year=year).order_by("number")
    if until is not None:
        entries = entries.filter(number__lte=until)
    return [(pk, int(amount * 100)) for pk, amount in entries.values_list("pk", "amount")]


@transaction.atomic
def draw_sample(examination: Examination, *, size: int, seed: str = "", by: User | None) -> Examination:
    """Draw the sample once; seed, size, method and the last entry it was drawn from are kept, so it can be drawn again."""
    examination = locked(examination)
    if examination.sample_method:
        raise SampleImpossible(_("Die Stichprobe ist schon gezogen. Sie bleibt, damit sie nachvollzogen werden kann."))
    amounts = population(examination.year)
    if not amounts:
        raise SampleImpossible(_("Für %s gibt es keine Buchungen.") % examination.year)
    if size < 1:
        raise SampleImpossible(_("Bitte wählen Sie mindestens eine Buchung."), field="size")
    seed = seed.strip() or token_hex(8)
    with act("examination.sample_drawn", examination, by=by, data={"size": size, "seed": seed, "method": METHOD}):
        examination.sample_seed, examination.sample_method, examination.sample_size = seed, METHOD, size
        examination.sample_until = amounts[-1][0] % ENTRIES_PER_YEAR
        examination.sample_total = euros(sum(cents for _pk, cents in amounts)) / 100
        examination.save()
        hits = monetary_unit_sample(amounts, size=size, seed=seed)
        bulk.create(SampleItem, [SampleItem(examination=examination, entry_id=hit.key, hits=hit.hits) for hit in hits])
    return examination


def sample_again(examination: Examination) -> set[int]:
    """The entries that seed, size and population give; must equal what is stored."""
    amounts = population(examination.year, examination.sample_until)
    hits = monetary_unit_sample(amounts, size=examination.sample_size, seed=examination.sample_seed)
    return {hit.key for hit in hits}


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
            examination=examination, weight=weight, text=text, advice=advice
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


def guard_complete(examination: Examination) -> None:
    """Signed is what was examined: sample drawn and ticked, questions answered, conclusion written."""
    if not examination.sample_method:
        raise NotYetExamined(_("Die Stichprobe ist noch nicht gezogen."))
    left = examination.items.exclude(state=ItemState.TICKED).count()
    if left:
        raise NotYetExamined(_("%s Buchungen der Stichprobe sind noch nicht geprüft.") % number(left))
    if examination.questions.filter(answer="").exists():
        raise NotYetExamined(_("Es gibt noch Fragen ohne Antwort."))
    if not examination.recommendation or not examination.conclusion.strip():
        raise NotYetExamined(_("Bitte formulieren Sie zuerst das Ergebnis der Prüfung."))
