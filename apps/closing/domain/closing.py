"""From begun to closed: the steps of the annual accounts. Nothing reopens a closed year; corrections go into the new one."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.closing.domain.books import Books
from apps.closing.domain.checks import checklist
from apps.closing.domain.errors import (
    ChecksFailed,
    EarlierYearOpen,
    FiguresChanged,
    NothingBooked,
    SamePerson,
    YearBegun,
    YearNotOver,
)
from apps.closing.domain.statement import build_statement, figures_hash
from apps.closing.enums import AccountsState
from apps.closing.models import AnnualAccounts
from apps.core.numbers import take_numbers
from apps.core.templatetags.formats import day
from apps.core.transitions import guard_transition
from apps.documents.models import Document
from apps.ledger.domain.integrity import wrong_sums
from apps.ledger.domain.periods import close_period
from apps.ledger.models import Entry, PeriodLock
from apps.organisation.enums import DecisionSubject
from apps.resolutions.domain.subjects import guard_subject
from apps.resolutions.models import Resolution

NAMED = 3


def locked(accounts: AnnualAccounts) -> AnnualAccounts:
    return AnnualAccounts.objects.select_for_update().get(pk=accounts.pk)


@transaction.atomic
def begin_accounts(year: int, *, by: User | None, on: date) -> AnnualAccounts:
    """Begin the closing of a year: its checklist and its statement while it is being prepared."""
    if year > on.year:
        raise YearNotOver(_("Das Jahr %s hat noch nicht begonnen.") % year, field="year")
    first = Entry.objects.order_by("year").first()
    if first and year < first.year:
        raise NothingBooked(
            _("%(year)s ist nichts gebucht. Das erste Jahr mit Buchungen ist %(first)s.")
            % {"year": year, "first": first.year},
            field="year",
        )
    with act("closing.begun", by=by, data={"year": year, "on": on}) as entry:
        try:
            with transaction.atomic():
                entry.subject = accounts = AnnualAccounts.objects.create(year=year)
        except IntegrityError:
            raise YearBegun(_("Der Abschluss %s ist schon begonnen.") % year, field="year") from None
    return accounts


@transaction.atomic
def set_note(accounts: AnnualAccounts, note: str, *, by: User | None) -> AnnualAccounts:
    """Explain the figures; the text stands in the Kassenbericht. Until the accounts are prepared."""
    accounts = locked(accounts)
    if accounts.is_frozen:
        raise FiguresChanged(
            _("Der Abschluss ist aufgestellt. Bitte nehmen Sie ihn zuerst in die Vorbereitung zurück.")
        )
    with act("closing.note_set", accounts, by=by):
        accounts.note = note
        accounts.save(update_fields=["note"])
    return accounts


def guard_checks(year: int) -> None:
    failed = [check for check in checklist(Books(year)) if check.is_blocker]
    if failed:
        raise ChecksFailed(
            _("Vor dem Abschluss ist noch zu klären: %s.")
            % "; ".join(f"{check.title} – {check.detail}" for check in failed)
        )


def guard_over(accounts: AnnualAccounts, on: date) -> None:
    if on <= accounts.last_day:
        raise YearNotOver(
            _("Das Jahr %(year)s ist noch nicht vorbei. Aufgestellt werden kann ab dem %(day)s.")
            % {"year": accounts.year, "day": day(accounts.last_day + timedelta(days=1))}
        )


def guard_sums() -> None:
    """The sums of the accounts, which the database keeps, follow from the lines."""
    if wrong := wrong_sums():
        raise ChecksFailed(" ".join(wrong[:NAMED]))


def hold_year(year: int) -> None:
    """Keep the number series of the year until the transaction ends, so that no entry slips in."""
    take_numbers(f"ledger.entry:{year}", 0)


def guard_order(year: int) -> None:
    """Years are closed in their order: the assets of one are the beginning of the next."""
    earliest = Entry.objects.filter(year__lt=year).order_by("-year").values_list("year", flat=True).first()
    if earliest and not AnnualAccounts.objects.filter(year=earliest, state=AccountsState.CLOSED).exists():
        raise EarlierYearOpen(_("Bitte schließen Sie zuerst das Jahr %s ab.") % earliest)


@transaction.atomic
def prepare_accounts(accounts: AnnualAccounts, *, by: User | None, on: date) -> AnnualAccounts:
    """Draw the accounts up (§§ 27 (3), 666 BGB): freeze all figures under their hash, if nothing stands in the way."""
    accounts = locked(accounts)
    guard_transition(accounts, AccountsState.PREPARED)
    guard_over(accounts, on)
    hold_year(accounts.year)
    guard_checks(accounts.year)
    guard_sums()
    statement = build_statement(accounts.year)
    with act("closing.prepared", accounts, by=by, data={"on": on, "hash": statement.hash}):
        accounts.state = AccountsState.PREPARED
        accounts.figures, accounts.figures_hash = statement.as_json(), statement.hash
        accounts.prepared_on, accounts.prepared_by = on, by
        accounts.save()
    return accounts


@transaction.atomic
def return_accounts(accounts: AnnualAccounts, *, reason: str, by: User | None) -> AnnualAccounts:
    """Take prepared or examined accounts back into preparation, because something must be corrected."""
    accounts = locked(accounts)
    guard_transition(accounts, AccountsState.DRAFT)
    with act("closing.returned", accounts, by=by, reason=reason, data={"hash": accounts.figures_hash}):
        accounts.state = AccountsState.DRAFT
        accounts.figures, accounts.figures_hash = None, ""
        accounts.prepared_on = accounts.prepared_by = accounts.examined_on = accounts.examined_by = None
        accounts.examination_note = ""
        accounts.save()
    return accounts


def guard_unchanged(accounts: AnnualAccounts) -> None:
    """Nothing was booked into the year since it was prepared.

    How old the open items are is told by invoices and bills, which go on living; their balances are in the stocks.
    """
    present = build_statement(accounts.year)
    figures = accounts.figures or {}
    without_ages = [figures_hash(each | {"ages": []}) for each in (present.as_json(), figures)]
    if figures_hash(figures) != accounts.figures_hash or without_ages[0] != without_ages[1]:
        raise FiguresChanged(
            _(
                "Seit der Aufstellung am %(day)s haben sich die Zahlen geändert; die letzte Buchung ist jetzt %(entry)s. "
                "Bitte nehmen Sie den Abschluss zurück und stellen Sie ihn neu auf."
            )
            % {"day": f"{accounts.prepared_on:%d.%m.%Y}", "entry": present.last_entry}
        )


def guard_examiner(accounts: AnnualAccounts, *, by: User | None) -> None:
    """Four eyes: who prepared the accounts doesn't examine them."""
    if by is not None and accounts.prepared_by_id == by.pk:
        raise SamePerson(_("Sie haben den Abschluss selbst aufgestellt. Prüfen muss ihn eine andere Person."))


