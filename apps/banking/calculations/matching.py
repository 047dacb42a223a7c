"""What a bank line may mean: candidates with a score from 0 to 100 and the facts behind it. Dictionaries, no searching.

| score | what was found |
|--:|---|
| 100 | number or reference of each invoice, or our own order, and the amount to the cent; outgoing: also the supplier's account |
| 95 | as before, but paid from the account of another city, or no account told; bank fee by its code |
| 90 | account known, amount of one open invoice |
| 88–72 | a rule of the treasurer: account and words, account, name and words, words |
| 85 | number found, amount differs (part, surplus, paid twice); sum of all open invoices of a known account |
| 80 | name and amount; number without its beginning and amount |
| 75 | sum of all open invoices of a named city; returned payment without reference |
| 70 | number and amount of a voucher, but paid to another account |
| 60 | account known, amount fits nothing |
| 50 | amount fits one open invoice only |
| 40 | name found, amount fits nothing |

Where a city owes interest and costs from reminders, a surplus pays them (10 more if nothing else remains), and § 367 (1) BGB
is offered below (70 at most).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from apps.banking.calculations.evidence import (
    ZERO,
    Claim,
    Clue,
    Expected,
    Index,
    Kind,
    Payable,
    Payment,
    Proposal,
    Rule,
)
from apps.banking.calculations.expectations import batches_by_amount, by_expected, returned_order
from apps.banking.calculations.payables import by_payables, index_payables
from apps.banking.calculations.words import (
    cut_off_numbers,
    normal,
    padded_numbers,
    phrases,
    references,
    short_numbers,
    spellings,
)

MOST_PROPOSALS = 3


def build_index(
    claims: Iterable[Claim],
    *,
    names: Iterable[tuple[int, str]] = (),
    ibans: Mapping[str, int] | None = None,
    earlier: Mapping[tuple[str, Decimal], int] | None = None,
    rules: Sequence[Rule] = (),
    expected: Iterable[Expected] = (),
    payables: Iterable[Payable] = (),
    sides: Mapping[int, Decimal] | None = None,
) -> Index:
    """Index all invoices, vouchers to pay, names of cities, accounts known, and earlier payments by (reference or account,
    amount).
    """
    orders = list(expected)
    index = Index(
        city_by_iban=ibans or {},
        earlier_by_key=earlier or {},
        rules=rules,
        sides=sides or {},
        expected_by_id={each.end_to_end_id: each for each in orders},
        batches_by_amount=batches_by_amount(orders),
    )
    index_payables(index, payables)
    for claim in sorted(claims, key=lambda claim: (claim.due, claim.id)):
        index.by_reference[claim.reference] = claim
        year, _, number = claim.number.partition("-")
        if number.isdecimal():
            index.by_number[year, int(number)] = claim
            index.by_cut_number[int(number)].append(claim)
        if claim.open > 0:
            index.by_amount[claim.open].append(claim)
            index.open_by_city[claim.city].append(claim)
    index.sorted_references = sorted(index.by_reference)
    index.reference_lengths = sorted({len(reference) for reference in index.by_reference}, reverse=True)
    for city, name in names:
        for spelling in spellings(name):
            index.city_by_name[spelling] = city if index.city_by_name.get(spelling, city) == city else None
    return index


def proposals(payment: Payment, index: Index) -> list[Proposal]:
    """The best readings of a line, best first, at most three."""
    found = [*by_expected(payment, index), *by_rules(payment, index)]
    found += outgoing(payment, index) if payment.amount < 0 else incoming(payment, index)
    found = [reading for each in found for reading in with_sides(each, payment, index)]
    best: dict[tuple[object, ...], Proposal] = {}
    for each in sorted(found, key=lambda proposal: -proposal.score):
        best.setdefault(each.meaning, each)
    return list(best.values())[:MOST_PROPOSALS]


def joint_proposals(parts: Sequence[Payment], index: Index) -> list[Proposal]:
    """The reading of a batch whose parts are known: only if every part can be read as invoices or as our own orders."""
    best = [next(iter(proposals(part, index)), None) for part in parts]
    whole = [each for each in best if each and is_whole(each)]
    if not parts or len(whole) < len(parts):
        return []
    amounts: dict[int, Decimal] = {}
    for invoice, amount in (target for each in whole for target in each.targets):
        amounts[invoice] = amounts.get(invoice, ZERO) + amount
    orders = tuple(order for each in whole for order in each.expected)
    payables = tuple(payable for each in whole for payable in each.payables)
    if bool(orders) + bool(amounts) + bool(payables) > 1 or len({pk for pk, _open in payables}) < len(payables):
        return []
    cities = {each.city for each in whole}
    is_partial = any(each.kind == Kind.PARTIAL for each in whole)
    kind = Kind.EXPECTED if orders else Kind.PARTIAL if is_partial else Kind.JOINT
    city = cities.pop() if len(cities) == 1 else None
    score = min(each.score for each in whole)
    targets = tuple(amounts.items())
    return [Proposal(kind, score, Clue.PARTS, targets, city, expected=orders, payables=payables)]


def is_whole(part: Proposal) -> bool:
    """It says of the whole amount what it pays."""
    return (
        bool(part.targets or part.expected or part.payables) and not part.credit and not part.side and not part.returns
    )


def by_rules(payment: Payment, index: Index) -> Iterable[Proposal]:
    """What the treasurer decided for such lines. Never certain: a rule proposes, it doesn't book."""
    name, text = normal(payment.counterparty), normal(payment.text)
    for rule in index.rules:
        fits_account = not rule.iban or rule.iban == payment.iban
        fits_words = rule.name_words in name and rule.text_words in text
        if rule.incoming != (payment.amount > 0) or not fits_account or not fits_words:
            continue
        score = rule_score(rule)
        if rule.account is not None:
            yield Proposal(Kind.RULE, score, Clue.RULE, account=rule.account, rule=rule.id)
        elif rule.city is not None:
            for each in by_city(payment, index, rule.city, Clue.IBAN):
                yield replace(each, score=min(each.score, score), clue=Clue.RULE, rule=rule.id)


