"""Why a proposal is made, in words a treasurer can check."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from apps.banking.calculations.evidence import Clue, Kind, Proposal
from apps.core.templatetags.formats import euro

CERTAIN = 100


@dataclass(frozen=True)
class Names:
    """Numbers of invoices and names of cities by their ids, ids of accounts by their keys."""

    invoices: Mapping[int, str]
    cities: Mapping[int, str]
    accounts: Mapping[str | None, int]
    rules: Mapping[int, str] = field(default_factory=dict)
    payables: Mapping[int, str] = field(default_factory=dict)
    sides: Mapping[int, str] = field(default_factory=dict)


def reason(proposal: Proposal, names: Names) -> str:
    """»Der Verwendungszweck nennt Rechnung 2027-0014; der Betrag stimmt auf den Cent.«"""
    if proposal.payables:
        return f"{payable_words(proposal, names)}; {outcome(proposal)}."
    if proposal.account_key or proposal.account or proposal.returns or (proposal.expected and not proposal.targets):
        return clue_words(proposal, names)
    said = side_words(proposal, names) if proposal.side else outcome(proposal)
    sentence = f"{clue_words(proposal, names)}; {said}."
    if proposal.payer is not None:
        payer = _("Gezahlt hat offenbar %s.") % names.cities.get(proposal.payer, "")
        return f"{sentence} {payer}"
    return sentence


def clue_words(proposal: Proposal, names: Names) -> str:
    numbers = [names.invoices[invoice] for invoice, _amount in proposal.targets]
    if len(numbers) > 1:
        invoices = _("die Rechnungen %s") % ", ".join(numbers)
    else:
        invoices = _("Rechnung %s") % numbers[0] if numbers else _("eine Rechnung, auf der nichts mehr offen ist")
    city = names.cities.get(proposal.city or 0, "")
    words = {
        Clue.REFERENCE: _("Die Zahlungsreferenz nennt %s") % invoices,
        Clue.NUMBER: _("Der Verwendungszweck nennt %s") % invoices,
        Clue.CUT_OFF: _("Der Verwendungszweck nennt abgeschnitten %s") % invoices,
        Clue.IBAN: _("Von diesem Konto hat %s schon gezahlt") % city,
        Clue.NAME: _("Der Name nennt %s") % city,
        Clue.AMOUNT: _("Genau dieser Betrag ist nur bei %(city)s offen (%(invoice)s)")
        % {"city": city, "invoice": invoices},
        Clue.CODE: _("Die Bank kennzeichnet den Umsatz als Entgelt."),
        Clue.TEXT: _("Der Text spricht für dieses Konto."),
        Clue.RULE: _("Ihre Regel passt: %s") % names.rules.get(proposal.rule or 0, ""),
        Clue.EXPECTED: order_words(proposal),
        Clue.PARTS: _("Die Sammelaufstellung der Bank nennt %s") % invoices
        if proposal.targets
        else _("Die Sammelaufstellung der Bank nennt %s unserer Zahlungsaufträge.") % len(proposal.expected),
        Clue.RETURN: _("Ein früherer Umsatz über denselben Betrag kommt zurück."),
    }
    return words[proposal.clue]


def payable_words(proposal: Proposal, names: Names) -> str:
    """What speaks for these vouchers; their names hold the number and the supplier."""
    said = ", ".join(names.payables[voucher] for voucher, _amount in proposal.payables)
    words = {
        Clue.NUMBER: _("Konto und Verwendungszweck nennen %s")
        if proposal.score == CERTAIN
        else _("Der Verwendungszweck nennt %s"),
        Clue.OTHER_ACCOUNT: _(
            "Der Verwendungszweck nennt %s, gezahlt wurde aber auf ein anderes Konto als das des Belegs"
        ),
        Clue.IBAN: _("Auf dieses Konto sind zu zahlen: %s"),
        Clue.NAME: _("Der Name passt zu %s"),
        Clue.AMOUNT: _("Genau dieser Betrag ist nur für %s zu zahlen"),
        Clue.PARTS: _("Die Sammelaufstellung der Bank nennt %s"),
    }
    return words[proposal.clue] % said


def order_words(proposal: Proposal) -> str:
    if proposal.score < 100:
        return _("Summe und Tag passen zu einem Sammler aus %s unserer Zahlungsaufträge.") % len(proposal.expected)
    if len(proposal.expected) == 1:
        return _("Die Referenz nennt unseren Zahlungsauftrag; der Betrag stimmt auf den Cent.")
    return _("Die Referenz nennt unseren Sammler aus %s Zahlungsaufträgen; die Summe stimmt auf den Cent.") % len(
        proposal.expected
    )


def side_words(proposal: Proposal, names: Names) -> str:
    """What of it goes on interest and costs, and which letters claimed them."""
    values = {"side": euro(proposal.side), "letters": names.sides.get(proposal.city or 0, "")}
    if proposal.kind == Kind.SIDES_FIRST and not proposal.targets:
        return _("alles auf Zinsen und Kosten aus %(letters)s (§ 367 Abs. 1 BGB)") % values
    if proposal.kind == Kind.SIDES_FIRST:
        return _("zuerst %(side)s Zinsen und Kosten aus %(letters)s, der Rest auf Beiträge (§ 367 Abs. 1 BGB)") % values
    words = _("%(side)s sind Zinsen und Kosten aus %(letters)s") % values
    return (
        _("%(words)s, %(credit)s bleiben Guthaben") % {"words": words, "credit": euro(proposal.credit)}
        if proposal.credit
        else words
    )


def outcome(proposal: Proposal) -> str:
    words = {
        Kind.JOINT: _("die Summe stimmt auf den Cent"),
        Kind.PARTIAL: _("bezahlt wird nur ein Teil"),
        Kind.OVER: _("%s sind zu viel und bleiben Guthaben") % euro(proposal.credit),
        Kind.PAID_TWICE: _("offen ist nichts mehr, der Betrag bleibt Guthaben"),
        Kind.AMOUNT: _("sonst weist nichts darauf hin"),
    }
    return words.get(proposal.kind, _("der Betrag stimmt auf den Cent"))
