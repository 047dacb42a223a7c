"""Taking a wrong import back: statements of another association, a test file, a day that has not come."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.domain.clearing import required
from apps.banking.domain.entries import SOURCE
from apps.banking.domain.errors import ImportStays
from apps.banking.domain.matching import forget_proposals, match_lines
from apps.banking.models import (
    BankAccount,
    BankLine,
    BatchNotice,
    MatchProposal,
    NoticePart,
    Statement,
    StatementFile,
    StatementImport,
    StatementLine,
)
from apps.core.templatetags.formats import day
from apps.ledger.domain.periods import locked_until
from apps.ledger.models import Entry


@transaction.atomic
def withdraw_import(record: StatementImport, *, reason: str, by: Any, on: date) -> StatementImport:
    """Take an import back as long as none of its lines was ever booked; the same files may then be read in anew.

    The files stay in the library, the import with its reason; lines that another statement tells as well stay too.
    """
    list(BankAccount.objects.select_for_update().order_by("pk"))  # nobody reads in meanwhile
    record = StatementImport.objects.select_for_update().get(pk=record.pk)
    reason = required(reason)
    guard_withdrawable(record)
    statements = statements_of(record)
    lines = list(own_lines(statements).select_for_update().order_by("pk"))
    with act("banking.import_withdrawn", record, by=by, reason=reason, data=said(record, statements, lines)):
        others = forget_returns(lines)
        forget_proposals([line.pk for line in lines])
        bulk.change(BatchNotice.objects.filter(line__in=lines), line=None)
        files = StatementFile.objects.filter(statement_import=record)
        notices = BatchNotice.objects.filter(file__in=files)
        own = BankLine.objects.filter(pk__in=[line.pk for line in lines])
        for rows in (
            NoticePart.objects.filter(notice__in=notices),
            notices,
            StatementLine.objects.filter(statement__in=statements),
            own,
            statements,
            files,
        ):
            bulk.change(rows, is_withdrawn=True)
            bulk.delete(rows)
        record.withdrawn_on, record.withdrawal_reason = on, reason
        record.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    match_lines(list(BankLine.objects.filter(pk__in=others, entry=None, ignored_reason="")))
    return record


def statements_of(record: StatementImport) -> QuerySet[Statement]:
    return Statement.objects.filter(file__statement_import=record)


def own_lines(statements: QuerySet[Statement]) -> QuerySet[BankLine]:
    """Lines that only these statements tell."""
    told = BankLine.objects.filter(pk__in=StatementLine.objects.filter(statement__in=statements).values("line"))
    return told.exclude(pk__in=StatementLine.objects.exclude(statement__in=statements).values("line"))


def forget_returns(lines: Collection[BankLine]) -> list[int]:
    """Lines whose proposals took one of these back; they are matched anew."""
    others = list(MatchProposal.objects.filter(returns__in=lines).values_list("line", flat=True).distinct())
    forget_proposals(others)
    return others


def said(record: StatementImport, statements: QuerySet[Statement], lines: Collection[BankLine]) -> dict[str, Any]:
    files = record.files.select_related("document")
    return {
        "files": [f"{file.filename} ({file.document.number})" for file in files],
        "statements": [str(each) for each in statements],
        "lines": len(lines),
    }


def guard_withdrawable(record: StatementImport) -> None:
    """Nothing in the books rests on it."""
    if record.withdrawn_on:
        raise ImportStays(_("Dieses Einlesen ist schon zurückgezogen."))
    statements = statements_of(record)
    lines = own_lines(statements)
    numbers = [str(pk) for pk in lines.values_list("pk", flat=True)]
    posted = set(Entry.objects.filter(source=SOURCE, reference__in=numbers).values_list("reference", flat=True))
    if posted:
        booked = lines.filter(pk__in=posted).order_by("booked_on", "pk").first()
        raise ImportStays(
            _(
                "Der Umsatz vom %s ist oder war verbucht; seine Buchungen berufen sich auf ihn. Das Einlesen kann nicht mehr "
                "zurückgezogen werden. Bitte klären Sie die übrigen Umsätze einzeln."
            )
            % booked
        )
    for account in BankAccount.objects.filter(statements__in=statements, opening_entry__isnull=False).distinct():
        first = account.statements.filter(closing__isnull=False).order_by("opened_on", "pk").first()
        if first and statements.filter(pk=first.pk).exists():
            raise ImportStays(_("Der Anfangsbestand von %s ist nach einem dieser Auszüge gebucht.") % account)
    guard_doubles(lines)
    limit = locked_until()
    if limit and statements.filter(opened_on__lt=limit).exists():
        raise ImportStays(_("Die Bücher sind vor dem %s abgeschlossen; die Auszüge gehören dazu.") % day(limit))


def guard_doubles(lines: QuerySet[BankLine]) -> None:
    """What was left out because one of these lines tells it too would stand nowhere without it."""
    others = BankLine.objects.ignored().exclude(pk__in=lines)
    for each in others.filter(amount__in=lines.exclude(amount=0).values("amount")):
        doubles = each.doubles()
        if doubles.filter(pk__in=lines).exists() and not doubles.exclude(pk__in=lines).exists():
            raise ImportStays(
                _(
                    "Der Umsatz %s ist als doppelt ausgelassen, weil dieses Einlesen ihn auch nennt. Bitte öffnen Sie ihn zuerst."
                )
                % each
            )
