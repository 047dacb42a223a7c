"""Reading statement files: all of them or none; what is known already is recognised, whatever file it comes in."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit import bulk
from apps.audit.acts import act
from apps.banking.calculations.archive import FileContent, read_file
from apps.banking.calculations.errors import StatementFault
from apps.banking.calculations.identity import (
    Identity,
    content_hash,
    fingerprint,
    follows,
    identities,
    sketch,
)
from apps.banking.calculations.statements import Movement, NoticeData, StatementData
from apps.banking.domain.accounts import our_accounts
from apps.banking.domain.continuity import continuity_warnings
from apps.banking.domain.days import guard_days
from apps.banking.domain.errors import StatementRefused
from apps.banking.domain.matching import match_lines
from apps.banking.domain.notices import join_notices, new_notices, store_notices
from apps.banking.domain.recognition import Known, Told, known_lines
from apps.banking.domain.refusals import refusal
from apps.banking.models import BankAccount, BankLine, Statement, StatementFile, StatementImport, StatementLine
from apps.core.money import euros
from apps.documents.calculations import content_type_of
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category

BALANCES = "balances"


@dataclass(frozen=True)
class BankFile:
    """A file as it was chosen for upload."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass
class ImportReport:
    """What an import brought; `record` is None if everything was known."""

    record: StatementImport | None = None
    statements: list[Statement] = field(default_factory=list)
    known_files: list[str] = field(default_factory=list)
    known_statements: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    pending: int = 0
    notices: int = 0

    @property
    def new_lines(self) -> int:
        return sum(statement.new_line_count for statement in self.statements)

    @property
    def known_lines(self) -> int:
        return sum(statement.line_count for statement in self.statements) - self.new_lines


@dataclass
class _Candidate:
    """A statement on its way in."""

    data: StatementData
    file: BankFile
    account: BankAccount
    fingerprints: list[str]
    hash: str
    identities: list[Identity] = field(default_factory=list)
    lines: list[Told] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, str, date]:
        return self.account.pk, self.data.number, self.data.closed_on

    @property
    def balances(self) -> str:
        return f"{self.data.opening} {self.data.closing}"


@transaction.atomic
def import_statements(files: Sequence[BankFile], *, by: Any, on: date) -> ImportReport:
    """Read bank files into statements and lines, and propose what each new line means.

    Every line is kept; opening + lines = closing has been proven for each statement with balances. Any fault in any
    file refuses all of them (`StatementRefused`) and changes nothing. What is known adds nothing.
    """
    report = ImportReport()
    fresh = new_files(files, report)
    contents = [(file, read(file)) for file in fresh]
    if not contents:
        return report
    for file, content in contents:
        guard_days(file.name, content, on)
    accounts = our_accounts(by=by)
    candidates = [
        candidate(data, file, accounts)
        for file, content in contents
        for data in sorted(content.statements, key=lambda data: (data.opened_on, data.closed_on))
    ]
    candidates = drop_known(candidates, report)
    notices = new_notices(
        [(own_account(data, file, accounts), data, file) for file, content in contents for data in content.notices]
    )
    if not candidates and not notices:
        return report
    with act("banking.statements_imported", by=by) as record:
        report.record = record.subject = StatementImport.objects.create(imported_on=on, imported_by=by)
        needed = {each.file.sha256 for each in candidates} | {file.sha256 for _account, _data, file in notices}
        stored = store_files(contents, needed, report, by=by, on=on)
        lines = store(candidates, stored, report)
        report.notices = len(store_notices([(account, data, stored[file.sha256]) for account, data, file in notices]))
        explained = join_notices(list(accounts.values()))
        report.warnings += import_warnings(report)
        report.record.warnings = report.warnings
        report.record.save(update_fields=["warnings"])
        record.data.update(statements=len(report.statements), new=report.new_lines, known=report.known_lines)
    waiting = {line.pk: line for line in (*lines, *explained) if not (line.entry_id or line.ignored_reason)}
    match_lines(list(waiting.values()))
    return report


def import_warnings(report: ImportReport) -> list[str]:
    """Gaps and overlaps, and what can't be proven because the file carries no balances."""
    found = [
        _("Auszug %(number)s (%(format)s) nennt keine Salden: Ob er vollständig ist, lässt sich nicht beweisen.")
        % {"number": each.number, "format": each.get_format_display()}
        for each in report.statements
        if not each.is_proven
    ]
    return found + continuity_warnings([each for each in report.statements if each.is_proven])


def new_files(files: Sequence[BankFile], report: ImportReport) -> list[BankFile]:
    """Files never read before, each once."""
    by_hash = {file.sha256: file for file in reversed(files)}
    known = set(StatementFile.objects.filter(sha256__in=by_hash).values_list("sha256", flat=True))
    report.known_files = [file.name for digest, file in by_hash.items() if digest in known]
    return [file for file in files if file.sha256 not in known and by_hash[file.sha256] is file]


