"""Strictly by appointment and year: auditors see the examination they were appointed for, and no other."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role
from apps.examination.models import Examination, Finding, Question, SampleItem


def appointments(user: Any) -> frozenset[int]:
    """Ids of the examinations the person was appointed for; read once per request and user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    cached = getattr(user, "_examinations", None)
    if cached is None:
        cached = user._examinations = frozenset(user.examinations.values_list("examination_id", flat=True))
    return cached


@rules.predicate
def is_appointed(user: Any, obj: Any = None) -> bool:
    mine = appointments(user)
    if obj is None:
        return bool(mine)
    return (obj.pk if isinstance(obj, Examination) else obj.examination_id) in mine


is_examined = has_role(Role.TREASURER)
follows = has_role(Role.TREASURER, Role.BOARD)

for model in ("examination", "auditor", "sampleitem", "question", "finding"):
    rules.add_perm(f"examination.view_{model}", follows | is_appointed)
rules.add_perm("examination.examine", is_appointed)
rules.add_perm("examination.answer", is_examined)
rules.add_perm("examination.appoint", has_role(Role.BOARD))
rules.add_perm("examination.draft_discharge", is_appointed | has_role(Role.BOARD))


def visible_examinations(user: Any) -> QuerySet[Examination]:
    examinations = Examination.objects.select_related("resolution", "report", "motion")
    return examinations if follows(user) else examinations.filter(pk__in=appointments(user))


def get_examination(user: Any, year: int) -> Examination:
    return get_object_or_404(visible_examinations(user), year=year)


def get_item(user: Any, year: int, number: int) -> SampleItem:
    items = SampleItem.objects.select_related(
        "examination", "entry__voucher", "entry__posted_by", "entry__reverses", "entry__reversed_by", "ticked_by"
    )
    return get_object_or_404(items, examination=get_examination(user, year), entry__year=year, entry__number=number)


def get_question(user: Any, pk: int) -> Question:
    questions = Question.objects.select_related("examination", "item__entry", "item__examination")
    return get_object_or_404(questions, pk=pk, examination__in=visible_examinations(user))


def get_finding(user: Any, pk: int) -> Finding:
    if not user.is_authenticated:
        raise Http404
    findings = Finding.objects.select_related("examination")
    return get_object_or_404(findings, pk=pk, examination__in=visible_examinations(user))
