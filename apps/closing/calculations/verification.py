"""Prüft ein Prüfungspaket aus Verein. Braucht nur Python (3.10 oder neuer), kein Netz und keine Installation:

    python3 pruefen.py paket.zip

Geprüft wird: Prüfsumme und Größe jeder Datei, keine Datei zu viel; Soll gleich Haben in jeder Buchung; Nummern ohne Lücke;
Summen und Salden, neu gerechnet aus den Buchungszeilen; offene Posten gegen die Salden; Belege vorhanden und unverändert;
die Kette der Prüfwerte im Protokoll. Rückgabe 0, wenn alles stimmt, sonst 1.
"""

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections import defaultdict
from decimal import Decimal, InvalidOperation

INDEX = "index.json"


def rows_of(archive, name):
    """The rows of a table in the archive, by column."""
    with archive.open(name) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""), delimiter=";")


def amount(text):
    return Decimal(text.replace(",", ".")) if text else Decimal(0)


def digest_of(archive, name):
    seen, size = hashlib.sha256(), 0
    with archive.open(name) as file:
        while chunk := file.read(1 << 20):
            seen.update(chunk)
            size += len(chunk)
    return seen.hexdigest(), size


def check_files(archive, index):
    named = {each["path"]: each for each in index["files"]}
    present = set(archive.namelist()) - {INDEX}
    for path in sorted(set(named) - present):
        yield f"Die Datei {path} fehlt."
    for path in sorted(present - set(named)):
        yield f"Die Datei {path} steht nicht im Verzeichnis."
    for path in sorted(present & set(named)):
        try:
            digest, size = digest_of(archive, path)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError):
            yield f"Die Datei {path} ist beschädigt."
            continue
        if (digest, size) != (named[path]["sha256"], named[path]["size"]):
            yield f"Die Datei {path} wurde verändert: Ihre Prüfsumme ist nicht die im Verzeichnis."


def check_journal(archive, index):
    """Debit = credit = amount of each entry; numbers 1, 2, 3 …; dates within the year; vouchers are there."""
    sides: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in rows_of(archive, "buchungszeilen.csv"):
        sides[line["buchung"]][0] += amount(line["soll"])
        sides[line["buchung"]][1] += amount(line["haben"])
    present = {each["path"]: each["sha256"] for each in index["files"]}
    expected = 0
    for entry in rows_of(archive, "journal.csv"):
        expected += 1
        name = entry["buchung"]
        if int(entry["nummer"]) != expected:
            yield f"In den Buchungsnummern ist eine Lücke: nach {expected - 1} folgt {entry['nummer']}."
            expected = int(entry["nummer"])
        debit, credit = sides.pop(name, (None, None))
        if debit is None or debit != credit or debit != amount(entry["betrag"]):
            yield f"{name} ist nicht ausgeglichen."
        if not entry["buchungsdatum"].endswith(f".{index['year']}"):
            yield f"{name} liegt nicht im Jahr {index['year']}."
        if entry["beleg_datei"] and present.get(entry["beleg_datei"]) != entry["beleg_sha256"]:
            yield f"Der Beleg zu {name} fehlt oder wurde verändert."
    for name in sorted(sides):
        yield f"Zu den Zeilen von {name} gibt es keine Buchung."


def check_balances(archive, index):
    """Sums and balances again from the lines; open items add up to the balance of their account."""
    moved: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in rows_of(archive, "buchungszeilen.csv"):
        moved[line["konto"]][0] += amount(line["soll"])
        moved[line["konto"]][1] += amount(line["haben"])
    totals, closings = [Decimal(0)] * 4, {}
    for row in rows_of(archive, "summen-und-salden.csv"):
        opening, debit, credit, closing = (amount(row[name]) for name in ("anfang", "soll", "haben", "saldo"))
        closings[row["konto"]] = closing
        if [debit, credit] != moved.pop(row["konto"], [Decimal(0), Decimal(0)]) or opening + debit - credit != closing:
            yield f"Die Summen von Konto {row['konto']} folgen nicht aus den Buchungszeilen."
        totals = [total + value for total, value in zip(totals, (opening, debit, credit, closing), strict=True)]
    for account in sorted(moved):
        yield f"Konto {account} fehlt in den Summen und Salden."
    if totals[0] or totals[1] != totals[2] or totals[3]:
        yield "Summen und Salden sind nicht ausgeglichen."
    opened: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item in rows_of(archive, "offene-posten.csv"):
        opened[item["konto"]] += amount(item["betrag"])
    for account, total in sorted(opened.items()):
        if total != closings.get(account, Decimal(0)):
            yield f"Die offenen Posten von Konto {account} ergeben nicht seinen Saldo."


def check_chain(archive, index):
    """Each act of the journal names the hash of the one before it."""
    previous = None
    for act in rows_of(archive, "handlungen.csv"):
        if previous and (
            int(act["nummer"]) != int(previous["nummer"]) + 1 or act["vorgaenger"] != previous["pruefwert"]
        ):
            yield f"Im Protokoll schließt Nummer {act['nummer']} nicht an Nummer {previous['nummer']} an."
        previous = act


def check_figures(archive, index):
    """The annual accounts are those whose hash was frozen."""
    stored = json.loads(archive.read("jahresabschluss.json"))
    canonical = json.dumps(stored["figures"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(canonical.encode()).hexdigest() != stored["hash"]:
        yield "Die Zahlen des Jahresabschlusses passen nicht zu ihrer Prüfsumme."


def verify(file):
    """Sentences about everything that is wrong with the archive (a path or an open file), and its index."""
    try:
        with zipfile.ZipFile(file) as archive:
            index = json.loads(archive.read(INDEX))
            problems = list(check_files(archive, index))
            if problems:
                return problems, index
            checks = (check_journal, check_balances, check_chain, check_figures)
            return [problem for check in checks for problem in check(archive, index)], index
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, InvalidOperation, OSError) as error:
        return [f"Die Datei ist kein lesbares Prüfungspaket: {error}"], {}


def main(arguments):
    if len(arguments) != 1:
        print("Aufruf: python3 pruefen.py paket.zip")
        return 2
    problems, index = verify(arguments[0])
    for problem in problems:
        print(problem)
    if not problems:
        print(
            f"{index['organisation']}, Geschäftsjahr {index['year']}: {len(index['files'])} Dateien geprüft. Alles stimmt.\n"
            "Vergleichen Sie noch die Prüfsumme des Pakets mit der, die in Verein steht."
        )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