def read(file: BankFile) -> FileContent:
    try:
        return read_file(file.name, file.content)
    except StatementFault as fault:
        raise refusal(fault) from fault


def candidate(data: StatementData, file: BankFile, accounts: dict[str, BankAccount]) -> _Candidate:
    """Statements without a number of the bank get one from their content."""
    account = own_account(data, file, accounts)
    prints = [fingerprint(movement) for movement in data.movements]
    whole = content_hash(data, prints)
    return _Candidate(replace(data, number=data.number or f"U-{whole[:8]}"), file, account, prints, whole)


def own_account(data: StatementData | NoticeData, file: BankFile, accounts: dict[str, BankAccount]) -> BankAccount:
    account = accounts.get(data.iban)
    if account is None:
        raise StatementRefused(
            _(
                "Datei „%(file)s“, Zeile %(line)s: Der Auszug gehört zum Konto %(iban)s. Das ist kein Konto von uns. "
                "Ein weiteres eigenes Konto legen Sie zuerst unter »Abgleich mit der Buchhaltung« an."
            )
            % {"file": file.name, "line": data.line, "iban": data.iban},
            field="files",
        )
    return account


def drop_known(candidates: list[_Candidate], report: ImportReport) -> list[_Candidate]:
    """Leave out statements that were read before; refuse one whose number and day stand for other content.

    Another format may tell the same statement again: then only its balances must be the same.
    """
    rows = Statement.objects.filter(bank_account__in={each.account.pk for each in candidates})
    known: dict[tuple[int, str, date], dict[str, str]] = defaultdict(dict)
    columns = ("bank_account_id", "number", "closed_on", "format", "content_hash", "opening", "closing")
    for account, number, closed_on, told_in, whole, opening, closing in rows.values_list(*columns):
        known[account, number, closed_on] |= {told_in: whole, BALANCES: f"{opening} {closing}"}
    fresh = []
    for each in candidates:
        told = known[each.key]
        if told.get(each.data.format) == each.hash:
            report.known_statements.append(f"{each.data.number}/{each.data.closed_on.year}")
        elif each.data.format in told or told.get(BALANCES, each.balances) != each.balances:
            raise other_content(each)
        else:
            told |= {each.data.format: each.hash, BALANCES: each.balances}
            fresh.append(each)
    return fresh


def other_content(each: _Candidate) -> StatementRefused:
    return StatementRefused(
        _(
            "Datei „%(file)s“, Zeile %(line)s: Auszug %(number)s vom %(day)s ist schon mit anderem Inhalt eingelesen. "
            "Bitte klären Sie mit Ihrer Bank, welcher gilt."
        )
        % {
            "file": each.file.name,
            "line": each.data.line,
            "number": each.data.number,
            "day": f"{each.data.closed_on:%d.%m.%Y}",
        },
        field="files",
    )


def store_files(
    contents: Sequence[tuple[BankFile, FileContent]],
    needed: set[str],
    report: ImportReport,
    *,
    by: Any,
    on: date,
) -> dict[str, StatementFile]:
    """File the bytes of every file that brings something, as they came, among the bank documents of the treasury."""
    stored = {}
    for file, content in contents:
        if file.sha256 not in needed:
            continue
        name, packed = filable(file)
        document = file_document(
            content=packed,
            filename=name,
            title=_("Kontoauszug %s") % file.name,
            category=Category.BANK,
            access=Access.TREASURY,
            origin="banking.statement_file",
            by=by,
            on=on,
        )
        pending = sum(statement.pending for statement in content.statements)
        report.pending += pending
        report.warnings += [_("Nicht gelesen wurde „%s“.") % name for name in content.left_out]
        stored[file.sha256] = StatementFile.objects.create(
            statement_import=cast(StatementImport, report.record),
            filename=file.name[:150],
            sha256=file.sha256,
            document=document,
            pending=pending,
        )
    return stored


def filable(file: BankFile) -> tuple[str, bytes]:
    """The file as the library takes it: with a fitting ending, packed if it begins unlike its kind."""
    name = file.name[-140:]
    if content_type_of(name, file.content) in {"application/xml", "application/zip", "text/csv; charset=utf-8"}:
        return name, file.content
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, file.content)
    return f"{name}.zip", packed.getvalue()


