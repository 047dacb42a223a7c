"""Notices about batches (CAMT.054): kept once, joined with the line on the statement that is the sum of their parts."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

from apps.audit import bulk
from apps.banking.calculations.identity import fingerprint
from apps.banking.calculations.statements import Movement, NoticeData
from apps.banking.models import BankAccount, BankLine, BatchNotice, NoticePart, StatementFile
from apps.core.money import euros


def notice_hash(data: NoticeData) -> str:
    return sha256("\x1f".join(map(fingerprint, data.parts)).encode()).hexdigest()


def new_notices[File](
    found: Sequence[tuple[BankAccount, NoticeData, File]],
) -> list[tuple[BankAccount, NoticeData, File]]:
    """Notices that are not kept yet, each once."""
    accounts = {account.pk for account, _data, _file in found}
    known = set(BatchNotice.objects.filter(bank_account__in=accounts).values_list("bank_account_id", "content_hash"))
    fresh = []
    for account, data, file in found:
        key = (account.pk, notice_hash(data))
        if key not in known:
            known.add(key)
            fresh.append((account, data, file))
    return fresh


def store_notices(found: Sequence[tuple[BankAccount, NoticeData, StatementFile]]) -> list[BatchNotice]:
    notices = bulk.create(
        BatchNotice,
        [
            BatchNotice(
                bank_account=account,
                file=file,
                content_hash=notice_hash(data),
                amount=euros(data.amount),
                booked_on=data.booked_on,
                references=sorted(data.references),
            )
            for account, data, file in found
        ],
    )
    parts = [
        part_row(notice, position, part)
        for notice, (_account, data, _file) in zip(notices, found, strict=True)
        for position, part in enumerate(data.parts, start=1)
    ]
    bulk.create(NoticePart, parts)
    return notices


def part_row(notice: BatchNotice, position: int, part: Movement) -> NoticePart:
    return NoticePart(
        notice=notice,
        position=position,
        amount=euros(part.amount),
        counterparty=part.counterparty,
        counterparty_iban=part.counterparty_iban,
        text=part.text,
        end_to_end_id=part.end_to_end_id,
        structured_reference=part.structured_reference,
    )


def join_notices(accounts: Sequence[BankAccount]) -> list[BankLine]:
    """Join waiting notices with their lines; return the lines that are explained now.

    The line has the amount of the notice, and its bank or batch reference; or it is the only line of that amount on
    that day that no notice explains.
    """
    joined: list[BankLine] = []
    changed: list[BatchNotice] = []
    for notice in BatchNotice.objects.filter(bank_account__in=accounts, line=None).order_by("booked_on", "pk"):
        line = line_of(notice, {each.pk for each in joined})
        if line:
            notice.line = line
            joined.append(line)
            changed.append(notice)
    bulk.update(BatchNotice, changed, ["line"])
    return joined


def line_of(notice: BatchNotice, taken: set[int]) -> BankLine | None:
    amount: Decimal = notice.amount.amount
    lines = [
        line
        for line in BankLine.objects.filter(bank_account=notice.bank_account_id, amount=amount, notice=None)
        if line.pk not in taken
    ]
    named = [line for line in lines if {line.bank_reference, line.batch_reference} & set(notice.references)]
    same_day = [line for line in lines if line.booked_on == notice.booked_on]
    for found in (named, same_day):
        if len(found) == 1:
            return found[0]
    return None
