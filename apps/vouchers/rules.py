"""The treasurer keeps vouchers, cash and assets; the board checks and approves too; auditors see everything."""

from typing import Any

import rules
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from apps.accounts.roles import Role, has_role
from apps.vouchers.models import CashCount, CashEntry, CashQuerySet, Creditor, FixedAsset, Voucher, VoucherQuerySet

sees_vouchers = has_role(Role.TREASURER, Role.BOARD, Role.AUDITOR)
keeps_vouchers = has_role(Role.TREASURER)
checks_vouchers = has_role(Role.TREASURER, Role.BOARD)

for model in (
    "voucher",
    "voucherline",
    "settlement",
    "creditor",
    "cashentry",
    "cashcount",
    "fixedasset",
    "depreciation",
):
    rules.add_perm(f"vouchers.view_{model}", sees_vouchers)
rules.add_perm("vouchers.keep_voucher", keeps_vouchers)
rules.add_perm("vouchers.check_voucher", checks_vouchers)
rules.add_perm("vouchers.keep_cash", keeps_vouchers)
rules.add_perm("vouchers.keep_asset", keeps_vouchers)


def visible_vouchers(user: Any) -> VoucherQuerySet:
    return Voucher.objects.all() if user.has_perm("vouchers.view_voucher") else Voucher.objects.none()


def get_voucher(user: Any, number: str) -> Voucher:
    related = (
        "creditor",
        "document",
        "structured",
        "entry",
        "contracting_city",
        "factual_by",
        "arithmetical_by",
        "approved_by",
    )
    return get_object_or_404(visible_vouchers(user).with_balance().select_related(*related), number=number)


def visible_creditors(user: Any) -> QuerySet[Creditor]:
    return Creditor.objects.all() if user.has_perm("vouchers.view_creditor") else Creditor.objects.none()


def get_creditor(user: Any, pk: int) -> Creditor:
    return get_object_or_404(visible_creditors(user), pk=pk)


def visible_cash(user: Any) -> CashQuerySet:
    return CashEntry.objects.all() if user.has_perm("vouchers.view_cashentry") else CashEntry.objects.none()


def get_cash_entry(user: Any, number: str) -> CashEntry:
    return get_object_or_404(visible_cash(user).select_related("entry"), number=number)


def visible_counts(user: Any) -> QuerySet[CashCount]:
    return CashCount.objects.all() if user.has_perm("vouchers.view_cashcount") else CashCount.objects.none()


def get_count(user: Any, number: str) -> CashCount:
    counts = visible_counts(user).select_related("counted_by", "document", "difference_entry__entry")
    return get_object_or_404(counts, number=number)


def visible_assets(user: Any) -> QuerySet[FixedAsset]:
    return FixedAsset.objects.all() if user.has_perm("vouchers.view_fixedasset") else FixedAsset.objects.none()


def get_asset(user: Any, number: str) -> FixedAsset:
    assets = visible_assets(user).select_related("account", "cost_centre", "voucher", "disposal_entry")
    return get_object_or_404(assets, number=number)
