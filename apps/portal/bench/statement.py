"""A CAMT.053 file over many days, with every kind of line a treasurer meets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import batched, cycle, islice
from xml.sax.saxutils import escape

from apps.dues.models import Invoice
from apps.portal.bench.people import OUR_IBAN

DAYS = 20


@dataclass(frozen=True)
class Row:
    amount: Decimal
    name: str
    text: str = ""
    reference: str = ""


def rows(invoices: Sequence[Invoice], count: int) -> list[Row]:
    """Of ten lines four bear the reference, two the number, one only name and amount; one pays in part, one is a fee, one unknown."""
    return list(islice(endless_rows(invoices), count))


def endless_rows(invoices: Sequence[Invoice]) -> Iterator[Row]:
    for place, invoice in enumerate(cycle(invoices)):
        amount, city = invoice.amount.amount, f"Stadt {invoice.city_label}"
        match place % 10:
            case 0 | 1 | 2 | 3:
                yield Row(amount, city, reference=invoice.reference)
            case 4 | 5:
                yield Row(amount, "Stadtkasse", text=f"Mitgliedsbeitrag Rechnung {invoice.number}")
            case 6:
                yield Row(amount, city, text="Beitrag Netzwerk")
            case 7:
                yield Row(Decimal("100.00"), city, text=f"Teilzahlung {invoice.number}")
            case 8:
                yield Row(Decimal("-4.90"), "Bank", text="Entgelt Kontoführung")
            case _:
                yield Row(Decimal("12.34"), "Unbekannt", text="ohne Verwendungszweck")


def camt_file(found: Sequence[Row], on: date, first: int) -> bytes:
    """One statement a day for twenty days up to `on`, numbered from `first`, each beginning where the last one ended."""
    balance, statements = Decimal("0.00"), []
    for place, chunk in enumerate(batched(found, -(-len(found) // DAYS))):
        closing = balance + sum(row.amount for row in chunk)
        day = on - timedelta(days=DAYS - place)
        statements.append(statement(first + place, day, balance, closing, chunk))
        balance = closing
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M{on:%Y%m%d}</MsgId><CreDtTm>{on}T18:00:00</CreDtTm></GrpHdr>\n"
        f"{''.join(statements)}</BkToCstmrStmt></Document>"
    ).encode()


def statement(number: int, day: date, opening: Decimal, closing: Decimal, found: Sequence[Row]) -> str:
    return (
        f"<Stmt><Id>{day}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T18:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{OUR_IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance('OPBD', opening, day)}{balance('CLBD', closing, day)}"
        f"{''.join(entry(f'{number}-{place}', row, day) for place, row in enumerate(found))}</Stmt>\n"
    )


def balance(code: str, amount: Decimal, day: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{money(amount)}<Dt><Dt>{day}</Dt></Dt></Bal>"


def money(amount: Decimal) -> str:
    side = "CRDT" if amount >= 0 else "DBIT"
    return f'<Amt Ccy="EUR">{abs(amount):.2f}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def entry(reference: str, row: Row, day: date) -> str:
    role = "Dbtr" if row.amount > 0 else "Cdtr"
    structured = f"<Strd><CdtrRefInf><Ref>{row.reference}</Ref></CdtrRefInf></Strd>" if row.reference else ""
    return (
        f"<Ntry>{money(row.amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<RltdPties><{role}><Pty><Nm>{escape(row.name)}</Nm></Pty></{role}></RltdPties>"
        f"<RmtInf><Ustrd>{escape(row.text)}</Ustrd>{structured}</RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
