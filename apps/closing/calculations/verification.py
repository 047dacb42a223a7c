"""Prüft ein Prüfungspaket aus Verein. Braucht nur Python (3.10 oder neuer), kein Netz und keine Installation:

    python3 pruefen.py                  prüft den entpackten Ordner oder das ZIP, neben dem dieses Programm liegt
    python3 pruefen.py paket.zip        prüft dieses Paket (oder einen entpackten Ordner)

Geprüft wird: Prüfsumme und Größe jeder Datei, keine Datei zu viel; Soll gleich Haben in jeder Buchung; Nummern ohne Lücke;
Summen und Salden, neu gerechnet aus den Buchungszeilen; offene Posten gegen die Salden; Belege vorhanden und unverändert;
jede Handlung und jede Änderung gegen ihren Prüfwert, die Prüfwerte in ihrer Kette; die Buchungen gegen die Änderungen.
Namen von Personen deckt kein Prüfwert, damit sie gelöscht werden können. Wer alles fälscht und alle Prüfwerte neu rechnet,
den entlarvt nur der Vergleich der Prüfsumme des Pakets mit der in Verein. Rückgabe 0, wenn alles stimmt, sonst 1.
"""

import csv
import hashlib
import io
import json
import os
import sys
import zipfile
from collections import defaultdict
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

INDEX = "index.json"
LITTER = {".DS_Store", "Thumbs.db", "desktop.ini"}  # left behind by file managers
HASHED = (
    "nummer", "zeitpunkt_utc", "person_nummer", "vorgang", "gegenstand", "kennung", "vorgangsnummer", "angaben_pruefwert",
    "zeilen", "vorgaenger",
)  # fmt: skip
csv.field_size_limit(2**31 - 1)


class Folder:
    """An unzipped package."""

    def __init__(self, path):
        self.path = Path(path)

    def namelist(self):
        return [path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if not path.is_dir()]

    def open(self, name):
        return self.path.joinpath(name).open("rb")


class Package:
    """The files of a ZIP or a folder by their names in the index, without folders and what file managers leave behind.

    Who packs a folder again often packs the folder itself: then all names begin with it.
    """

    def __init__(self, source):
        names = [name for name in source.namelist() if not name.endswith("/") and not is_litter(name)]
        tops = [name[: -len(INDEX)] for name in names if name == INDEX or name.endswith(f"/{INDEX}")]
        top = min(tops, key=len, default="")
        self.source = source
        self.names = {name[len(top) :] if name.startswith(top) else f"../{name}": name for name in names}
        self.twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []

    def open(self, name):
        return self.source.open(self.names[name])

    def read(self, name):
        with self.open(name) as file:
            return file.read()


def is_litter(name):
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1] in LITTER


@contextmanager
def opened(file):
    """The package at a path (a folder or a ZIP) or in an open file."""
    if isinstance(file, (str, Path)) and Path(file).is_dir():
        yield Package(Folder(file))
        return
    with zipfile.ZipFile(file) as archive:
        yield Package(archive)


def rows_of(package, name):
    """The rows of a table in the package, by column."""
    with package.open(name) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, encoding="utf-8", newline=""), delimiter=";")


def amount(text):
    return Decimal(text.replace(",", ".")) if text else Decimal(0)


def text_hash(text):
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(file):
    seen, size = hashlib.sha256(), 0
    while chunk := file.read(1 << 20):
        seen.update(chunk)
        size += len(chunk)
    return seen.hexdigest(), size


def check_files(package, index):
    named = {each["path"]: each for each in index["files"]}
    present = set(package.names) - {INDEX}
    for path in package.twice:
        yield f"Die Datei {path} ist zweimal im Paket."
    for path in sorted(set(named) - present):
        yield f"Die Datei {path} fehlt."
    for path in sorted(present - set(named)):
        yield f"Die Datei {path} steht nicht im Verzeichnis."
    for path in sorted(present & set(named)):
        try:
            with package.open(path) as file:
                digest, size = digest_of(file)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError):
            yield f"Die Datei {path} ist beschädigt."
            continue
        if (digest, size) != (named[path]["sha256"], named[path]["size"]):
            yield f"Die Datei {path} wurde verändert: Ihre Prüfsumme ist nicht die im Verzeichnis."


