"""Reader of CAMT.053, versions 001.02 to 001.13, by local names: bytes in, statements out, or a `StatementFault`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.xml import Node, parse_xml

NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d")
MESSAGE = re.compile(r"(camt|pain|pacs)\.\d{3}\.\d{3}\.\d\d")
AMOUNT = re.compile(r"\d{1,12}(\.\d{1,5})?")
GVC = re.compile(r"(?:^|\+)(\d{3})(?:\+|$)")
BLANK = b"\xef\xbb\xbf \t\r\n\0"
CHUNK = 140  # one line of remittance text; a full one continues in the next without a blank


@dataclass(frozen=True, slots=True)
class Movement:
    """One booked line. `amount` is signed: what came in is positive. `line` is its place in the file."""

    amount: Decimal
    booked_on: date
    valued_on: date
    counterparty: str
    counterparty_iban: str
    text: str
    end_to_end_id: str
    structured_reference: str
    bank_reference: str
    gvc: str
    is_reversal: bool
    return_reason: str
    line: int


@dataclass(frozen=True, slots=True)
class StatementData:
    """One statement as the bank wrote it; opening + movements = closing has been checked."""

    iban: str
    number: str
    opened_on: date
    closed_on: date
    opening: Decimal
    closing: Decimal
    movements: Sequence[Movement]
    pending: int
    line: int

    @property
    def total(self) -> Decimal:
        return sum((movement.amount for movement in self.movements), Decimal("0.00"))


def read_statements(content: bytes) -> list[StatementData]:
    """Read every statement of one XML file."""
    guard_format(content)
    root = parse_xml(content)
    guard_namespace(root)
    statements = [read_statement(node) for node in root.all("BkToCstmrStmt/Stmt")]
    if not statements:
        raise StatementFault(Fault.NO_STATEMENT, line=root.line, element="Stmt")
    return statements


def guard_format(content: bytes) -> None:
    """Recognise what people upload by mistake before any parser sees it."""
    head = content[:4096].lstrip(BLANK)
    if not head and not content.strip(BLANK):
        raise StatementFault(Fault.EMPTY)
    lower = head.lower()
    kinds = (
        ("PDF", head.startswith(b"%PDF")),
        ("MT940", head.startswith((b":20:", b"{1:"))),
        ("HTML", lower.startswith((b"<!doctype html", b"<html"))),
        ("Excel", head.startswith(b"\xd0\xcf\x11\xe0")),
    )
    for kind, recognised in kinds:
        if recognised:
            raise StatementFault(Fault.FOREIGN_FORMAT, found=kind)
    if not head.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        raise StatementFault(Fault.FOREIGN_FORMAT, found="CSV" if b";" in head or b"," in head else "Text")


def guard_namespace(root: Node) -> None:
    if root.name == "Document" and NAMESPACE.fullmatch(root.namespace):
        return
    message = MESSAGE.search(root.namespace)
    if message and not NAMESPACE.fullmatch(root.namespace):
        raise StatementFault(Fault.FOREIGN_FORMAT, line=root.line, found=message[0])
    raise StatementFault(Fault.NOT_A_STATEMENT, line=root.line, element=root.name[:40], found=root.namespace[:80])


def read_statement(node: Node) -> StatementData:
    iban = needed(node, "Acct/Id/IBAN").replace(" ", "").upper()
    currency = node.value("Acct/Ccy")
    if currency and currency != "EUR":
        raise StatementFault(Fault.WRONG_CURRENCY, line=node.line, element="Acct/Ccy", found=currency)
    opening, opened_on = balance(node, "OPBD", "PRCD")
    closing, closed_on = balance(node, "CLBD")
    entries = node.all("Ntry")
    booked = [entry for entry in entries if status(entry) == "BOOK"]
    data = StatementData(
        iban=iban,
        number=node.value("ElctrncSeqNb", "LglSeqNb", "Id")[:40],
        opened_on=min(opened_on, closed_on),
        closed_on=closed_on,
        opening=opening,
        closing=closing,
        movements=[movement for entry in booked for movement in read_entry(entry, iban)],
        pending=len(entries) - len(booked),
        line=node.line,
    )
    if not data.number:
        raise StatementFault(Fault.MISSING, line=node.line, element="ElctrncSeqNb")
    if opening + data.total != closing:
        values = {"opening": str(opening), "total": str(data.total), "closing": str(closing)}
        raise StatementFault(Fault.WRONG_BALANCE, line=node.line, found=data.number, values=values)
    return data


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
    """One movement, or one for each transaction of a batch whose amounts add up to the entry."""
    total = amount(entry, "Amt") * sign(entry)
    details = entry.all("NtryDtls/TxDtls")
    if len(details) < 2 or not any(each.first("Amt", "AmtDtls/TxAmt/Amt") for each in details):
        return [movement(entry, details[0] if details else None, total, iban)]
    parts = [
        movement(entry, each, amount(each, "Amt", "AmtDtls/TxAmt/Amt") * sign(each, default=entry), iban)
        for each in details
    ]
    found = sum((part.amount for part in parts), Decimal("0.00"))
    if found != total:
        values = {"total": str(total), "parts": str(found)}
        raise StatementFault(Fault.WRONG_BATCH, line=entry.line, element="Ntry", values=values)
    return parts


def movement(entry: Node, details: Node | None, signed: Decimal, iban: str) -> Movement:
    source = details or Node("TxDtls", entry.line, {})
    booked_on = day(entry, "BookgDt/Dt", "BookgDt/DtTm")
    is_reversal = entry.value("RvslInd").lower() in {"true", "1"}
    name, other = party(source, incoming=(signed > 0) != is_reversal, own=iban)
    end_to_end = source.value("Refs/EndToEndId")
    return Movement(
        amount=signed,
        booked_on=booked_on,
        valued_on=day(entry, "ValDt/Dt", "ValDt/DtTm") if entry.first("ValDt/Dt", "ValDt/DtTm") else booked_on,
        counterparty=name[:140],
        counterparty_iban=other[:34],
        text=remittance(source.all("RmtInf/Ustrd")) or " ".join(entry.value("AddtlNtryInf").split()),
        end_to_end_id="" if end_to_end == "NOTPROVIDED" else end_to_end[:35],
        structured_reference=source.value("RmtInf/Strd/CdtrRefInf/Ref").replace(" ", "").upper()[:35],
        bank_reference=(entry.value("AcctSvcrRef") or source.value("Refs/AcctSvcrRef"))[:35],
        gvc=gvc(source.value("BkTxCd/Prtry/Cd") or entry.value("BkTxCd/Prtry/Cd")),
        is_reversal=is_reversal,
        return_reason=source.value("RtrInf/Rsn/Cd")[:4],
        line=source.line,
    )


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
