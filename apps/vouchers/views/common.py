from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from apps.core.views import Crumb
from apps.vouchers.models import Voucher
from apps.vouchers.rules import get_voucher

VOUCHERS = Crumb(gettext_lazy("Belege"), reverse_lazy("vouchers:vouchers"))
CASH_BOOK = Crumb(gettext_lazy("Kassenbuch"), reverse_lazy("vouchers:cash"))
ASSETS = Crumb(gettext_lazy("Anlagen"), reverse_lazy("vouchers:assets"))


class VoucherView:
    """Getter and way back of everything about one voucher."""

    request: Any
    kwargs: dict[str, Any]
    object: Voucher

    def get_object(self) -> Voucher:
        return get_voucher(self.request.user, self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS]