def rule_score(rule: Rule) -> int:
    if rule.iban:
        return 88 if rule.text_words or rule.name_words else 82
    return 78 if rule.text_words and rule.name_words else 72


def incoming(payment: Payment, index: Index) -> Iterable[Proposal]:
    yield from returned(payment, index)
    payer = index.city_by_iban.get(payment.iban) if payment.iban else None
    claims, clue = named_claims(payment, index)
    if claims:
        yield from by_claims(payment, claims, clue, payer if payer is not None else sole(payer_names(payment, index)))
        if clue != Clue.CUT_OFF:
            return
    if payer is not None:
        yield from by_city(payment, index, payer, Clue.IBAN)
    for city in named_cities(payment, index):
        if city != payer:
            yield from by_city(payment, index, city, Clue.NAME)
    same_amount = index.by_amount.get(payment.amount, [])
    if len(same_amount) == 1 and payer is None:
        [claim] = same_amount
        yield Proposal(Kind.AMOUNT, 50, Clue.AMOUNT, ((claim.id, payment.amount),), claim.city)
    yield from by_words(payment, INCOME_WORDS)


def named_claims(payment: Payment, index: Index) -> tuple[list[Claim], Clue]:
    """Invoices that the payer named, by reference, number, number without zeros, or the rest of a number."""
    texts = f"{payment.structured_reference} {payment.end_to_end_id} {payment.text}"
    found = {claim.id: claim for start in references(texts) if (claim := reference_at(start, index))}
    if found:
        more = numbered(padded_numbers(payment.text), index)
        return list((found | more).values()), Clue.REFERENCE
    found = numbered([*padded_numbers(texts), *short_numbers(texts)], index)
    if found:
        return list(found.values()), Clue.NUMBER
    rest = [
        claim
        for year, number in cut_off_numbers(texts)
        for claim in index.by_cut_number.get(number, [])
        if claim.number.partition("-")[0].endswith(year) and claim.open == payment.amount
    ]
    return (rest, Clue.CUT_OFF) if len(rest) == 1 else ([], Clue.CUT_OFF)


def numbered(keys: Iterable[tuple[str, int]], index: Index) -> dict[int, Claim]:
    return {claim.id: claim for key in keys if (claim := index.by_number.get(key))}


def reference_at(start: str, index: Index) -> Claim | None:
    """The invoice whose reference begins here; one cut off by the bank counts if only one begins like it."""
    for length in index.reference_lengths:
        if claim := index.by_reference.get(start[:length]):
            return claim
    if len(start) < 12 or not index.reference_lengths or len(start) >= index.reference_lengths[0]:
        return None
    place = bisect_left(index.sorted_references, start)
    alike = [each for each in index.sorted_references[place : place + 2] if each.startswith(start)]
    return index.by_reference[alike[0]] if len(alike) == 1 else None


