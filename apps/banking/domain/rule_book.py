"""Rules of booking: learned from decisions made twice, or written down; read, switched off and deleted at will."""

from datetime import date
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from apps.audit.acts import act
from apps.banking.calculations.words import normal
from apps.banking.domain.accounts import guard_counter_account
from apps.banking.domain.errors import RuleNotPossible
from apps.banking.domain.matching import match_lines
from apps.banking.enums import Direction, MatchKind, RuleState
from apps.banking.models import BankLine, BookingRule, KnownAccount, MatchProposal
from apps.ledger.models import Account, CostCentre, EntryLine
from apps.members.models import City

LEARNED_FROM = (MatchKind.MANUAL, MatchKind.ACCOUNT)
MOST_WORDS = 4
SEARCHED = 300


@transaction.atomic
def make_rule(
    *,
    direction: str,
    iban: str = "",
    name_words: str = "",
    text_words: str = "",
    account: Account | None = None,
    city: City | None = None,
    sphere: str = "",
    cost_centre: CostCentre | None = None,
    by: Any,
    on: date,
) -> BookingRule:
    """Write a rule down: lines that meet all its conditions are proposed for the account, its sphere and cost centre, or the city."""
    iban, name_words, text_words = "".join(iban.split()).upper(), name_words.strip(), text_words.strip()
    rule = BookingRule(
        direction=direction,
        iban=iban,
        name_words=name_words,
        text_words=text_words,
        account=account,
        city=city,
        sphere=sphere,
        cost_centre=cost_centre,
        made_on=on,
        made_by=by,
    )
    guard_rule(rule)
    with act("banking.rule_made", by=by) as record:
        rule.save()
        record.subject = rule
    apply_rules(rule)
    return rule


def guard_rule(rule: BookingRule) -> None:
    if not (rule.iban or normal(rule.name_words) or normal(rule.text_words)):
        raise RuleNotPossible(_("Bitte geben Sie mindestens eine Bedingung an: IBAN, Name oder Verwendungszweck."))
    if bool(rule.account_id) == bool(rule.city_id):
        raise RuleNotPossible(_("Bitte geben Sie entweder ein Konto oder eine Stadt an."), field="account")
    if rule.city_id and rule.direction == Direction.OUT:
        raise RuleNotPossible(_("Nur Eingänge können einer Stadt zugeordnet werden."), field="city")
    if rule.city_id and (rule.sphere or rule.cost_centre_id):
        raise RuleNotPossible(
            _("Bereich und Kostenstelle gehören zu einem Konto der Buchhaltung, nicht zur Zahlung einer Stadt."),
            field="cost_centre" if rule.cost_centre_id else "sphere",
        )
    if rule.account:
        guard_counter_account(rule.account, is_incoming=rule.direction == Direction.IN)
    if same_condition(rule).exists():
        raise RuleNotPossible(_("Diese Regel gibt es schon; vielleicht ist sie ausgeschaltet oder nur vorgeschlagen."))


def same_condition(rule: BookingRule) -> Any:
    return BookingRule.objects.filter(
        direction=rule.direction,
        iban=rule.iban,
        name_words=rule.name_words,
        text_words=rule.text_words,
        account=rule.account,
        city=rule.city,
    )


@transaction.atomic
def switch_rule(rule: BookingRule, *, on: bool, by: Any) -> BookingRule:
    """Let a rule propose, or no longer; a proposed one is accepted by switching it on."""
    rule = BookingRule.objects.select_for_update().get(pk=rule.pk)
    state = RuleState.ACTIVE if on else RuleState.OFF
    if rule.state == state:
        return rule
    with act("banking.rule_switched", rule, by=by, data={"state": state}):
        rule.state = state
        rule.save(update_fields=["state"])
    apply_rules(rule)
    return rule


@transaction.atomic
def delete_rule(rule: BookingRule, *, by: Any) -> None:
    """Delete a rule; one that was only proposed is remembered as declined, so that it is not proposed again."""
    rule = BookingRule.objects.select_for_update().get(pk=rule.pk)
    if rule.state == RuleState.PROPOSED:
        with act("banking.rule_declined", rule, by=by):
            rule.state = RuleState.DECLINED
            rule.save(update_fields=["state"])
        return
    lines = affected_lines(rule)
    with act("banking.rule_deleted", rule, by=by, data={"rule": str(rule)}):
        rule.delete()
    match_lines(lines)


