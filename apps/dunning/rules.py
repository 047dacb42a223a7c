"""Who may see and do what with reminders. A member city sees the letters it got, nothing else."""

from typing import Any

import rules
from django.http import Http404

from apps.accounts.roles import Role, has_role
from apps.dues.models import Invoice
from apps.dues.rules import may_see_all
from apps.dunning.models import DunningBlock, DunningLetter, DunningProcedure, DunningRun, LimitationEvent
from apps.dunning.models.run import LetterQuerySet
from apps.members.rules import acting_city_ids, acts_for_city

sees_all = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)
is_treasurer = has_role(Role.TREASURER)


def visible_letters(user: Any) -> LetterQuerySet:
    """All for treasurer, board and auditors; for others those to the cities they act for today, once printed."""
    if may_see_all(user):
        return DunningLetter.objects.all()
    return DunningLetter.objects.filter(city__in=acting_city_ids(user), document__isnull=False)


def get_letter(user: Any, number: str) -> DunningLetter:
    related = ("city", "run", "issued_by", "document")
    return found(visible_letters(user).select_related(*related).filter(number=number).first())


def get_run(user: Any, pk: int) -> DunningRun:
    rows = DunningRun.objects.select_related("procedure", "frozen_by", "issued_by")
    return found(rows.filter(pk=pk).first() if may_see_all(user) else None)


def get_procedure(user: Any, pk: int) -> DunningProcedure:
    rows = DunningProcedure.objects.select_related("resolution")
    return found(rows.filter(pk=pk).first() if may_see_all(user) else None)


def get_claim(user: Any, number: str) -> Invoice:
    rows = Invoice.objects.with_balance().select_related("city")
    return found(rows.filter(number=number).first() if may_see_all(user) else None)


def get_block(user: Any, pk: int) -> DunningBlock:
    rows = DunningBlock.objects.select_related("city", "invoice")
    return found(rows.filter(pk=pk).first() if may_see_all(user) else None)


def get_event(user: Any, pk: int) -> LimitationEvent:
    rows = LimitationEvent.objects.select_related("invoice")
    return found(rows.filter(pk=pk).first() if may_see_all(user) else None)


def found[M](row: M | None) -> M:
    if row is None:
        raise Http404
    return row


rules.add_perm("dunning.view_dunningletter", sees_all | acts_for_city)
rules.add_perm("dunning.view_dunningrun", sees_all)
rules.add_perm("dunning.view_dunningitem", sees_all)
rules.add_perm("dunning.view_dunningprocedure", sees_all)
rules.add_perm("dunning.view_dunninglevel", sees_all)
rules.add_perm("dunning.view_dunningblock", sees_all)
rules.add_perm("dunning.view_limitationevent", sees_all)
rules.add_perm("dunning.view_claim", sees_all)
rules.add_perm("dunning.view_waiver", sees_all)
rules.add_perm("dunning.view_waivedclaim", sees_all)
rules.add_perm("dunning.waive", is_treasurer)
rules.add_perm("dunning.change_procedure", is_treasurer)
rules.add_perm("dunning.run", is_treasurer)
rules.add_perm("dunning.withdraw", is_treasurer)
rules.add_perm("dunning.block", is_treasurer)
rules.add_perm("dunning.record_event", is_treasurer)
