"""All who are signed in see the bodies; board, office and administration keep them."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role, is_signed_in
from apps.bodies.models import Body, Term

keeps_bodies = has_role(Role.BOARD, Role.OFFICE, Role.ADMIN)

for model in ("body", "office", "term"):
    rules.add_perm(f"bodies.view_{model}", is_signed_in)
    rules.add_perm(f"bodies.change_{model}", keeps_bodies)


def visible_bodies(user: Any) -> QuerySet[Body]:
    return Body.objects.all() if user.has_perm("bodies.view_body") else Body.objects.none()


def get_body(user: Any, code: str) -> Body:
    return get_object_or_404(visible_bodies(user), code=code)


def get_term(user: Any, pk: int) -> Term:
    terms = Term.objects.select_related("body", "office", "user", "city")
    return get_object_or_404(terms, pk=pk, body__in=visible_bodies(user))