@transaction.atomic
def forget_known_account(known: KnownAccount, *, by: Any) -> None:
    """No longer take a payment from this account for one of that city."""
    with act("banking.account_forgotten", known.city, by=by, data={"city": str(known.city)}):
        lines = list(BankLine.objects.filter(counterparty_iban=known.iban, entry=None, ignored_reason=""))
        known.delete()
    match_lines(lines)


def count_hit(rule: BookingRule, *, on: date) -> None:
    """A proposal of the rule was accepted."""
    rule = BookingRule.objects.select_for_update().get(pk=rule.pk)
    rule.hits += 1
    rule.last_hit_on = on
    rule.save(update_fields=["hits", "last_hit_on"])


def propose_rule(
    line: BankLine, account: Account, *, sphere: str, cost_centre: CostCentre | None, by: Any, on: date
) -> BookingRule | None:
    """Propose a rule when the same decision is made for the second time: same other side, same account of the books.

    Sphere and cost centre are part of it if they were the same both times.
    """
    direction = Direction.IN if line.is_incoming else Direction.OUT
    earlier = same_decision(line, account)
    if earlier is None:
        return None
    rule = BookingRule(
        state=RuleState.PROPOSED,
        direction=direction,
        iban=line.counterparty_iban,
        name_words="" if line.counterparty_iban else line.counterparty,
        text_words=common_words(line.text, earlier.text),
        account=account,
        hits=0,
        **same_place(earlier, account, sphere=sphere, cost_centre=cost_centre),
        made_on=on,
        made_by=by,
    )
    if not (rule.iban or rule.name_words or rule.text_words) or is_covered(rule):
        return None
    with act("banking.rule_proposed", by=by) as record:
        rule.save()
        record.subject = rule
    return rule


def same_decision(line: BankLine, account: Account) -> BankLine | None:
    """The latest earlier line of the same other side that was booked to the same account."""
    earlier = BankLine.objects.filter(
        bank_account=line.bank_account,
        booked_as__in=LEARNED_FROM,
        counterparty_iban=line.counterparty_iban,
        entry__lines__account=account,
    ).exclude(pk=line.pk)
    earlier = earlier.filter(amount__gt=0) if line.is_incoming else earlier.filter(amount__lt=0)
    if line.counterparty_iban:
        return earlier.order_by("-booked_on", "-pk").first()
    if line.counterparty:
        return earlier.filter(counterparty=line.counterparty).order_by("-booked_on", "-pk").first()
    alike = (each for each in earlier.order_by("-booked_on", "-pk")[:SEARCHED] if common_words(line.text, each.text))
    return next(alike, None)


def same_place(earlier: BankLine, account: Account, *, sphere: str, cost_centre: CostCentre | None) -> dict[str, Any]:
    rows = EntryLine.objects.filter(entry=earlier.entry, account=account, cost_centre=cost_centre)
    is_same = rows.filter(sphere=sphere or account.sphere).exists()
    return {"sphere": sphere, "cost_centre": cost_centre} if is_same else {}


def is_covered(rule: BookingRule) -> bool:
    """Known in any state for the same other side: what was declined or switched off is not proposed again."""
    known = BookingRule.objects.filter(direction=rule.direction, iban=rule.iban, account=rule.account)
    return (
        known.filter(name_words=rule.name_words).exists()
        if rule.iban or rule.name_words
        else known.filter(text_words=rule.text_words).exists()
    )


def common_words(one: str, other: str) -> str:
    """The longest run of words both texts share, without figures and months, at most four: »Kontoführung 12/2026« → KONTOFUEHRUNG."""
    left, right = normal(one).split(), normal(other).split()
    found = SequenceMatcher(None, left, right, autojunk=False).find_longest_match()
    run = left[found.a : found.a + found.size]
    months = {normal(str(name)) for name in MONTHS.values()}
    words = list(takewhile(lambda word: word.isalpha() and word not in months, run))
    return " ".join(words[:MOST_WORDS]) if any(len(word) > 3 for word in words) else ""


def affected_lines(rule: BookingRule) -> list[BankLine]:
    return list(BankLine.objects.filter(pk__in=MatchProposal.objects.filter(rule=rule).values("line")))


def apply_rules(rule: BookingRule) -> int:
    """Compute anew what the rule may concern: lines it proposed, open lines it may fit."""
    open_lines = BankLine.objects.filter(entry=None, ignored_reason="")
    fitting = open_lines.filter(amount__gt=0) if rule.direction == Direction.IN else open_lines.filter(amount__lt=0)
    if rule.iban:
        fitting = fitting.filter(counterparty_iban=rule.iban)
    lines = {line.pk: line for line in (*affected_lines(rule), *fitting)}
    return match_lines(list(lines.values()))
