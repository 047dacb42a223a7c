"""The dues run, first step: a frozen preview; and what changed since it was frozen."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.core.money import euros
from apps.core.templatetags.formats import day, euro, number
from apps.core.transitions import guard_transition
from apps.dues.domain.assessment import assess, basis_of, finding, run_day, total_of
from apps.dues.domain.errors import AlreadyIssued, NobodyToBill, NoCreditor, YearTooFar
from apps.dues.domain.schedules import plain_terms, schedule_for
from apps.dues.enums import RunState
from apps.dues.models import Assessment, DuesRun, FeeSchedule
from apps.organisation.domain.queries import current_profile, full_name_on, legal_mode_on
from apps.organisation.enums import LegalMode
from apps.pdf.calculations import is_valid_iban

YEARS_AHEAD = 2  # cities are told what they will owe in the next two years


def creditor_on(on: date) -> dict[str, str]:
    """Who is owed the dues and where to pay, as printed."""
    profile = current_profile()
    name = full_name_on(on, profile)
    return {
        "name": name,
        "account_holder": profile.account_holder or name,
        "iban": profile.iban.replace(" ", "").upper(),
        "bic": profile.bic,
        "bank_name": profile.bank_name,
        "prefix": profile.reference_prefix,
    }


def guard_creditor(on: date) -> None:
    """Without legal form there is no creditor; the lead city pays its own costs (domain of the network agreement)."""
    if legal_mode_on(on) == LegalMode.INFORMAL:
        raise NoCreditor(
            _(
                "Das Netzwerk hat am %(day)s keine Rechtsform. Ein Netzwerk ohne Rechtsform kann keine Beiträge fordern, "
                "weil es niemanden gibt, dem sie zustehen (§§ 21, 54 BGB). Bitte tragen Sie zuerst die Rechtsform ein."
            )
            % {"day": f"{on:%d.%m.%Y}"}
        )


def run_findings(creditor: dict[str, str]) -> list[dict[str, Any]]:
    """What the organisation itself lacks."""
    found = []
    if not is_valid_iban(creditor["iban"]):
        text = _("Die Bankverbindung der Organisation fehlt oder ist ungültig. Bitte ergänzen Sie die IBAN.")
        found.append(finding("iban", text, blocks=True))
    if len(creditor["account_holder"]) > 70:
        text = _("Der Name des Kontos hat mehr als 70 Zeichen und passt nicht in eine Überweisung.")
        found.append(finding("account_holder", text, blocks=True))
    return found


def content_of(run: DuesRun, drafts: Sequence[Assessment]) -> str:
    """SHA-256 over everything that is frozen."""
    content = {
        "year": run.year,
        "sequence": run.sequence,
        "on": str(run.on),
        "published_by": str(run.published_by),
        "terms": run.terms,
        "payee": run.payee,
        "cities": [[draft.city_id, draft.steps, *map(plain, inputs_of(draft).values())] for draft in drafts],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    return value if isinstance(value, str | int | list | dict | None) else str(value)


def inputs_of(draft: Assessment) -> dict[str, Any]:
    """Everything of an assessment that an invoice rests on."""
    return {
        "city_label": draft.city_label,
        "population": draft.population,
        "population_on": draft.population_on,
        "census_base": draft.census_base,
        "population_source": draft.population_source,
        "member_since": draft.member_since,
        "recipient_lines": draft.recipient_lines,
        "leitweg_id": draft.leitweg_id,
        "customer_reference": draft.customer_reference,
        "amount": None if draft.amount is None else f"{draft.amount.amount:.2f}",
        "due_on": draft.due_on,
        "direct_debit": draft.direct_debit,
    }


def next_sequence(year: int) -> int:
    """0 for the dues run of the year, then the supplements."""
    last = DuesRun.objects.issued().filter(year=year).aggregate(last=Max("sequence"))["last"]
    return 0 if last is None else last + 1


def guard_preparable(year: int, *, on: date) -> FeeSchedule:
    """There must be a creditor and a schedule in force, and the year within reach; return the schedule."""
    if year > on.year + YEARS_AHEAD:
        raise YearTooFar(
            _(
                "Für %(year)s kann noch niemand Beiträge erheben: Einwohnerzahlen und Mitglieder dieses Jahres kennt niemand. "
                "Möglich ist es bis %(last)s."
            )
            % {"year": year, "last": on.year + YEARS_AHEAD},
            field="year",
        )
    guard_creditor(run_day(year, on))
    return schedule_for(year)


@transaction.atomic
def prepare_run(year: int, *, by: User | None, on: date, supplement: bool = False) -> DuesRun:
    """Freeze the preview of a year: every city, every input, every step, what is missing. It replaces an older preview.

    A supplement bills the members who have no standing invoice of a year that is issued (joined later, cancelled).
    """
    member_day = run_day(year, on)
    schedule = guard_preparable(year, on=on)
    sequence = next_sequence(year)
    if sequence and not supplement:
        raise AlreadyIssued(_("Die Beiträge %s sind ausgestellt. Es ist nichts zu tun.") % year)
    basis = basis_of(schedule, year, on=member_day, addressed_on=on)
    drafts = assess(basis)
    if not drafts:
        raise NobodyToBill(_("Für %s gibt es keine Stadt, die noch eine Rechnung bekommt.") % year)
    creditor = creditor_on(member_day)
    with act("dues.run_prepared", by=by, data={"year": year, "on": on}) as entry:
        for older in DuesRun.objects.previews().filter(year=year).select_for_update():
            older.state = RunState.DISCARDED
            older.save(update_fields=["state"])
        run = DuesRun(
            year=year,
            sequence=sequence,
            schedule=schedule,
            on=member_day,
            published_by=basis.published_by,
            due_on=basis.due_on,
            terms=plain_terms(schedule),
            payee=creditor,
            findings=run_findings(creditor),
            count=sum(1 for draft in drafts if draft.amount is not None and draft.amount.amount),
            total=euros(total_of(drafts)),
            frozen_at=timezone.now(),
            frozen_by=by,
        )
        run.content_hash = content_of(run, drafts)
        run.save()
        for draft in drafts:
            draft.run = run
        bulk.create(Assessment, drafts)
        entry.subject = run
        entry.data |= {"cities": len(drafts), "total": str(run.total.amount), "sha256": run.content_hash}
    return run


@transaction.atomic
def discard_run(run: DuesRun, *, by: User, on: date) -> DuesRun:
    """Put a preview aside; it stays readable."""
    run = DuesRun.objects.select_for_update().get(pk=run.pk)
    guard_transition(run, RunState.DISCARDED)
    with act("dues.run_discarded", run, by=by, data={"on": on}):
        run.state = RunState.DISCARDED
        run.save(update_fields=["state"])
    return run


def changes_since(run: DuesRun, assessments: Iterable[Assessment], *, on: date) -> list[str]:
    """Sentences naming what is different now from the frozen preview. Empty: it may be issued as it stands."""
    changes = []
    schedule = schedule_for(run.year)
    if schedule.pk != run.schedule_id or plain_terms(schedule) != run.terms:
        changes.append(_("Die Beitragsordnung ist eine andere geworden."))
    if creditor_on(run.on) != run.payee:
        changes.append(_("Die Bankverbindung oder der Name der Organisation wurde geändert."))
    frozen = {item.city_id: item for item in assessments}
    basis = basis_of(schedule, run.year, on=run.on, addressed_on=on)
    present = {item.city_id: item for item in assess(basis, in_words=False)}
    if basis.due_on != run.due_on:  # counted from the invoice, so the day of issuing decides
        for city_id in frozen.keys() & present.keys():
            present[city_id].due_on = frozen[city_id].due_on
    changes += [_("%s ist hinzugekommen.") % present[pk].city_label for pk in present if pk not in frozen]
    changes += [_("%s ist weggefallen.") % frozen[pk].city_label for pk in frozen if pk not in present]
    for city_id in frozen:
        if city_id in present and inputs_of(frozen[city_id]) != inputs_of(present[city_id]):
            changes += city_changes(frozen[city_id], present[city_id])
    return changes


def way_of_payment(direct_debit: dict[str, Any]) -> str:
    return _("Lastschrift (Mandat %s)") % direct_debit["mandate"] if direct_debit else _("Überweisung")


def city_changes(before: Assessment, now: Assessment) -> Iterator[str]:
    """What changed for one city, the cause before the effect."""
    labels: dict[str, tuple[str, Callable[[Any], str]]] = {
        "population": (_("Einwohnerzahl"), number),
        "population_on": (_("Stichtag der Einwohnerzahl"), day),
        "census_base": (_("Zensusbasis"), str),
        "member_since": (_("Mitglied seit"), day),
        "recipient_lines": (_("Anschrift"), ", ".join),
        "leitweg_id": (_("Leitweg-ID"), str),
        "customer_reference": (_("Kassenzeichen"), str),
        "city_label": (_("Name"), str),
        "amount": (_("Beitrag"), euro),
        "due_on": (_("fällig am"), day),
        "direct_debit": (_("Zahlung"), way_of_payment),
    }
    old, new = inputs_of(before), inputs_of(now)
    for field, (label, show) in labels.items():
        if old[field] != new[field]:
            yield _("%(city)s: %(label)s war „%(old)s“, ist jetzt „%(new)s“.") % {
                "city": before.city_label,
                "label": label,
                "old": show(old[field]),
                "new": show(new[field]),
            }
