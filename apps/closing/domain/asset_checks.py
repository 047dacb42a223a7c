"""Does the register of assets hold what stands on their accounts?"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.closing.domain.books import Books
from apps.closing.domain.check import Check
from apps.closing.enums import Level
from apps.core.registries import Waiting
from apps.core.templatetags.formats import euro
from apps.ledger.models import Account
from apps.vouchers.models import Depreciation, FixedAsset


def book_values(account: Account, end: date) -> tuple[Waiting, Waiting]:
    """Cost of the assets on the account that are there at the end of the year, and what they have lost by then."""
    there = Q(disposed_on=None) | Q(disposed_on__gt=end)
    assets = FixedAsset.objects.filter(there, account=account, acquired_on__lte=end)
    lost = Depreciation.objects.filter(asset__in=assets, entry__booked_on__lte=end)
    standing = lost.exclude(entry__reversed_by__booked_on__lte=end)
    return Waiting(assets, amount="cost"), Waiting(standing, amount="amount")


def assets_match(books: Books, registered: Mapping[str, Decimal]) -> Iterator[Check]:
    """Every asset stands in the register once, with what its account shows (§ 240 HGB as a standard); none is worth less than nothing."""
    title, url, rule = _("Anlagenverzeichnis und Anlagekonten stimmen überein"), reverse("vouchers:assets"), "§ 240 HGB"
    rows = [
        (account, books.stock(account), registered[number]) for number, account in books.chart.assets_in_use.items()
    ]
    wrong = [row for row in rows if row[1] != row[2] or row[1] < 0]
    if not wrong:
        total = sum((value for _account, value, _register in rows), Decimal(0))
        yield Check(title, Level.OK, _("Buchwert am Jahresende: %s") % euro(total), url, rule)
    for account, value, register in wrong:
        detail = _("%(account)s: auf dem Konto %(value)s, im Verzeichnis %(register)s.") % {
            "account": account,
            "value": euro(value),
            "register": euro(register),
        }
        yield Check(title, Level.BLOCKER if value < 0 else Level.WARNING, detail, url, rule)
