"""Proposals for open lines: load everything once, compare through dictionaries, write in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q

from apps.banking.calculations.matching import RETURN_CODES, Claim, Index, Payment, Proposal, build_index, proposals
from apps.banking.domain.reasons import Names, reason
from apps.banking.models import BankLine, KnownAccount, MatchProposal, ProposalTarget
from apps.core.money import CENT, euros
from apps.dues.models import Invoice
from apps.ledger.models import Account
from apps.members.models import City

REMEMBERED = timedelta(days=800)  # paid invoices this old are still recognised when they are paid again
CHUNK = 1000


@transaction.atomic
def match_lines(lines: Sequence[BankLine]) -> int:
    """Compute the proposals of these lines anew and return how many there are (pipeline of the domain: reference,
    number, account, name, several invoices; § 366 BGB: what the payer says comes first).
    """
    if not lines:
        return 0
    index, names = load_index(lines)
    rows: list[MatchProposal] = []
    targets: list[tuple[int, tuple[tuple[int, Decimal], ...]]] = []
    for line in lines:
        for rank, found in enumerate(proposals(payment(line), index), start=1):
            targets.append((len(rows), found.targets))
            rows.append(proposal_row(line, rank, found, names))
    forget_proposals([line.pk for line in lines])
    MatchProposal.objects.bulk_create(rows)
    ProposalTarget.objects.bulk_create(
        ProposalTarget(proposal=rows[place], invoice_id=invoice_id, amount=euros(amount))
        for place, parts in targets
        for invoice_id, amount in parts
    )
    return len(rows)


def match_open_lines() -> int:
    """Compute the proposals of all open and unclear lines anew, for example after invoices were issued."""
    return match_lines(list(BankLine.objects.filter(entry=None, ignored_reason="")))


def match_related(invoice_ids: Iterable[int], city_ids: Iterable[int], *, lines: Iterable[BankLine] = ()) -> int:
    """Compute anew what the booking of `lines` may have changed: proposals for its invoices and cities, its accounts."""
    concerned = MatchProposal.objects.filter(Q(targets__invoice__in=list(invoice_ids)) | Q(city__in=list(city_ids)))
    ibans = {line.counterparty_iban for line in lines if line.counterparty_iban}
    related = Q(pk__in=concerned.values("line")) | Q(counterparty_iban__in=ibans)
    return match_lines(list(BankLine.objects.filter(related, entry=None, ignored_reason="")))


def forget_proposals(line_ids: Sequence[int]) -> None:
    for chunk in batched(line_ids, CHUNK):
        found = MatchProposal.objects.filter(line__in=chunk)
        ProposalTarget.objects.filter(proposal__in=found)._raw_delete(ProposalTarget.objects.db)
        found._raw_delete(MatchProposal.objects.db)


def load_index(lines: Sequence[BankLine]) -> tuple[Index, Names]:
    """Invoices, names of cities and known accounts: five queries, whatever the number of lines."""
    since = min(line.booked_on for line in lines) - REMEMBERED
    invoices = Invoice.objects.standing().with_balance().filter(Q(outstanding__gt=0) | Q(issued_on__gte=since))
    columns = ("pk", "number", "reference", "city_id", "outstanding", "due_on")
    rows: Any = invoices.values_list(*columns)
    claims = [
        Claim(pk, number, reference, city_id, Decimal(outstanding).quantize(CENT), due_on.toordinal())
        for pk, number, reference, city_id, outstanding, due_on in rows
    ]
    cities = list(City.objects.values_list("pk", "name", "official_name"))
    index = build_index(
        claims,
        names=[(pk, each) for pk, name, official in cities for each in (name, official)],
        ibans=dict(KnownAccount.objects.values_list("iban", "city_id")),
        earlier=earlier_payments(lines),
    )
    accounts = dict(Account.objects.exclude(key=None).values_list("key", "pk"))
    return index, Names({claim.id: claim.number for claim in claims}, {pk: name for pk, name, _ in cities}, accounts)


def earlier_payments(lines: Sequence[BankLine]) -> Mapping[tuple[str, Decimal], int]:
    """Lines with the opposite amount of those that come back, by reference and by account; the latest counts."""
    amounts = {-line.amount.amount for line in lines if line.is_reversal or line.gvc in RETURN_CODES}
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
    )


def proposal_row(line: BankLine, rank: int, found: Proposal, names: Names) -> MatchProposal:
    return MatchProposal(
        line=line,
        rank=rank,
        kind=found.kind,
        score=found.score,
        reason=reason(found, names)[:300],
        city_id=found.city,
        account_id=names.accounts.get(found.account_key),
        returns_id=found.returns,
        credit=euros(found.credit),
    )
