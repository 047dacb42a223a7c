"""The dunning run: a frozen preview, then letters from exactly that."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.templatetags.formats import euro
from apps.core.transitions import guard_transition
from apps.dues.domain.payments import free_credits
from apps.dues.domain.runs import creditor_on, guard_creditor
from apps.dunning.domain.assessment import assess
from apps.dunning.domain.errors import NothingToDun
from apps.dunning.domain.procedures import procedure_on
from apps.dunning.domain.side_claims import settled_of
from apps.dunning.enums import Finding, RunState
from apps.dunning.models import DunningItem, DunningProcedure, DunningRun
from apps.members.models import City


def dunned(items: Sequence[DunningItem]) -> list[DunningItem]:
    return [item for item in items if item.finding == Finding.DUNNED]


def fees_of(items: Sequence[DunningItem], procedure: DunningProcedure) -> dict[int, Decimal]:
    """One fee per letter, that is per city: that of its highest level."""
    levels = {level.number: level for level in procedure.levels.all()}
    highest: dict[int, int] = {}
    for item in dunned(items):
        highest[item.city_id] = max(item.level or 0, highest.get(item.city_id, 0))
    return {city_id: levels[number].fee.amount for city_id, number in highest.items()}


def content_of(run: DunningRun, items: Sequence[DunningItem]) -> str:
    """SHA-256 over everything that is frozen."""
    settled = {"settled": run.settled} if run.settled else {}
    content = {"procedure": run.procedure_id, "payee": run.payee, "items": [item.frozen for item in items], **settled}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def guard_overdue(items: Sequence[DunningItem]) -> None:
    if not items:
        raise NothingToDun(_("Es ist keine Rechnung überfällig. Es ist nichts zu tun."))


@transaction.atomic
def prepare_run(*, by: User | None, on: date, despite_credit: Iterable[City] = ()) -> DunningRun:
    """Freeze every overdue item of the day: its level and interest, or why it is not dunned. Replaces an older preview.

    A city with credit is left in peace until somebody sets it off (§ 395 BGB: never by itself), unless it is named in
    `despite_credit`. A network without legal form has no claims: no run (§§ 21, 54 BGB).
    """
    guard_creditor(on)
    procedure = procedure_on(on)
    found = free_credits()
    accepted = {city.pk: found[city.pk] for city in despite_credit if city.pk in found}
    items = assess(procedure, on=on, despite_credit=accepted)
    guard_overdue(items)
    chosen, fees = dunned(items), fees_of(items, procedure)
    settled = settled_of(chosen, fees)
    total = sum((item.outstanding.amount + item.interest.amount for item in chosen), Decimal(0))
    total += sum(fees.values()) - sum(settled.values())
    with act("dunning.run_prepared", by=by, data={"on": on}) as entry:
        for older in DunningRun.objects.filter(state=RunState.PREVIEW).select_for_update():
            older.state = RunState.DISCARDED
            older.save(update_fields=["state"])
        run = DunningRun(
            on=on,
            procedure=procedure,
            payee=creditor_on(on),
            despite_credit={str(pk): str(credit) for pk, credit in accepted.items()},
            settled={str(pk): str(amount) for pk, amount in settled.items()},
            count=len({item.city_id for item in chosen}),
            total=euros(total),
            frozen_at=timezone.now(),
            frozen_by=by,
        )
        run.content_hash = content_of(run, items)
        run.save()
        for item in items:
            item.run = run
        bulk.create(DunningItem, items)
        entry.subject = run
        entry.data |= {"letters": run.count, "total": str(total), "sha256": run.content_hash}
    return run


@transaction.atomic
def discard_run(run: DunningRun, *, by: User | None, on: date) -> DunningRun:
    """Put a preview aside; it stays readable."""
    run = DunningRun.objects.select_for_update().get(pk=run.pk)
    guard_transition(run, RunState.DISCARDED)
    with act("dunning.run_discarded", run, by=by, data={"on": on}):
        run.state = RunState.DISCARDED
        run.save(update_fields=["state"])
    return run


def changes_since(run: DunningRun, *, on: date) -> list[str]:
    """Sentences naming what is different today from the frozen preview. Empty: it may be issued as it stands."""
    changes = []
    procedure = procedure_on(on)
    if procedure.pk != run.procedure_id:
        changes.append(_("Es gilt eine andere Mahnordnung."))
    if creditor_on(on) != run.payee:
        changes.append(_("Die Bankverbindung oder der Name der Organisation wurde geändert."))
    frozen = {item.invoice_id: item for item in run.items.select_related("invoice")}
    accepted = {int(pk): Decimal(credit) for pk, credit in run.despite_credit.items()}
    present = {item.invoice_id: item for item in assess(procedure, on=on, despite_credit=accepted)}
    for pk in sorted(frozen.keys() | present.keys()):
        changes += item_changes(frozen.get(pk), present.get(pk))
    return [*changes, *settled_changes(run, list(present.values()), procedure)]


def settled_changes(run: DunningRun, items: Sequence[DunningItem], procedure: DunningProcedure) -> Iterator[str]:
    """Of cities that would still be reminded: what was paid or waived of interest and costs since the preview."""
    chosen = dunned(items)
    now = settled_of(chosen, fees_of(chosen, procedure))
    for city_id, label in {item.city_id: item.city_label for item in chosen}.items():
        before, after = Decimal(run.settled.get(str(city_id), 0)), now.get(city_id, Decimal(0))
        if before != after:
            yield _(
                "Zinsen und Kosten von %(city)s: schon gezahlt oder erlassen waren %(before)s, jetzt sind es %(now)s."
            ) % {
                "city": label,
                "before": euro(before),
                "now": euro(after),
            }


def item_changes(before: DunningItem | None, now: DunningItem | None) -> Iterator[str]:
    if before is None and now is not None:
        yield _("Rechnung %(number)s (%(city)s) ist jetzt auch überfällig.") % named(now)
    elif before is not None and now is None:
        yield _("Rechnung %(number)s (%(city)s) ist inzwischen bezahlt oder storniert.") % named(before)
    elif before is not None and now is not None and before.frozen != now.frozen:
        words = {"before": told(before), "now": told(now)}
        yield _("Rechnung %(number)s (%(city)s): war „%(before)s“, ist jetzt „%(now)s“.") % {**named(now), **words}


def named(item: DunningItem) -> dict[str, str]:
    return {"number": item.invoice.number, "city": item.city_label}


def told(item: DunningItem) -> str:
    parts = [item.level_name or item.get_finding_display(), euro(item.outstanding)]
    if item.interest.amount:
        parts.append(_("Zinsen %s") % euro(item.interest))
    return ", ".join([*parts, *item.recipient_lines[:1]])
