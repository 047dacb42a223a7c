"""Reserves of a tax-privileged body (§ 62 AO): formed and dissolved by resolution, within the limits of the law."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.closing.calculations.funds import FreeReserveYear
from apps.closing.domain.errors import ReserveNotAllowed
from apps.closing.domain.funds import FundsBooks, free_reserve, funds_statement
from apps.closing.enums import Direction, ReserveKind
from apps.closing.models import ReserveMovement
from apps.core.money import CENT, euros
from apps.core.templatetags.formats import euro
from apps.ledger.domain.drafts import Line
from apps.ledger.domain.posting import post_entry
from apps.ledger.models import Account, AccountYear
from apps.organisation.domain.queries import tax_status_on
from apps.organisation.enums import DecisionSubject, TaxStatus
from apps.resolutions.domain.subjects import guard_subject
from apps.resolutions.models import Resolution

SOURCE = "closing.reserve"
FREE = "RESULT_CARRY"


@transaction.atomic
def move_reserve(
    *,
    kind: ReserveKind | str,
    direction: Direction | str,
    year: int,
    amount: Decimal,
    purpose: str,
    resolution: Resolution,
    by: User | None,
    on: date,
    is_sure: bool = False,
) -> ReserveMovement:
    """Form or dissolve a reserve at the end of a year by a resolution; it is posted between the accounts of own funds.

    One after the other: the accounts of all reserves stay locked, so that limits hold for two people at once.
    """
    kind, direction = ReserveKind(kind), Direction(direction)
    lock_reserves()
    guard_over(year, on)
    guard_status(year)
    guard_amount(amount)
    guard_subject(resolution, DecisionSubject.RESERVES, DecisionSubject.ACCOUNTS, is_sure=is_sure)
    if direction == Direction.DISSOLVE:
        guard_enough(kind, amount)
    else:
        guard_limit(kind, year, amount)
        guard_funds(year, amount)
    sides: tuple[dict[str, Any], dict[str, Any]] = ({"debit": amount}, {"credit": amount})
    own, reserve = sides if direction == Direction.FORM else sides[::-1]
    entry = post_entry(
        on=date(year, 12, 31),
        text=f"{kind.label}: {direction.label}. {purpose}",
        lines=[Line(FREE, **own), Line(kind.account_key, **reserve)],
        source=SOURCE,
        reference=resolution.reference or str(resolution),
        by=by,
    )
    with act(
        "closing.reserve_moved", by=by, data={"amount": str(amount), "on": on, "resolution": resolution.reference}
    ) as done:
        done.subject = movement = ReserveMovement.objects.create(
            year=year,
            kind=kind,
            direction=direction,
            amount=euros(amount),
            purpose=purpose,
            resolution=resolution,
            entry=entry,
            made_on=on,
            made_by=by,
        )
    return movement


def lock_reserves() -> None:
    keys = [kind.account_key for kind in ReserveKind]
    list(Account.objects.select_for_update().filter(key__in=keys).order_by("pk").values_list("pk", flat=True))


def guard_over(year: int, on: date) -> None:
    """Reserves are moved at the end of the year, when its funds are known."""
    if date(year, 12, 31) > on:
        raise ReserveNotAllowed(_("Gebucht wird zum 31.12.%s. Der Tag ist noch nicht gekommen.") % year, field="year")


def guard_status(year: int) -> None:
    if tax_status_on(date(year, 12, 31)) != TaxStatus.CHARITABLE:
        raise ReserveNotAllowed(
            _("Rücklagen nach § 62 AO bildet nur, wer gemeinnützig ist. Bitte tragen Sie den steuerlichen Status ein.")
        )


def guard_amount(amount: Decimal) -> None:
    if amount <= 0 or amount != amount.quantize(CENT):
        raise ReserveNotAllowed(_("Bitte geben Sie einen Betrag größer als null in ganzen Cent an."), field="amount")


def balance_of_reserve(kind: ReserveKind) -> Decimal:
    sums = dict(
        ReserveMovement.objects.filter(kind=kind).order_by().values_list("direction").annotate(sum=Sum("amount"))
    )
    return Decimal(sums.get(Direction.FORM, 0)) - Decimal(sums.get(Direction.DISSOLVE, 0))


def guard_enough(kind: ReserveKind, amount: Decimal) -> None:
    present = balance_of_reserve(kind).quantize(CENT)
    if amount > present:
        raise ReserveNotAllowed(
            _("In der Rücklage stehen %s. Mehr kann nicht aufgelöst werden.") % euro(present), field="amount"
        )


def guard_limit(kind: ReserveKind, year: int, amount: Decimal) -> None:
    if kind == ReserveKind.FREE:
        guard_free_limit(year, amount)
    elif kind == ReserveKind.REPLACEMENT:
        guard_replacement_limit(year, amount)


def guard_funds(year: int, amount: Decimal) -> None:
    """Only funds that are not used yet can be put aside."""
    unused = funds_statement(year).closing
    if amount > unused:
        raise ReserveNotAllowed(
            _("Am Ende von %(year)s sind noch %(unused)s nicht verwendet. Mehr kann nicht zurückgelegt werden.")
            % {"year": year, "unused": euro(max(Decimal(0), unused))},
            field="amount",
        )


def guard_replacement_limit(year: int, amount: Decimal) -> None:
    """To replace assets at most their regular depreciation is put aside (§ 62 (1) Nr. 2 AO)."""
    depreciation = AccountYear.objects.filter(account__key="DEPRECIATION", year=year).balance()
    left = depreciation.quantize(CENT) - FundsBooks(year).moved(year, Direction.FORM, ReserveKind.REPLACEMENT)
    if amount > left:
        raise ReserveNotAllowed(
            _(
                "Für %(year)s sind %(depreciation)s abgeschrieben. Zur Wiederbeschaffung sind höchstens noch %(left)s möglich "
                "(§ 62 Abs. 1 Nr. 2 AO)."
            )
            % {"year": year, "depreciation": euro(depreciation.quantize(CENT)), "left": euro(max(Decimal(0), left))},
            field="amount",
        )


def guard_free_limit(year: int, amount: Decimal) -> None:
    room: FreeReserveYear = free_reserve(FundsBooks(year))[-1]
    if amount > room.left:
        raise ReserveNotAllowed(
            _("Für %(year)s sind höchstens noch %(left)s möglich (§ 62 Abs. 1 Nr. 3 AO).")
            % {"year": year, "left": euro(max(Decimal(0), room.left))},
            field="amount",
        )
