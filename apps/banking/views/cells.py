"""What a bank line and its proposals show. Written in Python: a worklist has fifty of them, each with a button of its own.

The buttons belong to the one form of the page (`booking_form.html`) and only change where it goes.
"""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.banking.enums import LineState
from apps.banking.models import BankLine, MatchProposal, ProposalTarget
from apps.core.tables import lookup
from apps.core.templatetags.formats import euro
from apps.core.templatetags.ui import badge
from apps.ledger.enums import Sphere

LIKELY = 75
LONGEST_TEXT = 140


def link(url: str, text: Any) -> SafeString:
    return format_html('<a class="kern-link" href="{}">{}</a>', url, text)


def payer(line: BankLine) -> SafeString:
    """Who paid or was paid, and what for."""
    text = Truncator(line.text).chars(LONGEST_TEXT)
    name = link(line.get_absolute_url(), line.counterparty or _("Bankumsatz"))
    return format_html('{}<div class="muted">{}</div>', name, text)


def booking(line: BankLine) -> Any:
    """The entry of a booked line, else where it stands."""
    return link(line.entry.get_absolute_url(), line.entry) if line.entry else line.state.label


def handling(line: BankLine, *, may_book: bool) -> SafeString:
    """What became of the line, or what it may be."""
    match line.state:
        case LineState.BOOKED:
            note = line.booking_note or line.get_booked_as_display()
            return format_html(
                '{} {}<div class="muted">{}</div>', badge(line.state.label, "success"), booking(line), note
            )
        case LineState.IGNORED:
            return format_html("{} {}", badge(line.state.label, "neutral"), line.ignored_reason)
        case LineState.UNCLEAR:
            clears = _("%(owner)s klärt") % {"owner": line.owner}
            unclear = format_html("{} {}: {}", badge(line.state.label, "danger"), clears, line.note)
            return unclear + best_proposal(line, may_book=may_book)
    return best_proposal(line, may_book=may_book) or badge(_("kein Vorschlag"), "warning")


def best_proposal(line: BankLine, *, may_book: bool) -> SafeString:
    return format_html_join("", "{}", ((proposal_box(each, line, may_book=may_book),) for each in line.best))


def proposal_box(proposal: MatchProposal, line: BankLine, *, may_book: bool) -> SafeString:
    """How sure the proposal is, what it would book, why it was made, and the button that books it."""
    return format_html(
        '<div class="proposal"><p>{} <strong>{}</strong>{}{}</p><p class="muted">{}</p>{}</div>',
        certainty(proposal),
        lookup(proposal, "kind"),
        f" · {proposal.city}" if proposal.city else "",
        format_html_join("", "<br>{} {}", targets_of(proposal)),
        proposal.reason,
        button(proposal, line) if may_book else "",
    )


def certainty(proposal: MatchProposal) -> SafeString:
    if proposal.is_certain:
        return badge(_("eindeutig"), "success")
    return badge(_("wahrscheinlich"), "info") if proposal.score >= LIKELY else badge(_("möglich"), "neutral")


def targets_of(proposal: MatchProposal) -> list[tuple[Any, Any]]:
    """The invoices, credit, account or movement the proposal means, as pairs."""
    pairs = [target_pair(target) for target in proposal.targets.all()]
    if proposal.side.amount:
        pairs.append((_("Zinsen und Kosten:"), euro(proposal.side)))
    if proposal.credit.amount:
        pairs.append((_("Guthaben:"), euro(proposal.credit)))
    if proposal.account:
        pairs.append((_("Konto:"), proposal.account))
        if centre := proposal.place.get("cost_centre"):
            pairs.append((_("Kostenstelle:"), centre))
        if sphere := proposal.place.get("sphere"):
            pairs.append((_("Bereich:"), Sphere(sphere).label))
    if proposal.returns_id:
        pairs.append(
            (_("Rückzahlung von"), link(reverse("banking:line", args=[proposal.returns_id]), _("diesem Umsatz")))
        )
    return pairs


def target_pair(target: ProposalTarget) -> tuple[Any, Any]:
    paid = target.invoice or target.voucher
    whose = target.invoice.city if target.invoice else target.voucher.creditor  # type: ignore[union-attr]
    return link(paid.get_absolute_url(), paid), f"{whose}: {euro(target.amount)}"  # type: ignore[union-attr]


def button(proposal: MatchProposal, line: BankLine) -> SafeString:
    return format_html(
        '<button class="kern-btn kern-btn--secondary" type="submit" form="buchen" formaction="{}" name="proposal" value="{}" '
        'aria-label="{}: {} {}"><span class="kern-label">{}</span></button>',
        reverse("banking:book", args=[line.pk]),
        proposal.pk,
        _("Buchen"),
        euro(line.amount),
        line.counterparty,
        _("Buchen"),
    )
