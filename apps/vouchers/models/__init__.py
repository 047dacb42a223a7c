"""Vouchers and creditors, petty cash, fixed assets."""

from apps.vouchers.models.assets import AssetQuerySet, Depreciation, FixedAsset
from apps.vouchers.models.cash import CashCount, CashEntry, CashQuerySet
from apps.vouchers.models.creditors import Creditor
from apps.vouchers.models.vouchers import Settlement, SettlementQuerySet, Voucher, VoucherLine, VoucherQuerySet

__all__ = [
    "AssetQuerySet",
    "CashCount",
    "CashEntry",
    "CashQuerySet",
    "Creditor",
    "Depreciation",
    "FixedAsset",
    "Settlement",
    "SettlementQuerySet",
    "Voucher",
    "VoucherLine",
    "VoucherQuerySet",
]
