"""The treasurer drafts, treasurer or board release; auditors see. For everybody else there are no payments."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role
from apps.members.models import City
from apps.payments.models import Mandate, MandateQuerySet, OrderQuerySet, PaymentOrder, PaymentRun

sees = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)

for model in ("mandate", "paymentrun", "paymentorder", "creditoridentifier", "prenotification"):
    rules.add_perm(f"payments.view_{model}", sees)
rules.add_perm("payments.change_mandate", has_role(Role.TREASURER))
rules.add_perm("payments.draft_run", has_role(Role.TREASURER))
rules.add_perm("payments.release_run", has_role(Role.TREASURER, Role.BOARD))


def visible_mandates(user: Any) -> MandateQuerySet:
    rows = Mandate.objects.all() if user.has_perm("payments.view_mandate") else Mandate.objects.none()
    return rows.select_related("city", "document")


def get_mandate(user: Any, pk: int) -> Mandate:
    return get_object_or_404(visible_mandates(user), pk=pk)


def visible_runs(user: Any) -> QuerySet[PaymentRun]:
    rows = PaymentRun.objects.all() if user.has_perm("payments.view_paymentrun") else PaymentRun.objects.none()
    return rows.with_sums().select_related("bank_account", "drafted_by", "released_by", "document")


def get_run(user: Any, pk: int) -> PaymentRun:
    return get_object_or_404(visible_runs(user), pk=pk)


def visible_orders(user: Any) -> OrderQuerySet:
    return PaymentOrder.objects.all() if user.has_perm("payments.view_paymentorder") else PaymentOrder.objects.none()


def get_order(user: Any, pk: int) -> PaymentOrder:
    return get_object_or_404(visible_orders(user).select_related("run"), pk=pk)


def get_city(user: Any, slug: str) -> City:
    """A city to refund to."""
    cities = City.objects.all() if user.has_perm("payments.draft_run") else City.objects.none()
    return get_object_or_404(cities, slug=slug)