def by_claims(payment: Payment, claims: Sequence[Claim], clue: Clue, payer: int | None) -> Iterable[Proposal]:
    """Read a line that names its invoices: exactly, in part, with a surplus, or paid already."""
    owed = [claim for claim in claims if claim.open > 0]
    total = sum((claim.open for claim in owed), ZERO)
    cities = {claim.city for claim in claims}
    city = claims[0].city if len(cities) == 1 else None
    stranger = payer if payer is not None and payer not in cities else None
    if not owed:
        yield Proposal(Kind.PAID_TWICE, 85, clue, city=claims[0].city, credit=payment.amount, payer=stranger)
        return
    targets = fill(payment.amount, owed)
    if total == payment.amount:
        kind = Kind.JOINT if len(owed) > 1 else Kind.REFERENCE if clue == Clue.REFERENCE else Kind.NUMBER
        score = 80 if clue == Clue.CUT_OFF else 95 if stranger is not None else 100
        yield Proposal(kind, score, clue, targets, city, payer=stranger)
    elif payment.amount < total:
        yield Proposal(Kind.PARTIAL, 85, clue, targets, city, payer=stranger)
    else:
        surplus = payment.amount - total
        yield Proposal(Kind.OVER, 85, clue, targets, city or owed[0].city, credit=surplus, payer=stranger)


def by_city(payment: Payment, index: Index, city: int, clue: Clue) -> Iterable[Proposal]:
    """Read a line of which only the city is known (§ 366 (2) BGB: without a purpose the claim due first)."""
    owed = index.open_by_city.get(city, [])
    known = clue == Clue.IBAN
    exact = [claim for claim in owed if claim.open == payment.amount]
    if exact:
        kind = Kind.IBAN_AMOUNT if known else Kind.NAME_AMOUNT
        yield Proposal(kind, 90 if known else 80, clue, ((exact[0].id, payment.amount),), city)
        return
    total = sum((claim.open for claim in owed), ZERO)
    if not owed:
        yield Proposal(Kind.PAID_TWICE, 60 if known else 40, clue, city=city, credit=payment.amount)
    elif total == payment.amount:
        yield Proposal(Kind.JOINT, 85 if known else 75, clue, fill(payment.amount, owed), city)
    elif some := subset(payment.amount, owed):
        yield Proposal(Kind.JOINT, 75 if known else 60, clue, fill(payment.amount, some), city)
    else:
        surplus = max(payment.amount - total, ZERO)
        kind = Kind.OVER if surplus else Kind.PARTIAL
        yield Proposal(kind, 60 if known else 40, clue, fill(payment.amount, owed), city, credit=surplus)


def with_sides(found: Proposal, payment: Payment, index: Index) -> Iterable[Proposal]:
    """Where the city owes interest and costs too: they come out of a surplus, or as another reading first (§ 367 (1) BGB).

    A part payment of just what they are is meant for them. The order of the law is only offered: the payer may determine another, and the treasurer decides. Never certain.
    """
    side = ZERO if found.city is None or found.expected or found.returns else index.sides.get(found.city, ZERO)
    if side and found.credit:
        part = min(side, found.credit)
        score = min(found.score + 10, 95) if part == found.credit else found.score
        yield replace(found, kind=Kind.WITH_SIDES, score=score, side=part, credit=found.credit - part)
        yield replace(found, score=found.score - 5)
        return
    yield found
    if not side or not found.targets:
        return
    if side == payment.amount and found.kind == Kind.PARTIAL:
        yield replace(found, kind=Kind.WITH_SIDES, score=min(found.score + 10, 95), targets=(), side=side)
        return
    part = min(side, payment.amount)
    rest = fill(payment.amount - part, (Claim(pk, "", "", 0, amount) for pk, amount in found.targets))
    yield replace(found, kind=Kind.SIDES_FIRST, score=min(found.score, 75) - 5, targets=rest, side=part)


def fill(amount: Decimal, claims: Iterable[Claim]) -> tuple[tuple[int, Decimal], ...]:
    """Spread an amount over the claims in their order until nothing is left."""
    parts: list[tuple[int, Decimal]] = []
    for claim in claims:
        part = min(claim.open, amount)
        if part > 0:
            parts.append((claim.id, part))
            amount -= part
    return tuple(parts)


