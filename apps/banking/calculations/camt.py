"""Reader of CAMT.053, .052 and .054, versions 001.02 to 001.13, by local names: bytes in, statements out, or a fault.

Only what is booked (BOOK) counts. A .053 proves its balances. A .052 tells of the running day: its balances are
interim ones and prove nothing. A .054 explains batches that stand as one line on a statement.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.returns import reason_in
from apps.banking.calculations.sepa_text import bank_fields, reference
from apps.banking.calculations.statements import (
    LONGEST_NUMBER,
    ZERO,
    FileData,
    Movement,
    NoticeData,
    StatementData,
    iban_of,
)
from apps.banking.calculations.xml import Node, parse_xml

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05([234])\.001\.\d\d")
BODIES = {"2": "BkToCstmrAcctRpt/Rpt", "3": "BkToCstmrStmt/Stmt", "4": "BkToCstmrDbtCdtNtfctn/Ntfctn"}
MESSAGE = re.compile(r"(camt|pain|pacs)\.\d{3}\.\d{3}\.\d\d")
AMOUNT = re.compile(r"\+?(\d{1,12}(\.\d{0,5})?|\.\d{1,5})")  # as xs:decimal may be written
GVC = re.compile(r"(?:^|\+)(\d{3})(?:\+|$)")
CHUNK = 140  # one line of remittance text; a full one continues in the next without a blank


def read_camt(content: bytes) -> FileData:
    """Read every statement, report or notice of one XML file."""
    root = parse_xml(content)
    message = guard_namespace(root)
    nodes = root.all(BODIES[message])
    if not nodes:
        raise StatementFault(Fault.NO_STATEMENT, line=root.line, element=BODIES[message].rpartition("/")[2])
    if message == "4":
        return FileData(notices=[notice for node in nodes for notice in read_notices(node)])
    read = read_statement if message == "3" else read_report
    return FileData(statements=[read(node) for node in nodes])


def guard_namespace(root: Node) -> str:
    """The digit of the message: 2, 3 or 4."""
    known = NAMESPACE.fullmatch(root.namespace) if root.name == "Document" else None
    if known:
        return known[1]
    message = MESSAGE.search(root.namespace)
    if message and not NAMESPACE.fullmatch(root.namespace):
        raise StatementFault(Fault.FOREIGN_FORMAT, line=root.line, found=message[0])
    raise StatementFault(Fault.NOT_A_STATEMENT, line=root.line, element=root.name[:40], found=root.namespace[:80])


def account_of(node: Node) -> str:
    iban = iban_of(needed(node, "Acct/Id/IBAN", "Acct/Id/Othr/Id"))
    currency = node.value("Acct/Ccy")
    if currency and currency != "EUR":
        raise StatementFault(Fault.WRONG_CURRENCY, line=node.line, element="Acct/Ccy", found=currency)
    return iban


def read_statement(node: Node) -> StatementData:
    iban = account_of(node)
    opening, opened_on = balance(node, "OPBD", "PRCD")
    closing, closed_on = balance(node, "CLBD")
    movements, pending = read_entries(node, iban)
    data = StatementData(
        format="camt.053",
        iban=iban,
        number=node.value("ElctrncSeqNb", "LglSeqNb", "Id")[:LONGEST_NUMBER],
        opened_on=min(opened_on, closed_on),
        closed_on=closed_on,
        opening=opening,
        closing=closing,
        movements=movements,
        pending=pending,
        line=node.line,
    )
    if not data.number:
        raise StatementFault(Fault.MISSING, line=node.line, element="ElctrncSeqNb")
    if opening + data.total != closing:
        values = {"opening": str(opening), "total": str(data.total), "closing": str(closing)}
        raise StatementFault(Fault.WRONG_BALANCE, line=node.line, found=data.number, values=values)
    return data


def read_report(node: Node) -> StatementData:
    """The running day: what is booked already, without balances."""
    iban = account_of(node)
    movements, pending = read_entries(node, iban)
    days = [movement.booked_on for movement in movements] or [day(node, "CreDtTm", "FrToDt/ToDtTm")]
    return StatementData("camt.052", iban, "", min(days), max(days), None, None, movements, pending, node.line)


def read_entries(node: Node, iban: str) -> tuple[list[Movement], int]:
    """Movements of the booked entries, and how many entries are not booked yet."""
    entries = node.all("Ntry")
    booked = [entry for entry in entries if status(entry) == "BOOK"]
    return [movement for entry in booked for movement in read_entry(entry, iban)], len(entries) - len(booked)


def read_notices(node: Node) -> list[NoticeData]:
    """The booked batches of a notice; an entry with a single part explains nothing new but does no harm."""
    iban = account_of(node)
    notices = []
    for entry in node.all("Ntry"):
        if status(entry) != "BOOK":
            continue
        paths: tuple[str, ...] = ("AcctSvcrRef", "NtryRef", "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId")
        paths += ("NtryDtls/TxDtls/Refs/PmtInfId",)
        references = frozenset(found for path in paths if (found := entry.value(path)))
        parts = read_entry(entry, iban)
        amount = sum((part.amount for part in parts), ZERO)
        notices.append(NoticeData(iban, amount, parts[0].booked_on, references, parts, entry.line))
    return notices


def balance(node: Node, *codes: str) -> tuple[Decimal, date]:
    """The signed balance with one of the codes, and its day."""
    for code in codes:
        for each in node.all("Bal"):
            if each.value("Tp/CdOrPrtry/Cd") == code:
                return amount(each, "Amt") * sign(each), day(each, "Dt/Dt", "Dt/DtTm")
    raise StatementFault(Fault.MISSING, line=node.line, element=f"Bal ({codes[0]})")


def status(entry: Node) -> str:
    return entry.value("Sts/Cd") or needed(entry, "Sts")


def read_entry(entry: Node, iban: str) -> list[Movement]:
    """One movement, or one for each transaction of a batch whose amounts add up to the entry.

    Details without an amount, among others that have one, are a remark on the batch.
    """
    total = amount(entry, "Amt") * sign(entry)
    details = entry.all("NtryDtls/TxDtls")
    priced = [each for each in details if each.first("Amt", "AmtDtls/TxAmt/Amt")]
    if len(details) < 2 or not priced:
        return [movement(entry, details[0] if details else None, total, iban)]
    parts = [
        movement(entry, each, amount(each, "Amt", "AmtDtls/TxAmt/Amt") * sign(each, default=entry), iban)
        for each in priced
    ]
    found = sum((part.amount for part in parts), ZERO)
    if found != total:
        values = {"total": str(total), "parts": str(found)}
        raise StatementFault(Fault.WRONG_BATCH, line=entry.line, element="Ntry", values=values)
    return parts


def movement(entry: Node, details: Node | None, signed: Decimal, iban: str) -> Movement:
    source = details or Node("TxDtls", entry.line, {})
    booked_on = day(entry, "BookgDt/Dt", "BookgDt/DtTm")
    is_reversal = entry.value("RvslInd").lower() in {"true", "1"}
    came_back = is_reversal or source.first("RtrInf") is not None
    name, other = party(source, incoming=(signed > 0) != came_back, own=iban)
    marks = bank_fields(remittance(source.all("RmtInf/Ustrd")))
    return Movement(
        amount=signed,
        booked_on=booked_on,
        valued_on=day(entry, "ValDt/Dt", "ValDt/DtTm") if entry.first("ValDt/Dt", "ValDt/DtTm") else booked_on,
        counterparty=name[:140],
        counterparty_iban=other[:34],
        text=marks["SVWZ"] or " ".join((source.value("AddtlTxInf") or entry.value("AddtlNtryInf")).split()),
        end_to_end_id=reference(source.value("Refs/EndToEndId")) or reference(marks.get("EREF", "")),
        structured_reference=source.value("RmtInf/Strd/CdtrRefInf/Ref").replace(" ", "").upper()[:35],
        bank_reference=(entry.value("AcctSvcrRef") or source.value("Refs/AcctSvcrRef"))[:35],
        gvc=gvc(source.value("BkTxCd/Prtry/Cd") or entry.value("BkTxCd/Prtry/Cd")),
        is_reversal=is_reversal,
        return_reason=(source.value("RtrInf/Rsn/Cd") or returned_in(source, entry))[:4],
        line=source.line,
        original_amount=original_amount(source, signed),
        mandate_reference=reference(source.value("Refs/MndtId")) or reference(marks.get("MREF", "")),
        batch_reference=(source.value("Refs/PmtInfId") or entry.value("NtryDtls/Btch/PmtInfId"))[:35],
    )


def returned_in(source: Node, entry: Node) -> str:
    """The reason that some banks write into the text only."""
    texts = [node.text for node in source.all("RmtInf/Ustrd")]
    return reason_in(" ".join((*texts, source.value("AddtlTxInf"), entry.value("AddtlNtryInf"))))


def original_amount(source: Node, signed: Decimal) -> Decimal | None:
    """What a return was about before fees (InstdAmt); None if it is the amount booked or in another currency."""
    found = source.first("AmtDtls/InstdAmt/Amt")
    if found is None or found.attributes.get("Ccy") != "EUR" or not AMOUNT.fullmatch(found.text.strip()):
        return None
    value = round(Decimal(found.text.strip()), 2).copy_sign(signed)
    return value if value != signed else None


def party(details: Node, *, incoming: bool, own: str) -> tuple[str, str]:
    """Name and IBAN of the other side; the ultimate party is named if the bank knows it."""
    order = ("Dbtr", "Cdtr") if incoming else ("Cdtr", "Dbtr")
    for role in order:
        iban = details.value(f"RltdPties/{role}Acct/Id/IBAN").replace(" ", "").upper()
        name = details.value(f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm", f"RltdPties/{role}/Agt/FinInstnId/Nm")
        if iban != own and (iban or name):
            ultimate = details.value(f"RltdPties/Ultmt{role}/Pty/Nm", f"RltdPties/Ultmt{role}/Nm")
            return " ".join((ultimate or name).split()), iban
    return "", ""


def remittance(chunks: Iterable[Node]) -> str:
    """Chunks of 140 characters belong together; shorter ones are lines of their own."""
    text = ""
    for chunk in chunks:
        text += chunk.text if len(chunk.text) >= CHUNK else f"{chunk.text} "
    return " ".join(text.split())


def gvc(code: str) -> str:
    """The three-digit transaction code in »NTRF+166+9310«."""
    found = GVC.search(code)
    return found[1] if found else ""


def needed(node: Node, *paths: str) -> str:
    value = node.value(*paths)
    if not value:
        raise StatementFault(Fault.MISSING, line=node.line, element=paths[0])
    return value


def sign(node: Node, default: Node | None = None) -> int:
    code = node.value("CdtDbtInd")
    if not code and default is not None:
        return sign(default)
    if code not in {"CRDT", "DBIT"}:
        fault = Fault.INVALID if code else Fault.MISSING
        raise StatementFault(fault, line=node.line, element="CdtDbtInd", found=code[:40])
    return 1 if code == "CRDT" else -1


def amount(node: Node, *paths: str) -> Decimal:
    """Unsigned euro amount in whole cents."""
    value = needed(node, *paths)
    found = node.first(*paths) or node
    currency = found.attributes.get("Ccy", "")
    if not currency:
        raise StatementFault(Fault.MISSING, line=found.line, element="Ccy")
    if currency != "EUR":
        raise StatementFault(Fault.WRONG_CURRENCY, line=found.line, element=paths[0], found=currency)
    if not AMOUNT.fullmatch(value) or Decimal(value) != round(Decimal(value), 2):
        raise StatementFault(Fault.INVALID, line=found.line, element=paths[0], found=value[:40])
    return round(Decimal(value), 2)


def day(node: Node, *paths: str) -> date:
    value = needed(node, *paths)
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        raise StatementFault(Fault.INVALID, line=node.line, element=paths[0], found=value[:40]) from None