def check_journal(package, index):
    """Debit = credit = amount of each entry; numbers 1, 2, 3 …; dates within the year; vouchers are there."""
    sides: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in rows_of(package, "buchungszeilen.csv"):
        sides[line["buchung"]][0] += amount(line["soll"])
        sides[line["buchung"]][1] += amount(line["haben"])
    present = {each["path"]: each["sha256"] for each in index["files"]}
    expected = 0
    for entry in rows_of(package, "journal.csv"):
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


def check_balances(package, index):
    """Sums and balances again from the lines; open items add up to the balance of their account."""
    moved: defaultdict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in rows_of(package, "buchungszeilen.csv"):
        moved[line["konto"]][0] += amount(line["soll"])
        moved[line["konto"]][1] += amount(line["haben"])
    totals, closings = [Decimal(0)] * 4, {}
    for row in rows_of(package, "summen-und-salden.csv"):
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
    for item in rows_of(package, "offene-posten.csv"):
        opened[item["konto"]] += amount(item["betrag"])
    for account, total in sorted(opened.items()):
        if total != closings.get(account, Decimal(0)):
            yield f"Die offenen Posten von Konto {account} ergeben nicht seinen Saldo."


def check_acts(package, index):
    """Each act has the hash of its contents and names the hash of the one before it; its words fit what the hash covers."""
    previous = None
    words: dict[tuple[str, str], str] = {}
    for act in rows_of(package, "handlungen.csv"):
        number = act["nummer"]
        if text_hash("\n".join(act[name] for name in HASHED)) != act["pruefwert"]:
            yield f"Im Protokoll wurde Nummer {number} verändert: Der Inhalt passt nicht zu seinem Prüfwert."
        if previous and (int(number) != int(previous["nummer"]) + 1 or act["vorgaenger"] != previous["pruefwert"]):
            yield f"Im Protokoll schließt Nummer {number} nicht an Nummer {previous['nummer']} an."
        shown = datetime.strptime(f"{act['zeitpunkt']} +0000", "%d.%m.%Y %H:%M:%S %z")
        exact = datetime.fromisoformat(f"{act['zeitpunkt_utc']}+00:00").replace(microsecond=0)
        if (shown - exact).total_seconds() not in {3600, 7200}:  # Germany is one hour ahead, two in summer
            yield f"Im Protokoll nennt Nummer {number} zwei verschiedene Zeitpunkte."
        for code, word in (("person_nummer", "person"), ("vorgang", "handlung")):
            if words.setdefault((code, act[code]), act[word]) != act[word]:
                yield f"Im Protokoll heißt {act[code]} in Nummer {number} anders als zuvor: {act[word]}."
        previous = act


