"""Who reads, writes and signs papers."""

from datetime import date
from typing import Any

import rules
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from apps.accounts.roles import Role, current_roles, has_role, is_signed_in
from apps.members.models import City, Delegation
from apps.papers.enums import PaperState
from apps.papers.models import Paper, Signature

SEE_ALL = frozenset({Role.BOARD, Role.OFFICE, Role.AUDITOR})
FOR_MEMBERS = [PaperState.FROZEN, PaperState.PUBLISHED, PaperState.WITHDRAWN]

keeps_papers = has_role(Role.BOARD, Role.OFFICE)
is_board = has_role(Role.BOARD)


def visible_papers(user: Any) -> QuerySet[Paper]:
    """All for board, office and auditors; from the frozen text on for everybody signed in; published ones for the public."""
    if not is_signed_in(user):
        return Paper.objects.published()
    if SEE_ALL & current_roles(user):
        return Paper.objects.all()
    return Paper.objects.filter(state__in=FOR_MEMBERS)


def get_paper(user: Any, slug: str) -> Paper:
    paper = (
        visible_papers(user)
        .select_related("text", "frozen_version__author", "builds_on", "resolution", "printed")
        .filter(slug=slug)
        .first()
    )
    if paper is None:
        raise Http404
    return paper


def get_public_paper(slug: str) -> Paper:
    paper = (
        Paper.objects.published().select_related("frozen_version", "resolution", "printed").filter(slug=slug).first()
    )
    if paper is None:
        raise Http404
    return paper


def signing_cities(user: Any, on: date | None = None) -> QuerySet[City]:
    """Cities for which the person may sign on that day."""
    mine = Delegation.objects.valid_on(on or timezone.localdate()).filter(user_id=user.pk, may_sign=True)
    return City.objects.filter(pk__in=mine.values("city_id"))


def get_signature(user: Any, pk: int) -> Signature:
    signature = (
        Signature.objects.filter(paper__in=visible_papers(user)).select_related("paper", "city").filter(pk=pk).first()
    )
    if signature is None:
        raise Http404
    return signature


@rules.predicate
def may_read(user: Any, thing: Any = None) -> bool:
    """The paper, or the one a signature belongs to, is visible to the person."""
    if thing is None:
        return True
    pk = thing.pk if isinstance(thing, Paper) else thing.paper_id
    return visible_papers(user).filter(pk=pk).exists()


@rules.predicate
def may_sign_for_a_city(user: Any, thing: Any = None) -> bool:
    """A delegation with the right to sign is valid today: for the city of a signature, else for any city."""
    if not is_signed_in(user):
        return False
    cities = signing_cities(user)
    return cities.filter(pk=thing.city_id).exists() if isinstance(thing, Signature) else cities.exists()


rules.add_perm("papers.view_paper", is_signed_in & may_read)
rules.add_perm("papers.view_signature", is_signed_in & may_read)
rules.add_perm("papers.add_paper", keeps_papers)
rules.add_perm("papers.change_paper", keeps_papers)
rules.add_perm("papers.freeze_paper", is_board)
rules.add_perm("papers.publish_paper", is_board)
rules.add_perm("papers.record_letter", is_board)
rules.add_perm("papers.sign_paper", may_sign_for_a_city)
rules.add_perm("papers.withdraw_signature", is_board | may_sign_for_a_city)
