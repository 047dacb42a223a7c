"""Proposals for open lines: load everything once, compare through dictionaries, write in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.banking.calculations.evidence import Claim, Expected, Index, Payable, Payment, Proposal, Rule
from apps.banking.calculations.matching import RETURN_CODES, build_index, joint_proposals, proposals
from apps.banking.calculations.payables import compact
from apps.banking.calculations.words import normal
from apps.banking.domain.reasons import Names, reason
from apps.banking.enums import Direction
from apps.banking.models import (
    BankLine,
    BookingRule,
    ExpectedPayment,
    KnownAccount,
    MatchProposal,
    NoticePart,
    ProposalTarget,
)
from apps.core.money import CENT, euros
from apps.dues.domain.side_claims import open_side_claims
from apps.dues.models import Invoice
from apps.ledger.models import Account
from apps.members.models import City
from apps.vouchers.domain.paying import open_payables

REMEMBERED = timedelta(days=800)  # paid invoices this old are still recognised when they are paid again
RETURNABLE = timedelta(days=400)
CHUNK = 1000


@dataclass(frozen=True)
class Touched:
    """Ids of what a booking has changed."""

    invoices: set[int] = field(default_factory=set)
    cities: set[int] = field(default_factory=set)
    vouchers: set[int] = field(default_factory=set)

    def __or__(self, other: "Touched") -> "Touched":
        return Touched(self.invoices | other.invoices, self.cities | other.cities, self.vouchers | other.vouchers)


@transaction.atomic
def match_lines(lines: Sequence[BankLine]) -> int:
    """Compute the proposals of these lines anew and return how many there are (pipeline of the domain: reference,
    number, account, name, several invoices; § 366 BGB: what the payer says comes first).
    """
    if not lines:
        return 0
    index, names = load_index(lines)
    parts = batch_parts(lines)
    rows: list[MatchProposal] = []
    readings_of_rows: list[Proposal] = []
    for line in lines:
        for rank, found in enumerate(readings(line, parts.get(line.pk, []), index, names), start=1):
            readings_of_rows.append(found)
            rows.append(proposal_row(line, rank, found, names))
    forget_proposals([line.pk for line in lines])
    MatchProposal.objects.bulk_create(rows)
    ProposalTarget.objects.bulk_create(
        target for row, found in zip(rows, readings_of_rows, strict=True) for target in target_rows(row, found)
    )
    return len(rows)


def target_rows(row: MatchProposal, found: Proposal) -> Iterator[ProposalTarget]:
    for invoice_id, amount in found.targets:
        yield ProposalTarget(proposal=row, invoice_id=invoice_id, amount=euros(amount))
    for voucher_id, amount in found.payables:
        yield ProposalTarget(proposal=row, voucher_id=voucher_id, amount=euros(amount))


def readings(line: BankLine, parts: Sequence[Payment], index: Index, names: Names) -> list[Proposal]:
    """What a line may mean, each meaning once, whether a rule or the words speak for the same account."""
    found = joint_proposals(parts, index) + proposals(payment(line), index)
    meanings: dict[Any, Proposal] = {}
    for each in found:
        account = each.account or names.accounts.get(each.account_key)
        meaning = (*replace(each, account_key="", account=account).meaning,)
        first = meanings.setdefault(meaning, each)
        if each.rule and not first.rule:
            meanings[meaning] = replace(first, rule=each.rule)
    return list(meanings.values())


def batch_parts(lines: Sequence[BankLine]) -> dict[int, list[Payment]]:
    """The payments that make up a batch, where a notice tells them (CAMT.054)."""
    parts: dict[int, list[Payment]] = defaultdict(list)
    for part in NoticePart.objects.filter(notice__line__in=[line.pk for line in lines]).select_related("notice"):
        parts[part.notice.line_id or 0].append(
            Payment(
                id=0,
                amount=part.amount.amount,
                counterparty=part.counterparty,
                iban=part.counterparty_iban,
                text=part.text,
                structured_reference=part.structured_reference,
                end_to_end_id=part.end_to_end_id,
                gvc="",
                is_reversal=False,
            )
        )
    return parts


def match_open_lines() -> int:
    """Compute the proposals of all open and unclear lines anew, for example after invoices were issued."""
    return match_lines(list(BankLine.objects.filter(entry=None, ignored_reason="")))


def match_related(touched: Touched, *, lines: Iterable[BankLine] = ()) -> int:
    """Compute anew what the booking of `lines` may have changed: proposals for what it touched, its accounts."""
    concerned = MatchProposal.objects.filter(
        Q(targets__invoice__in=touched.invoices) | Q(targets__voucher__in=touched.vouchers) | Q(city__in=touched.cities)
    )
    ibans = {line.counterparty_iban for line in lines if line.counterparty_iban}
    related = Q(pk__in=concerned.values("line")) | Q(counterparty_iban__in=ibans)
    return match_lines(list(BankLine.objects.filter(related, entry=None, ignored_reason="")))


def forget_proposals(line_ids: Sequence[int]) -> None:
    for chunk in batched(line_ids, CHUNK):
        found = MatchProposal.objects.filter(line__in=chunk)
        ProposalTarget.objects.filter(proposal__in=found)._raw_delete(ProposalTarget.objects.db)
        found._raw_delete(MatchProposal.objects.db)


def load_index(lines: Sequence[BankLine]) -> tuple[Index, Names]:
    """Invoices, vouchers to pay, interest and costs, names of cities, known accounts: few queries, whatever the number of lines."""
    since = min(line.booked_on for line in lines) - REMEMBERED
    wanted = Q(outstanding__gt=0) | Q(issued_on__gte=since) | Q(written_off__gt=0)
    invoices = Invoice.objects.standing().with_balance().filter(wanted)
    columns = ("pk", "number", "reference", "city_id", "outstanding", "due_on")
    rows: Any = invoices.values_list(*columns)
    claims = [
        Claim(pk, number, reference, city_id, Decimal(outstanding).quantize(CENT), due_on.toordinal())
        for pk, number, reference, city_id, outstanding, due_on in rows
    ]
    cities = list(City.objects.values_list("pk", "name", "official_name"))
    rules = list(BookingRule.objects.active().select_related("account", "city", "cost_centre"))
    owed = payables()
    sides = open_side_claims()
    index = build_index(
        claims,
        names=[(pk, each) for pk, name, official in cities for each in (name, official)],
        ibans=dict(KnownAccount.objects.values_list("iban", "city_id")),
        earlier=earlier_payments(lines),
        rules=[rule_of(row) for row in rules],
        expected=expected_payments(),
        payables=[payable for payable, _said in owed],
        sides={city: claim.amount for city, claim in sides.items()},
    )
    accounts = dict(Account.objects.exclude(key=None).values_list("key", "pk"))
    said = {row.pk: rule_words(row) for row in rules}
    numbers = {claim.id: claim.number for claim in claims}
    suppliers = {payable.id: said for payable, said in owed}
    letters = {city: claim.source for city, claim in sides.items()}
    return index, Names(numbers, {pk: name for pk, name, _official in cities}, accounts, said, suppliers, letters)


def payables() -> list[tuple[Payable, str]]:
    """Vouchers to pay, each with the words that name it: »BE2027-00012 (Druckhaus)«."""
    columns = ("pk", "number", "external_number", "payment_reference", "creditor_id", "creditor__name", "iban")
    rows: Any = open_payables().values_list(*columns, "creditor__iban", "outstanding", "due_on")
    return [
        (
            Payable(
                id=pk,
                numbers=tuple(compact(each) for each in dict.fromkeys((number, external, reference)) if each),
                creditor=creditor,
                name=normal(name),
                iban=iban or creditor_iban,
                open=Decimal(outstanding).quantize(CENT),
                due=due_on.toordinal() if due_on else 0,
            ),
            f"{number} ({name})",
        )
        for pk, number, external, reference, creditor, name, iban, creditor_iban, outstanding, due_on in rows
    ]


def rule_of(row: BookingRule) -> Rule:
    return Rule(
        id=row.pk,
        incoming=row.direction == Direction.IN,
        iban=row.iban,
        name_words=normal(row.name_words),
        text_words=normal(row.text_words),
        account=row.account_id,
        city=row.city_id,
    )


def rule_words(row: BookingRule) -> str:
    return _("%(rule)s (bisher %(hits)s-mal angenommen)") % {"rule": row, "hits": row.hits}


def expected_payments() -> list[Expected]:
    """Orders whose lines have not come, and those that may still come back (13 months for a debit)."""
    rows = ExpectedPayment.objects.filter(
        returned_by=None, dropped_on=None, due_on__gte=timezone.localdate() - RETURNABLE
    )
    return [
        Expected(pk, end_to_end, batch, amount, due_on.toordinal(), arrived=line is not None)
        for pk, end_to_end, batch, amount, due_on, line in rows.values_list(
            "pk", "end_to_end_id", "batch_reference", "amount", "due_on", "line"
        )
    ]


def earlier_payments(lines: Sequence[BankLine]) -> Mapping[tuple[str, Decimal], int]:
    """Lines with the opposite amount of those that come back, by reference and by account; the latest counts."""
    amounts = {
        -(line.original_amount or line.amount).amount for line in lines if line.is_reversal or line.gvc in RETURN_CODES
    }
    if not amounts:
        return {}
    rows = BankLine.objects.filter(amount__in=amounts).order_by("booked_on", "pk")
    found: dict[tuple[str, Decimal], int] = {}
    for row in rows.values_list("pk", "amount", "end_to_end_id", "structured_reference", "counterparty_iban"):
        found.update({(key, row[1]): row[0] for key in row[2:] if key})
    return found


def payment(line: BankLine) -> Payment:
    return Payment(
        id=line.pk,
        amount=line.amount.amount,
        counterparty=line.counterparty,
        iban=line.counterparty_iban,
        text=line.text,
        structured_reference=line.structured_reference,
        end_to_end_id=line.end_to_end_id,
        gvc=line.gvc,
        is_reversal=line.is_reversal,
        batch_reference=line.batch_reference,
        original=line.original_amount.amount if line.original_amount is not None else None,
        on=line.booked_on.toordinal(),
    )


def proposal_row(line: BankLine, rank: int, found: Proposal, names: Names) -> MatchProposal:
    return MatchProposal(
        line=line,
        rank=rank,
        kind=found.kind,
        score=found.score,
        reason=reason(found, names)[:300],
        city_id=found.city,
        account_id=found.account or names.accounts.get(found.account_key),
        returns_id=found.returns,
        rule_id=found.rule,
        expected=list(found.expected),
        credit=euros(found.credit),
        side=euros(found.side),
    )
