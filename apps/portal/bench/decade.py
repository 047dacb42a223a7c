"""Ten years of an association: the dues by their acts, the bank lines and what they settle written set-based.

Rows, history and journal are what the acts would leave, so every trigger and every constraint holds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from itertools import batched
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit import bulk
from apps.audit.acts import act
from apps.audit.verbs import SAVED
from apps.banking.domain.accounts import our_accounts
from apps.banking.enums import MatchKind
from apps.banking.models import BankAccount, BankLine, Statement, StatementFile, StatementImport, StatementLine
from apps.closing.domain.closing import begin_accounts
from apps.core.money import euros
from apps.core.statistics import refresh_statistics
from apps.dispatch.models import Dispatch
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.dues.domain.announcements import announce, prepare_announcement
from apps.dues.domain.effects import compare
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import prepare_run
from apps.dues.enums import AllocationKind
from apps.dues.models import Allocation, FeeSchedule, Invoice
from apps.dunning.models import DunningLetter
from apps.ledger.domain.drafts import EntryDraft, Line
from apps.ledger.domain.posting import post_entries
from apps.ledger.models import Account, Entry
from apps.portal.bench.letters import adopt_procedure, remind, send_invoices
from apps.portal.bench.measuring import Measured, measured
from apps.portal.bench.people import make_association, make_members
from apps.portal.bench.treasury import measure_treasury

YEARS = 10
EXPENSES = 1_000
DAYS = 240
FIRST_DAY = (1, 20)
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Movement:
    """A line of the bank: what came for an invoice, or what the bank and others took."""

    on: date
    amount: Decimal
    name: str
    text: str
    reference: str = ""
    invoice: Invoice | None = None


def measure_decade(municipalities: int, on: date, say: Callable[[str], None]) -> dict[str, Any]:
    """Fill ten years up to the one of `on`, begin the next, and ask for every page of the treasury."""
    years = range(on.year - YEARS + 1, on.year + 1)
    say(f"ten years of {municipalities} municipalities: make them")
    by = make_association(date(years[0], 1, 2))
    open_accounts_early(years[0])
    adopt_procedure(date(years[0], 1, 2), by=by)
    make_members(1, municipalities)
    found = []
    for year in years:
        say(f"the year {year}")
        found.append(measured(partial(fill_year, year, by=by)))
    say("the next year: forecast, announce, preview")
    coming = measure_coming_year(on, by=by)
    begin_accounts(on.year, by=by, on=on)
    say("pages of the treasury")
    refresh_statistics()
    return {
        "municipalities": municipalities,
        "invoices": Invoice.objects.count(),
        "bank_lines": BankLine.objects.count(),
        "entries": Entry.objects.count(),
        "reminders": DunningLetter.objects.count(),
        "sendings": Dispatch.objects.count(),
        "fill_seconds": round(sum(each.seconds for each in found)),
        "issue": {"first_year": found[0].result.figures(), "last_year": found[-1].result.figures()},
        **coming,
        "pages": measure_treasury(on.year, by=by),
    }


def open_accounts_early(year: int) -> None:
    """The chart of accounts begins later than our oldest year."""
    with transaction.atomic(), act(SAVED, by=None):
        bulk.change(Account.objects.filter(valid_from__gt=date(year, 1, 1)), valid_from=date(year, 1, 1))


def measure_coming_year(on: date, *, by: User) -> dict[str, Any]:
    """What goes on in the background at this size: the forecast of two years, telling it, and the preview of the run."""
    coming, decided_by = on.year + 1, date(on.year, 12, 31)
    forecast = measured(lambda: prepare_announcement(coming, decided_by=decided_by, by=by, on=on))
    told = measured(lambda: announce(forecast.result, by=by, on=on))
    preview = measured(lambda: prepare_run(coming, by=by, on=on))
    schedule = FeeSchedule.objects.get()
    comparison = measured(lambda: compare(schedule, schedule, year=coming, today=on))
    parts = {"forecast": forecast, "announce": told, "preview": preview, "comparison": comparison}
    return {name: part.figures() | {"queries": part.queries} for name, part in parts.items()}


def fill_year(year: int, *, by: User) -> Measured:
    """Issue and send the dues of the year, let its bank lines pay them, remind of the rest; return what issuing took."""
    on = date(year, 1, 11)
    run = prepare_run(year, by=by, on=on)
    issued = measured(lambda: issue_run(run, by=by, on=on))
    send_invoices(run, by=by, on=on)
    invoices = list(Invoice.objects.filter(year=year).select_related("city").order_by("sequence"))
    found = sorted(movements(year, invoices), key=lambda movement: movement.on)
    with transaction.atomic():
        lines = write_statements(year, found, by=by)
        settle(lines, found, by=by)
    remind(year, by=by)
    return issued


def movements(year: int, invoices: Sequence[Invoice]) -> Iterator[Movement]:
    """Of a hundred invoices two stay open, eight are paid in two parts, one too much, the others as they should be."""
    for place, invoice in enumerate(invoices):
        amount, first, second = invoice.amount.amount, day_of(year, place), day_of(year, place + DAYS // 2)
        match place % 100:
            case 0 | 1:
                continue
            case 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9:
                half = (amount / 2).quantize(NOTHING)
                yield payment(invoice, half, first)
                yield payment(invoice, amount - half, second)
            case 10:
                yield payment(invoice, amount + 10, first)
            case _:
                yield payment(invoice, amount, first)
    for place in range(min(EXPENSES, len(invoices))):
        yield Movement(day_of(year, place), Decimal("-4.90") - place % 50, "Bank", f"Entgelt {year}-{place}")


def day_of(year: int, place: int) -> date:
    return date(year, *FIRST_DAY) + timedelta(days=place % DAYS)


def payment(invoice: Invoice, amount: Decimal, on: date) -> Movement:
    return Movement(on, amount, f"Stadt {invoice.city_label}", f"Beitrag {invoice.number}", invoice.reference, invoice)


def write_statements(year: int, found: Sequence[Movement], *, by: User) -> list[BankLine]:
    """One statement per day of the bank, each beginning where the last one ended."""
    with act("banking.statements_imported", by=by, data={"new": len(found)}):
        account = next(iter(our_accounts(by=by).values()))
        file = filed(year, by=by)
        lines = bulk.create(BankLine, [line_of(account, place, each) for place, each in enumerate(found)])
        days: dict[date, list[BankLine]] = {}
        for line in lines:
            days.setdefault(line.booked_on, []).append(line)
        statements = bulk.create(Statement, statements_of(account, file, days))
        bulk.create(
            StatementLine,
            [
                StatementLine(statement=statement, position=position, line=line)
                for statement, of_day in zip(statements, days.values(), strict=True)
                for position, line in enumerate(of_day, start=1)
            ],
        )
    return lines


def filed(year: int, *, by: User) -> StatementFile:
    content = f"Umsätze {year}".encode()
    document = file_document(
        content=content,
        filename=f"umsaetze-{year}.txt",
        title=f"Umsätze {year}",
        category=Category.BANK,
        access=Access.TREASURY,
        origin="banking.statement",
        by=by,
        on=date(year, 12, 31),
    )
    record = StatementImport.objects.create(imported_on=date(year, 12, 31), imported_by=by)
    digest = sha256(content).hexdigest()
    return StatementFile.objects.create(
        statement_import=record, filename=document.title, sha256=digest, document=document
    )


def line_of(account: BankAccount, place: int, movement: Movement) -> BankLine:
    told = f"{movement.on}{movement.amount}{movement.text}{place}"
    return BankLine(
        bank_account=account,
        fingerprint=sha256(told.encode()).hexdigest(),
        amount=euros(movement.amount),
        booked_on=movement.on,
        valued_on=movement.on,
        counterparty=movement.name,
        counterparty_iban="",
        text=movement.text,
        structured_reference=movement.reference,
        bank_reference=f"{movement.on:%y%j}-{place}",
        gvc="166" if movement.invoice else "805",
    )


def statements_of(account: BankAccount, file: StatementFile, days: dict[date, list[BankLine]]) -> Iterator[Statement]:
    last = Statement.objects.order_by("-closed_on", "-pk").first()
    balance = last.closing.amount if last and last.closing else NOTHING
    for number, (day, lines) in enumerate(days.items(), start=1):
        closing = balance + sum(line.amount.amount for line in lines)
        yield Statement(
            bank_account=account,
            file=file,
            number=str(number),
            opened_on=day,
            closed_on=day,
            opening=euros(balance),
            closing=euros(closing),
            line_count=len(lines),
            new_line_count=len(lines),
            content_hash=sha256(f"{day}{closing}".encode()).hexdigest(),
        )
        balance = closing


def settle(lines: Sequence[BankLine], found: Sequence[Movement], *, by: User) -> None:
    """Post every line, assign what came to its invoice, and mark the lines as booked."""
    pairs = list(zip(lines, found, strict=True))
    with act("banking.certain_lines_booked", by=by, data={"count": len(lines)}):
        entries = post_entries([draft_of(*pair) for pair in pairs], by=by)
        bulk.create(Allocation, allocations(found, entries, by=by))
        for (line, movement), entry in zip(pairs, entries, strict=True):
            line.entry = entry
            line.booked_as = MatchKind.REFERENCE if movement.invoice else MatchKind.BANK_FEE
        for chunk in batched(lines, 2000):
            bulk.update(BankLine, chunk, ["entry", "booked_as"])


def draft_of(line: BankLine, movement: Movement) -> EntryDraft:
    amount = abs(movement.amount)
    if movement.invoice:
        sides = [Line("BANK", debit=amount), Line("RECEIVABLE_DUES", credit=amount, city=movement.invoice.city)]
    else:
        sides = [Line("BANKFEE", debit=amount), Line("BANK", credit=amount)]
    text = f"{movement.name}: {movement.text}"
    return EntryDraft(on=movement.on, text=text, lines=sides, source="banking.line", reference=str(line.pk))


def allocations(found: Sequence[Movement], entries: Sequence[Entry], *, by: User) -> Iterator[Allocation]:
    for movement, entry in zip(found, entries, strict=True):
        if movement.invoice:
            yield Allocation(
                city=movement.invoice.city,
                invoice=movement.invoice,
                kind=AllocationKind.PAYMENT,
                amount=euros(movement.amount),
                booked_on=movement.on,
                text=entry.text[:250],
                entry=entry,
                made_by=by,
            )
