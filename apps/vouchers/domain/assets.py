"""The register of fixed assets and their straight-line depreciation (§ 7 Abs. 1 EStG)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Sum
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros, round_cents
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import euro
from apps.documents.models import Document
from apps.ledger.domain.drafts import EntryDraft, Line
from apps.ledger.domain.posting import post_entries, post_entry, reverse_entry
from apps.ledger.models import Account, CostCentre, EntryLine
from apps.organisation.domain.queries import decimal_parameter
from apps.vouchers.calculations import depreciated
from apps.vouchers.domain.checking import required
from apps.vouchers.domain.errors import AssetGone, CostExceeded, DetailsMissing, NothingToDepreciate
from apps.vouchers.models import Depreciation, FixedAsset

SOURCE = "vouchers.depreciation"


@dataclass(frozen=True)
class Proposal:
    """What an asset loses in a year, and what it is worth in the books after it."""

    asset: FixedAsset
    before: Decimal
    amount: Decimal

    @property
    def after(self) -> Decimal:
        return self.before - self.amount


@transaction.atomic
def record_asset(
    *,
    name: str,
    account: Account,
    acquired_on: date,
    cost: Decimal,
    useful_life_months: int,
    voucher: Document,
    cost_centre: CostCentre | None = None,
    by: Any,
) -> FixedAsset:
    """Enter an asset whose acquisition is posted on `account` with `voucher`; all assets together cost at most that."""
    if not account.number.startswith("0"):
        raise DetailsMissing(_("Bitte wählen Sie ein Anlagekonto (Klasse 0)."), field="account")
    voucher = Document.objects.select_for_update().get(pk=voucher.pk)
    guard_cost(cost, account, voucher)
    [sequence] = take_numbers("vouchers.asset")
    asset = FixedAsset(
        number=f"A-{sequence:05}",
        name=name,
        account=account,
        acquired_on=acquired_on,
        cost=euros(cost),
        useful_life_months=useful_life_months,
        voucher=voucher,
        cost_centre=cost_centre,
    )
    with act("vouchers.asset_recorded", by=by) as record:
        asset.save()
        record.subject = asset
    return asset


def guard_cost(cost: Decimal, account: Account, voucher: Document) -> None:
    """What was paid for becomes an asset once (§ 253 (1) HGB: at most the cost of acquisition)."""
    acquired = acquired_with(voucher, account)
    recorded = FixedAsset.objects.filter(voucher=voucher, account=account).aggregate(sum=Sum("cost"))["sum"]
    left = acquired - round_cents(recorded or Decimal(0))
    if cost > left:
        raise CostExceeded(
            _(
                "Mit diesem Beleg sind auf „%(account)s“ %(acquired)s gebucht. Für weitere Anlagegüter bleiben davon %(left)s."
            )
            % {"account": account.name, "acquired": euro(acquired), "left": euro(left)},
            field="cost",
        )


def acquired_with(voucher: Document, account: Account) -> Decimal:
    """What entries with the voucher brought onto the account; depreciation and disposal, which name it too, don't count."""
    lines = EntryLine.objects.filter(account=account, entry__voucher=voucher)
    bought = lines.exclude(entry__source=SOURCE).exclude(entry__reverses__source=SOURCE)
    return round_cents(bought.balance())


def is_low_value(cost: Decimal, on: date) -> bool:
    """So cheap that it may be an expense at once (§ 6 Abs. 2 EStG; net, a dated legal value)."""
    return cost <= decimal_parameter("gwg_limit", on)


def posted_before(asset: FixedAsset) -> Decimal:
    return sum((row.amount.amount for row in asset.depreciations.all() if row.is_standing), Decimal(0))


def proposed_depreciations(year: int) -> list[Proposal]:
    """What is to be depreciated in the year, one line per asset; years that were left out are made up for."""
    assets = (
        FixedAsset.objects.in_use(year)
        .filter(disposed_on=None)
        .select_related("account", "cost_centre", "voucher")
        .prefetch_related(Prefetch("depreciations", Depreciation.objects.filter(is_standing=True)))
    )
    found = [proposal_for(asset, year) for asset in assets]
    return [proposal for proposal in found if proposal.amount > 0]


def proposal_for(asset: FixedAsset, year: int) -> Proposal:
    done = posted_before(asset)
    total = depreciated(asset.cost.amount, start=asset.start, life=asset.useful_life_months, until_year=year)
    return Proposal(asset, asset.cost.amount - done, total - done)


@transaction.atomic
def post_depreciations(year: int, *, by: Any, on: date) -> list[Depreciation]:
    """Post the depreciation of all assets at the end of the year, once."""
    last_day = date(year, 12, 31)
    list(FixedAsset.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    proposals = proposed_depreciations(year)
    if last_day > on or not proposals:
        raise NothingToDepreciate(
            _("Für %s ist nichts abzuschreiben, oder das Jahr ist noch nicht zu Ende.") % year, field="year"
        )
    with act("vouchers.depreciated", by=by, data={"year": year, "count": len(proposals)}):
        entries = post_entries([draft_of(proposal, last_day) for proposal in proposals], by=by)
        return bulk.create(
            Depreciation,
            [
                Depreciation(asset=proposal.asset, year=year, amount=euros(proposal.amount), entry=entry)
                for proposal, entry in zip(proposals, entries, strict=True)
            ],
        )


def draft_of(proposal: Proposal, on: date) -> EntryDraft:
    asset = proposal.asset
    return EntryDraft(
        on=on,
        text=_("Abschreibung %(year)s: %(asset)s") % {"year": on.year, "asset": asset},
        lines=[
            Line("DEPRECIATION", debit=proposal.amount, cost_centre=asset.cost_centre),
            Line(asset.account, credit=proposal.amount),
        ],
        source=SOURCE,
        reference=asset.number,
        voucher=asset.voucher,
    )


@transaction.atomic
def reverse_depreciation(row: Depreciation, *, reason: str, by: Any, on: date) -> Depreciation:
    """Take a depreciation back; it is proposed again for the year."""
    row = Depreciation.objects.select_for_update().get(pk=row.pk)
    with act("vouchers.depreciation_reversed", row.asset, by=by, reason=required(reason)):
        reverse_entry(row.entry, by=by, on=on, reason=reason)
        row.is_standing = False
        row.save(update_fields=["is_standing"])
    return row


@transaction.atomic
def dispose_of(asset: FixedAsset, *, disposed_on: date, reason: str, by: Any) -> FixedAsset:
    """Take an asset out of the register; what it was still worth in the books is an expense."""
    asset = FixedAsset.objects.select_for_update().get(pk=asset.pk)
    if asset.disposed_on:
        raise AssetGone(_("%s ist schon abgegangen.") % asset)
    if disposed_on < asset.acquired_on:
        raise DetailsMissing(_("Der Abgang liegt vor der Anschaffung."), field="disposed_on")
    rest = asset.cost.amount - posted_before(asset)
    with act("vouchers.asset_disposed", asset, by=by, reason=required(reason)):
        if rest:
            asset.disposal_entry = post_entry(
                on=disposed_on,
                text=_("Abgang: %s") % asset,
                lines=[Line("DISPOSAL", debit=rest, cost_centre=asset.cost_centre), Line(asset.account, credit=rest)],
                source=SOURCE,
                reference=asset.number,
                voucher=asset.voucher,
                by=by,
            )
        asset.disposed_on, asset.disposal_reason = disposed_on, reason.strip()[:200]
        asset.save(update_fields=["disposed_on", "disposal_reason", "disposal_entry"])
    return asset
