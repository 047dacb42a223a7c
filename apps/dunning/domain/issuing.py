"""Letters from a frozen preview: once, in one transaction; and the way back for one that was a mistake."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day, euro
from apps.core.transitions import guard_transition
from apps.dispatch.calculations.placeholders import fill
from apps.dispatch.domain.releasing import withdraw
from apps.dispatch.enums import DispatchState
from apps.dispatch.models import Dispatch
from apps.dues.calculations import closed_reason, subdivision
from apps.dues.domain.runs import guard_creditor
from apps.dunning.domain.errors import AlreadyIssued, AlreadyWithdrawn, NothingToDun, PreviewOutdated, ReasonMissing
from apps.dunning.domain.runs import changes_since, content_of
from apps.dunning.enums import Finding, RunState
from apps.dunning.models import DunningItem, DunningLetter, DunningLevel, DunningRun
from apps.members.models import City

NAMED = 10
PURPOSE_LENGTH = 140


@transaction.atomic
def issue_run(run: DunningRun, *, by: User | None, on: date) -> list[DunningLetter]:
    """Issue the frozen preview: one letter per city with a gap-free number (GoBD Rz. 96). All or nothing.

    The run is locked: a second click waits and is then refused. If anything changed since the preview, it is refused.
    """
    run = DunningRun.objects.select_for_update().select_related("procedure").get(pk=run.pk)
    if run.is_issued:
        raise AlreadyIssued(_("Dieser Mahnlauf ist schon ausgestellt. Es ist nichts zu tun."))
    guard_transition(run, RunState.ISSUED)
    items = guard_issuable(run, on=on)
    chosen = [item for item in items if item.finding == Finding.DUNNED]
    with act("dunning.run_issued", run, by=by, data={"on": on, "sha256": run.content_hash}) as entry:
        letters = bulk.create(DunningLetter, draft_letters(run, chosen, by=by, on=on))
        by_city = {letter.city_id: letter for letter in letters}
        for item in chosen:
            item.letter = by_city[item.city_id]
        bulk.update(DunningItem, chosen, ["letter"])
        run.state, run.issued_on, run.issued_by = RunState.ISSUED, on, by
        run.save(update_fields=["state", "issued_on", "issued_by"])
        entry.data |= {"count": len(letters), "first": letters[0].number, "last": letters[-1].number}
    return letters


def guard_issuable(run: DunningRun, *, on: date) -> list[DunningItem]:
    guard_creditor(on)
    items = list(run.items.select_related("invoice", "city__municipality").order_by("position"))
    changes = changes_since(run, on=on)
    if content_of(run, items) != run.content_hash:
        changes.append(_("Die festgehaltene Vorschau stimmt nicht mehr mit ihrer Prüfsumme überein."))
    if changes:
        more = [_("Und %s weitere Punkte.") % (len(changes) - NAMED)] if len(changes) > NAMED else []
        raise PreviewOutdated(
            _("Seit der Vorschau hat sich etwas geändert: %s Bitte erstellen Sie eine neue Vorschau.")
            % " ".join([*changes[:NAMED], *more])
        )
    if not run.count:
        raise NothingToDun(_("In dieser Vorschau ist nichts zu mahnen."))
    return items


def draft_letters(run: DunningRun, chosen: Sequence[DunningItem], *, by: User | None, on: date) -> list[DunningLetter]:
    levels = {level.number: level for level in run.procedure.levels.all()}
    groups = [list(items) for _city, items in groupby(sorted(chosen, key=lambda i: (i.city_label, i.city_id)), key=lambda i: i.city_id)]  # fmt: skip
    numbers = take_numbers(f"dunning.letter:{on.year}", len(groups))
    return [
        draft_letter(run, items, levels, sequence, by=by, on=on)
        for sequence, items in zip(numbers, groups, strict=True)
    ]


def draft_letter(
    run: DunningRun,
    items: Sequence[DunningItem],
    levels: dict[int, DunningLevel],
    sequence: int,
    *,
    by: User | None,
    on: date,
) -> DunningLetter:
    """The letter speaks with the voice of its highest level and leaves out what is settled of interest and costs."""
    first, level = items[0], levels[max(item.level or 0 for item in items)]
    principal = sum((item.outstanding.amount for item in items), Decimal(0))
    interest = sum((item.interest.amount for item in items), Decimal(0))
    settled = Decimal(run.settled.get(str(first.city_id), 0))
    total = principal + interest + level.fee.amount - settled
    pay_by = working_day(on + timedelta(days=level.respite_days), first.city)
    values = {"frist": day(pay_by), "gesamt": euro(total), "stadt": first.city_label}
    return DunningLetter(
        number=f"M-{on.year}-{sequence:04d}",
        year=on.year,
        sequence=sequence,
        run=run,
        city=first.city,
        city_label=first.city_label,
        recipient_lines=first.recipient_lines,
        customer_reference=first.city.buyer_reference,
        level=level.number,
        level_name=level.name,
        opening=fill(level.opening, values),
        closing=fill(level.closing, values),
        principal=euros(principal),
        interest=euros(interest),
        fee=level.fee,
        settled=euros(settled),
        total=euros(total),
        pay_by=pay_by,
        payee=run.payee,
        reference=first.invoice.reference if len(items) == 1 else "",
        purpose=purpose_of(items),
        issued_on=on,
        issued_by=by,
    )


def purpose_of(items: Sequence[DunningItem]) -> str:
    """The numbers of the invoices, so that the payment finds them; with one invoice its own reference is enough."""
    text = _("Beitragsrechnungen")
    for item in items:
        longer = f"{text} {item.invoice.number}"
        if len(longer) > PURPOSE_LENGTH:
            break
        text = longer
    return text


def working_day(wanted: date, city: City) -> date:
    """§ 193 BGB: no date ends on a day that is no working day at the city's seat."""
    area, categories = subdivision(city.land, city.municipality.ags if city.municipality else "")
    while closed_reason(wanted, area, categories):
        wanted += timedelta(days=1)
    return wanted


@transaction.atomic
def withdraw_letter(letter: DunningLetter, *, reason: str, by: User | None, on: date) -> bool:
    """Take a letter back that was a mistake: its level no longer counts. True if it had left the house already.

    What still waits in the outbox is cancelled; the letter itself and its number stay (GoBD Rz. 59).
    """
    letter = DunningLetter.objects.select_for_update().get(pk=letter.pk)
    if not reason.strip():
        raise ReasonMissing(_("Bitte geben Sie an, warum das Schreiben zurückgenommen wird."), field="reason")
    if letter.is_withdrawn:
        raise AlreadyWithdrawn(_("%s ist schon zurückgenommen.") % letter)
    with act("dunning.letter_withdrawn", letter, by=by, reason=reason.strip(), data={"on": on}):
        letter.withdrawn_on, letter.withdrawal_reason = on, reason.strip()[:300]
        letter.save(update_fields=["withdrawn_on", "withdrawal_reason"])
        sendings = Dispatch.objects.filter(document=letter.document_id, document__isnull=False)
        withdraw(sendings, reason=_("Schreiben zurückgenommen: %s") % reason.strip(), by=by)
    return sendings.exclude(state=DispatchState.CANCELLED).exists()