@transaction.atomic
def record_examination(accounts: AnnualAccounts, *, result: str, by: User | None, on: date) -> AnnualAccounts:
    """The auditors have examined the accounts; called by the app of the examination with its report."""
    accounts = locked(accounts)
    guard_transition(accounts, AccountsState.EXAMINED)
    guard_examiner(accounts, by=by)
    guard_unchanged(accounts)
    with act("closing.examined", accounts, by=by, data={"on": on}):
        accounts.state = AccountsState.EXAMINED
        accounts.examined_on, accounts.examined_by, accounts.examination_note = on, by, result
        accounts.save()
    return accounts


@transaction.atomic
def adopt_accounts(
    accounts: AnnualAccounts, resolution: Resolution, *, by: User | None, is_sure: bool = False
) -> AnnualAccounts:
    """The assembly has adopted the accounts (§ 32 (1) BGB); by a resolution of a general subject only if somebody is sure."""
    accounts = locked(accounts)
    guard_transition(accounts, AccountsState.ADOPTED)
    guard_subject(resolution, DecisionSubject.ACCOUNTS, is_sure=is_sure)
    guard_unchanged(accounts)
    with act("closing.adopted", accounts, by=by, data={"resolution": resolution.reference}):
        accounts.state = AccountsState.ADOPTED
        accounts.resolution, accounts.adopted_on = resolution, resolution.decided_on
        accounts.save()
    return accounts


@transaction.atomic
def close_year(accounts: AnnualAccounts, *, by: User | None, on: date, report: Any = None) -> AnnualAccounts:
    """Close the year for good: the books are locked in the database, nothing is booked into it any more (GoBD Rz. 50).

    `report(accounts)` files the Kassenbericht in the same transaction. Two people at once: the row lock lets one through,
    the other is told the accounts are closed.
    """
    accounts = locked(accounts)
    guard_transition(accounts, AccountsState.CLOSED)
    hold_year(accounts.year)
    guard_order(accounts.year)
    guard_unchanged(accounts)
    with act("closing.closed", accounts, by=by, data={"on": on, "hash": accounts.figures_hash}):
        accounts.lock = lock_books(accounts, by=by, on=on)
        accounts.state = AccountsState.CLOSED
        accounts.closed_on, accounts.closed_by = on, by
        if report:
            document: Document = report(accounts)
            accounts.document = document
        accounts.save()
    return accounts


def lock_books(accounts: AnnualAccounts, *, by: User | None, on: date) -> PeriodLock:
    """The lock over the last day of the year: the one that stands already, or a new one."""
    present = PeriodLock.objects.filter(locked_until__gt=accounts.last_day).order_by("locked_until").first()
    return present or close_period(last_day=accounts.last_day, reason=str(accounts), by=by, on=on)
