"""Is the balance of every bank account that of its account in the books at the end of the year (Saldenabstimmung)?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.banking.models import BankAccount, BankLine, Statement
from apps.closing.domain.check import Check
from apps.closing.enums import Level
from apps.core.money import round_cents
from apps.core.templatetags.formats import day, euro

ZERO = Decimal("0.00")
TURN = timedelta(days=7)  # an account seldom stands still longer around the turn of the year


def bank_accounts(end: date) -> list[Any]:
    """The accounts with what the bank says: the last balance by the day, what moved since, and the statement that covers the day.

    Only statements with balances count; a file without them says nothing about the account. `opening` is what the statement
    that ended last by the day said, without one what the first one began with. Banks date an opening balance with the day
    on which the statement before closed; lines of that day are in it already.
    """
    statements = Statement.objects.filter(bank_account=OuterRef("pk"), opening__isnull=False, closing__isnull=False)
    covering = statements.filter(closed_on__gte=end).order_by("closed_on", "opened_on", "pk")
    ended = statements.filter(closed_on__lte=end).order_by("-closed_on", "-opened_on", "-pk")
    last = statements.order_by("-closed_on", "-pk")
    accounts: Any = BankAccount.objects.select_related("account").annotate(
        opened_on=Subquery(covering.values("opened_on")[:1]),
        closed_on=Subquery(covering.values("closed_on")[:1]),
        closing=Subquery(covering.values("closing")[:1]),
        ended_on=Subquery(ended.values("closed_on")[:1]),
        opening=Coalesce(Subquery(ended.values("closing")[:1]), Subquery(covering.values("opening")[:1])),
        last_closing=Subquery(last.values("closing")[:1]),
    )
    since = Q(booked_on__gt=OuterRef("ended_on")) | Q(booked_on__gte=OuterRef("began_on"))
    return list(
        accounts.annotate(began_on=Case(When(ended_on=None, then=F("opened_on")))).annotate(
            moved=summed(since & Q(booked_on__lte=end)),
            moved_later=summed(Q(booked_on__gt=end, booked_on__lte=OuterRef("closed_on"))),
        )
    )


def summed(lines: Q) -> Any:
    """Sum of some lines of the account."""
    rows = BankLine.objects.told_once().filter(lines, bank_account=OuterRef("pk")).order_by()
    total = rows.values("bank_account").annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(total), ZERO, output_field=DecimalField(max_digits=16, decimal_places=2))


def bank_equals_books(accounts: Sequence[Any], balances: Mapping[int, Decimal], end: date) -> Iterator[Check]:
    """`balances`: what the books say, per account of the ledger."""
    if not accounts:
        title = _("Bank und Bücher stimmen überein")
        yield Check(title, Level.HINT, _("Es ist kein Bankkonto angelegt."), reverse("banking:accounts"))
    for account in accounts:
        yield balance_check(account, balances.get(account.account_id, ZERO), end)


def balance_check(account: Any, books: Decimal, end: date) -> Check:
    title, url = _("%s: Bank und Bücher stimmen überein") % account, account.account.get_absolute_url()
    if account.last_closing is None:
        return Check(
            title, Level.WARNING, _("Es ist kein Kontoauszug mit Salden eingelesen."), reverse("banking:upload")
        )
    if account.opened_on is None:
        detail = _(
            "Der letzte Auszug reicht nicht bis zum %(day)s. Er endet mit %(bank)s, die Bücher stehen bei %(books)s."
        )
        sums = {"bank": euro(account.last_closing), "books": euro(books), "day": day(end)}
        return Check(title, Level.WARNING, detail % sums, reverse("banking:upload"), "GoBD")
    if missing := round_cents(account.closing - account.opening - account.moved - account.moved_later):
        detail = _("Im Auszug bis zum %(day)s fehlen Umsätze über %(missing)s, oder einer ist zu viel.")
        return Check(title, Level.BLOCKER, detail % {"day": day(account.closed_on), "missing": euro(missing)}, url)
    bank = round_cents(account.opening + account.moved)
    if account.ended_on is None and account.opened_on > end + TURN and bank != round_cents(books):
        detail = _(
            "Der erste Auszug beginnt am %(begun)s mit %(bank)s. Über den %(day)s sagt die Bank nichts; die Bücher stehen "
            "bei %(books)s."
        )
        sums = {"begun": day(account.opened_on), "bank": euro(bank), "books": euro(books), "day": day(end)}
        return Check(title, Level.WARNING, detail % sums, reverse("banking:upload"), "GoBD")
    sums = {"bank": euro(bank), "books": euro(books), "day": day(end)}
    if bank != round_cents(books):
        detail = _("Bank am %(day)s: %(bank)s, Bücher: %(books)s. Bitte klären Sie den Unterschied.")
        return Check(title, Level.BLOCKER, detail % sums, url, "§ 146 Abs. 1 AO")
    return Check(title, Level.OK, _("Am %(day)s beide %(books)s.") % sums, url, "§ 146 Abs. 1 AO")