def store(fresh: Sequence[_Candidate], files: dict[str, StatementFile], report: ImportReport) -> list[BankLine]:
    """Write statements, lines and positions with a constant number of statements; return the new lines."""
    number_equal_movements(fresh)
    known = known_lines(
        {each.account.pk for each in fresh}, (movement.booked_on for each in fresh for movement in each.data.movements)
    )
    new: list[BankLine] = []
    for each in fresh:
        before = len(new)
        find_lines(each, known, new)
        report.statements.append(statement(each, files[each.file.sha256], new_lines=len(new) - before))
    bulk.create(BankLine, new)
    bulk.create(Statement, report.statements)
    bulk.create(
        StatementLine,
        [
            position(row, place, told, identity)
            for row, each in zip(report.statements, fresh, strict=True)
            for place, (told, identity) in enumerate(zip(each.lines, each.identities, strict=True), start=1)
        ],
    )
    return new


def find_lines(each: _Candidate, known: Known, new: list[BankLine]) -> None:
    """Find the line of every movement of a statement, or add it to the new ones."""
    account = each.account.pk
    exact = [known.by_identity.get((account, identity)) for identity in each.identities]
    taken = {id(told) for told in exact if told}
    for movement, identity, found in zip(each.data.movements, each.identities, exact, strict=True):
        place = (account, movement.booked_on, movement.amount)
        told = found or known.twin(place, movement, each.data.format, taken)
        if told is None:
            line = bank_line(each.account, movement, identity)
            told = Told(line, sketch(movement), set())
            known.add(account, identity, place, told)
            new.append(line)
        taken.add(id(told))
        told.formats.add(each.data.format)
        each.lines.append(told)


def position(row: Statement, place: int, told: Told, identity: Identity) -> StatementLine:
    """The place of a line on a statement, with its identity there if another format told of it first."""
    print_, occurrence = ("", 0) if told.identity == identity else identity
    return StatementLine(statement=row, position=place, line_id=told.pk, fingerprint=print_, occurrence=occurrence)


def number_equal_movements(fresh: Sequence[_Candidate]) -> None:
    """Give every movement its identity; a statement goes on counting where the one it directly follows stopped."""
    counted: dict[tuple[int, str, Any], Counter[str]] = {}
    stored = Statement.objects.filter(bank_account__in={each.account.pk for each in fresh}, closing__isnull=False)
    previous: list[Any] = list(stored.values_list("bank_account_id", "number", "closed_on", "closing", "pk"))
    for each in fresh:
        before: Counter[str] = Counter()
        opening = each.data.opening
        for account_id, number, closed_on, closing, pk in previous:
            is_near = account_id == each.account.pk and closed_on <= each.data.closed_on
            if is_near and opening is not None and follows(each.data.number, opening, number, closing):
                before = counted.get((account_id, number, closed_on)) or stored_counts(pk)
        each.identities = identities(each.fingerprints, before)
        counted[each.key] = Counter(before) + Counter(each.fingerprints)
        if each.data.closing is not None:
            previous.append((*each.key, each.data.closing, None))


def stored_counts(statement_id: int) -> Counter[str]:
    """How often each movement stands on a stored statement, counted through from those before it."""
    rows = BankLine.objects.filter(positions__statement=statement_id).values_list("fingerprint", "occurrence")
    counts: Counter[str] = Counter()
    for each, occurrence in rows:
        counts[each] = max(counts[each], occurrence + 1)
    return counts


def bank_line(account: BankAccount, movement: Movement, identity: Identity) -> BankLine:
    return BankLine(
        bank_account=account,
        fingerprint=identity[0],
        occurrence=identity[1],
        amount=euros(movement.amount),
        booked_on=movement.booked_on,
        valued_on=movement.valued_on,
        counterparty=movement.counterparty,
        counterparty_iban=movement.counterparty_iban,
        text=movement.text,
        end_to_end_id=movement.end_to_end_id,
        structured_reference=movement.structured_reference,
        bank_reference=movement.bank_reference,
        gvc=movement.gvc,
        is_reversal=movement.is_reversal,
        return_reason=movement.return_reason,
        original_amount=euros(movement.original_amount) if movement.original_amount is not None else None,
        mandate_reference=movement.mandate_reference,
        batch_reference=movement.batch_reference,
        ignored_reason="" if movement.amount else _("Nur eine Mitteilung der Bank, ohne Betrag."),
    )


def statement(each: _Candidate, file: StatementFile, *, new_lines: int) -> Statement:
    return Statement(
        bank_account=each.account,
        file=file,
        format=each.data.format,
        number=each.data.number,
        opened_on=each.data.opened_on,
        closed_on=each.data.closed_on,
        opening=euros(each.data.opening) if each.data.opening is not None else None,
        closing=euros(each.data.closing) if each.data.closing is not None else None,
        line_count=len(each.data.movements),
        new_line_count=new_lines,
        content_hash=each.hash,
    )