def check_changes(package, index):
    """The changes are those the acts wrote: their hashes, calculated again, give what stands in the act."""
    written: defaultdict[tuple[str, str], bytearray] = defaultdict(bytearray)
    columns: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows_of(package, "aenderungen.csv"):
        values, place = json.loads(row["werte"]), (row["vorgangsnummer"], row["tabelle"])
        covered = [int(row["zeile"]), int(row["vorgangsnummer"]), *(values[name] for name in sorted(values))]
        written[place] += hashlib.sha256(canonical(covered).encode()).digest()
        columns.setdefault(place, (row["tabelle"], *sorted(values)))
    told = set(index["told"])
    for act in rows_of(package, "handlungen.csv"):
        for table, (count, digest, shape, _marks) in json.loads(act["zeilen"]).items():
            place = (act["vorgangsnummer"], table)
            hashes, (_table, *names) = written.pop(place, b""), columns.get(place, (table,))
            found = [len(hashes) // 32, hashlib.sha256(hashes).hexdigest(), text_hash(canonical([table, names]))[:12]]
            if table in told and found[0] and found[2] != shape:
                yield f"Zu den Änderungen in {table} von Nummer {act['nummer']} fehlen Spalten; sie lassen sich nicht nachrechnen."
            elif table in told and found != [count, digest, shape]:
                yield f"Die Änderungen in {table} sind nicht die, die Nummer {act['nummer']} des Protokolls geschrieben hat."
    for number, table in sorted(written):
        yield f"Änderungen in {table} gehören zu keiner Handlung (Vorgang {number})."


def check_posted(package, index):
    """The journal tells the entries and lines that were written."""
    entries, lines = {}, defaultdict(list)
    for row in rows_of(package, "aenderungen.csv"):
        if row["tabelle"] == "ledger.historicalentry":
            values = json.loads(row["werte"])
            label = f"B{values['year']}-{values['number']:05d}"
            day = ".".join(reversed(values["booked_on"].split("-")))
            entries[label] = (values["id"], day, Decimal(values["amount"]), values["text"])
        elif row["tabelle"] == "ledger.historicalentryline":
            values = json.loads(row["werte"])
            lines[values["entry_id"]].append((values["side"], Decimal(values["amount"]), values["text"]))
    told = defaultdict(list)
    for line in rows_of(package, "buchungszeilen.csv"):
        side = "debit" if line["soll"] else "credit"
        told[line["buchung"]].append((side, amount(line["soll"] or line["haben"]), line["text"]))
    for entry in rows_of(package, "journal.csv"):
        name = entry["buchung"]
        key, *posted = entries.get(name, (0,))
        if posted != [entry["buchungsdatum"], amount(entry["betrag"]), entry["text"]]:
            yield f"{name} ist nicht die Buchung, die festgeschrieben wurde."
        elif sorted(told[name]) != sorted(lines[key]):
            yield f"Die Zeilen von {name} sind nicht die, die festgeschrieben wurden."


def check_figures(package, index):
    """The annual accounts are those whose hash was frozen."""
    stored = json.loads(package.read("jahresabschluss.json"))
    if text_hash(canonical(stored["figures"])) != stored["hash"]:
        yield "Die Zahlen des Jahresabschlusses passen nicht zu ihrer Prüfsumme."


CHECKS = (check_journal, check_balances, check_acts, check_changes, check_posted, check_figures)


def verify(file):
    """Sentences about everything that is wrong with the package (a path or an open file), and its index."""
    try:
        with opened(file) as package:
            index = json.loads(package.read(INDEX))
            problems = list(check_files(package, index))
            if problems:
                return problems, index
            return [problem for check in CHECKS for problem in check(package, index)], index
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, InvalidOperation, OSError) as error:
        return [f"Die Datei ist kein lesbares Prüfungspaket: {error}"], {}


def package_hash(path):
    """The SHA-256 of a ZIP; an unzipped folder has none."""
    if Path(path).is_dir():
        return ""
    with Path(path).open("rb") as file:
        return digest_of(file)[0]


def verdict(path, index):
    """What is said of a package in which everything fits together, and what is left to do."""
    year = index["year"]
    found = f"{index['organisation']}, Geschäftsjahr {year}: {len(index['files'])} Dateien geprüft. Alles stimmt überein.\n\n"
    own = package_hash(path)
    if not own:
        return found + (
            "Ein entpackter Ordner hat keine eigene Prüfsumme. Ob dieses Paket das ist, das Verein erstellt hat, zeigt die\n"
            "heruntergeladene ZIP-Datei: Prüfen Sie auch sie (python3 pruefen.py NAME.zip) und vergleichen Sie die Prüfsumme."
        )
    return found + (
        f"Prüfsumme dieses Pakets (SHA-256):\n    {own}\n"
        f"Vergleichen Sie sie mit der Prüfsumme, die in Verein auf der Seite »Prüfungspakete {year}« steht. Nur wenn beide\n"
        "gleich sind, ist es das Paket, das Verein erstellt hat. Ein neu gepacktes ZIP hat eine andere Prüfsumme."
    )


def own_place():
    """The unzipped package in which this program lies, or the only ZIP beside it."""
    here = Path(__file__).resolve().parent
    if (here / INDEX).exists():
        return here
    found = [path for path in here.iterdir() if path.suffix.lower() == ".zip"]
    return found[0] if len(found) == 1 else None


def main(arguments):
    path = arguments[0] if arguments else own_place()
    if len(arguments) > 1 or not path:
        print("Aufruf: python3 pruefen.py paket.zip (oder ein entpackter Ordner)")
        return 2
    print(f"Geprüft wird: {path}")
    problems, index = verify(path)
    print("\n".join(problems) if problems else verdict(path, index))
    return 1 if problems else 0


if __name__ == "__main__":
    result = main(sys.argv[1:])
    if os.name == "nt" and len(sys.argv) == 1:
        input("Weiter mit der Eingabetaste.")  # started by a double click, the window would close at once
    sys.exit(result)