def subset(amount: Decimal, claims: Sequence[Claim]) -> list[Claim]:
    """Several of at most twelve claims that make up the amount exactly."""
    sums: dict[Decimal, list[Claim]] = {ZERO: []}
    for claim in claims[:12]:
        for total, chosen in list(sums.items()):
            sums.setdefault(total + claim.open, [*chosen, claim])
    return sums.get(amount, [])


def named_cities(payment: Payment, index: Index) -> list[int]:
    """At most two cities named by the payer, else in the text; longer names first, ambiguous ones don't count."""
    return (payer_names(payment, index) or cities_in(payment.text, index))[:2]


def payer_names(payment: Payment, index: Index) -> list[int]:
    return cities_in(payment.counterparty, index)


def cities_in(text: str, index: Index) -> list[int]:
    found = (index.city_by_name.get(phrase) for phrase in phrases(text))
    return list(dict.fromkeys(city for city in found if city is not None))


def sole(cities: Sequence[int]) -> int | None:
    return cities[0] if len(cities) == 1 else None


def outgoing(payment: Payment, index: Index) -> Iterable[Proposal]:
    yield from returned(payment, index)
    if payment.gvc in FEE_CODES:
        yield Proposal(Kind.BANK_FEE, 95, Clue.CODE, account_key="BANKFEE")
        return
    yield from by_payables(payment, index)
    yield from by_words(payment, EXPENSE_WORDS)


def returned(payment: Payment, index: Index) -> Iterable[Proposal]:
    """A payment that comes back: the earlier line with the opposite amount and the same reference or account."""
    if not payment.is_reversal and payment.gvc not in RETURN_CODES:
        return
    if order := returned_order(payment, index):
        yield Proposal(Kind.RETURNED, 95, Clue.RETURN, expected=(order.id,))
        return
    for key, score in ((payment.end_to_end_id, 95), (payment.structured_reference, 95), (payment.iban, 75)):
        earlier = index.earlier_by_key.get((key, -payment.returned_amount)) if key else None
        if earlier is not None and earlier != payment.id:
            yield Proposal(Kind.RETURNED, score, Clue.RETURN, returns=earlier)
            return


def by_words(payment: Payment, words: Sequence[tuple[str, Sequence[str]]]) -> Iterable[Proposal]:
    """The account that words in text or name speak for."""
    text = f"{payment.text} {payment.counterparty}".casefold()
    for key, stems in words:
        if any(stem in text for stem in stems):
            yield Proposal(Kind.BANK_FEE if key == "BANKFEE" else Kind.ACCOUNT, 70, Clue.TEXT, account_key=key)
            return


# transaction codes of the German banks (Geschäftsvorfallcodes, DFÜ-Abkommen Anlage 3)
FEE_CODES = frozenset({"805", "806", "808", "809", "823"})
RETURN_CODES = frozenset({"108", "109", "159", "185"})
EXPENSE_WORDS = (
    ("BANKFEE", ("kontoführung", "kontofuehrung", "entgelt", "kontoabschluss", "rechnungsabschluss")),
    ("ROOM", ("raummiete", "saalmiete", "miete", "tagungsraum", "sitzungssaal")),
    ("CATERING", ("bewirtung", "catering", "verpflegung", "imbiss")),
    ("TRAVEL", ("reisekosten", "fahrtkosten", "bahn", "hotel", "übernachtung", "uebernachtung")),
    ("SPEAKER", ("honorar", "moderation", "vortrag")),
    ("PRINT", ("druck", "plakat", "broschüre", "broschuere", "layout")),
    ("INSURANCE", ("versicherung", "haftpflicht")),
    ("NOTARY_COURT", ("notar", "amtsgericht", "vereinsregister", "landesjustizkasse")),
    ("IT", ("hosting", "domain", "software", "telekom", "internet")),
    ("OFFICE", ("porto", "bürobedarf", "buerobedarf", "deutsche post")),
    ("STAFF", ("gehalt", "lohn", "minijob", "krankenkasse", "lohnsteuer")),
)
INCOME_WORDS = (
    ("DONATION", ("spende", "zuwendung")),
    ("GRANT", ("fördermittel", "foerdermittel", "zuschuss")),
    ("FEES_EVENT", ("teilnahmebeitrag", "teilnahmegebühr", "teilnahmegebuehr", "tagungsbeitrag")),
    ("INTEREST", ("guthabenzinsen", "habenzinsen")),
)
