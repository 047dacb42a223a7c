"""CAMT.053 as banks write it, in the old and the new version, from plain rows."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

OUR_IBAN = "DE89370400440532013000"


@dataclass(frozen=True)
class Row:
    """One entry of a statement; `parts` makes it a batch of several transactions."""

    amount: str
    text: str = ""
    name: str = ""
    iban: str = ""
    on: date = date(2027, 1, 15)
    reference: str = ""
    end_to_end_id: str = "NOTPROVIDED"
    bank_reference: str = ""
    gvc: str = "166"
    status: str = "BOOK"
    is_reversal: bool = False
    return_reason: str = ""
    parts: Sequence["Row"] = field(default_factory=tuple)


def tag(name: str, content: str, **attributes: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{extra}>{content}</{name}>" if content else ""


def money(amount: str, currency: str) -> str:
    return tag("Amt", f"{abs(Decimal(amount)):.2f}", Ccy=currency)


def side(amount: str) -> str:
    return tag("CdtDbtInd", "CRDT" if Decimal(amount) >= 0 else "DBIT")


def balance(code: str, amount: str, on: date, currency: str) -> str:
    kind = tag("Tp", tag("CdOrPrtry", tag("Cd", code)))
    return tag("Bal", kind + money(amount, currency) + side(amount) + tag("Dt", tag("Dt", on.isoformat())))


def transaction(row: Row, version: str, currency: str) -> str:
    incoming = (Decimal(row.amount) > 0) != row.is_reversal
    role = "Dbtr" if incoming else "Cdtr"
    name = tag("Nm", escape(row.name))
    party = tag(role, tag("Pty", name) if version == "08" else name)
    account = tag(f"{role}Acct", tag("Id", tag("IBAN", row.iban))) if row.iban else ""
    amount = (
        money(row.amount, currency) + side(row.amount)
        if version == "08"
        else tag("AmtDtls", tag("TxAmt", money(row.amount, currency)))
    )
    chunks = [row.text[index : index + 140] for index in range(0, len(row.text), 140)]
    remittance = "".join(tag("Ustrd", escape(chunk)) for chunk in chunks)
    if row.reference:
        remittance += tag("Strd", tag("CdtrRefInf", tag("Ref", row.reference)))
    return tag(
        "TxDtls",
        tag("Refs", tag("EndToEndId", escape(row.end_to_end_id)))
        + amount
        + tag("RltdPties", party + account)
        + tag("RmtInf", remittance)
        + tag("RtrInf", tag("Rsn", tag("Cd", row.return_reason)) if row.return_reason else ""),
    )


def entry(row: Row, version: str, currency: str) -> str:
    transactions = "".join(transaction(part, version, currency) for part in row.parts or (row,))
    return tag(
        "Ntry",
        money(row.amount, currency)
        + side(row.amount)
        + ("<RvslInd>true</RvslInd>" if row.is_reversal else "")
        + tag("Sts", tag("Cd", row.status) if version == "08" else row.status)
        + tag("BookgDt", tag("Dt", row.on.isoformat()))
        + tag("ValDt", tag("Dt", row.on.isoformat()))
        + tag("AcctSvcrRef", row.bank_reference)
        + tag("BkTxCd", tag("Prtry", tag("Cd", f"NTRF+{row.gvc}+9310")))
        + tag("NtryDtls", transactions),
    )


def statement_xml(
    rows: Sequence[Row],
    *,
    number: str = "1",
    opening: str = "1000.00",
    closing: str | None = None,
    opened_on: date | None = None,
    closed_on: date | None = None,
    iban: str = OUR_IBAN,
    version: str = "08",
    currency: str = "EUR",
) -> str:
    """One `Stmt`; the closing balance is computed unless given."""
    booked = [row for row in rows if row.status == "BOOK"]
    total = Decimal(opening) + sum((Decimal(row.amount) for row in booked), Decimal(0))
    days = [row.on for row in booked] or [date(2027, 1, 15)]
    start, end = opened_on or min(days), closed_on or max(days)
    return tag(
        "Stmt",
        tag("Id", f"KA-{number}-{end:%Y}")
        + tag("ElctrncSeqNb", number)
        + tag("CreDtTm", f"{end.isoformat()}T18:00:00+01:00")
        + tag("Acct", tag("Id", tag("IBAN", iban)) + tag("Ccy", currency))
        + balance("OPBD", opening, start, currency)
        + balance("CLBD", closing or str(total), end, currency)
        + "".join(entry(row, version, currency) for row in rows),
    )


def camt(*statements: str, version: str = "08") -> bytes:
    """A file of the given statements."""
    head = tag("GrpHdr", tag("MsgId", "M1") + tag("CreDtTm", "2027-01-31T18:00:00+01:00"))
    body = tag("BkToCstmrStmt", head + "".join(statements)).replace("><", ">\n<")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}">\n{body}\n</Document>\n'
    ).encode()


def camt_file(rows: Sequence[Row], *, version: str = "08", **options: object) -> bytes:
    """A file with one statement of these rows."""
    return camt(statement_xml(rows, version=version, **options), version=version)  # type: ignore[arg-type]


def zipped(**files: bytes) -> bytes:
    """A ZIP; `name__xml=…` becomes `name.xml`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()
