"""The auditor's package: the books of a year as one archive that proves itself on any machine.

The same books give the same bytes: fixed order, fixed times, nothing random. The archive is written to disk file by file.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.closing.calculations import verification
from apps.closing.domain.package_changes import Span, told_tables
from apps.closing.domain.package_proofs import Files, package_documents, report_keys
from apps.closing.domain.package_tables import TableFile, shown, tables
from apps.closing.domain.package_vouchers import voucher_tables
from apps.closing.domain.statement import build_statement, statement_for
from apps.closing.models import AnnualAccounts, AuditPackage
from apps.organisation.domain.queries import full_name_on

FORMAT = "Verein Prüfungspaket 2"
DTD = Path(__file__).parent.parent / "data" / "gdpdu-01-09-2004.dtd"
REPORTS = "berichte"
PROGRAM = "pruefen.py"

# Prints the Kassenbericht of accounts whose figures stand, as long as none is filed.
type PrintReport = Callable[[AnnualAccounts], bytes]
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same for every file, so that the same books give the same archive
CHUNK = 1 << 20


@dataclass
class Archive:
    """A ZIP that remembers path, size and hash of everything put into it."""

    zip: zipfile.ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)

    def add(self, path: str, title: str, chunks: Iterator[bytes] | Sequence[bytes]) -> None:
        seen, size = sha256(), 0
        info = zipfile.ZipInfo(path, EPOCH)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        with self.zip.open(info, "w", force_zip64=True) as target:
            for chunk in chunks:
                seen.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.files.append({"path": path, "title": title, "size": size, "sha256": seen.hexdigest()})


def write_package(
    target: IO[bytes],
    year: int,
    *,
    until: datetime,
    print_report: PrintReport | None = None,
    step: Callable[[], None] = lambda: None,
) -> int:
    """Write the archive of a year with acts and changes up to a moment; return the number of files in it."""
    with zipfile.ZipFile(target, "w") as zipped:
        archive = Archive(zipped)
        add_report(archive, year, print_report)
        documents = add_documents(archive, year, step)
        specs = all_tables(Span.until(year, until), documents)
        for spec in specs:
            archive.add(spec.name, spec.title, csv_chunks(spec))
            step()
        organisation = full_name_on(timezone.localdate(until))
        archive.add("jahresabschluss.json", _("Jahresabschluss: festgehaltene Zahlen"), [figures(year)])
        archive.add("index.xml", _("Beschreibung der Tabellen (GDPdU)"), [gdpdu(organisation, year, specs).encode()])
        archive.add(DTD.name, _("Aufbau der Beschreibung (GDPdU)"), [DTD.read_bytes()])
        archive.add(PROGRAM, _("Prüfprogramm"), [Path(verification.__file__).read_bytes()])
        head = {"format": FORMAT, "organisation": organisation, "year": year, "until": until.isoformat()}
        page = render_to_string("closing/package_index.html", {**head, "groups": groups(archive), "moment": until})
        archive.add("index.html", _("Verzeichnis zum Lesen"), [page.encode()])
        info = zipfile.ZipInfo(verification.INDEX, EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        index = head | {"told": told_tables(), "files": archive.files}
        zipped.writestr(info, json.dumps(index, ensure_ascii=False, indent=1))
    return len(archive.files) + 1


def groups(archive: Archive) -> list[tuple[str, list[dict[str, Any]]]]:
    """The files as the directory shows them: reports, tables, vouchers."""
    labels = {REPORTS: _("Berichte"), "": _("Tabellen, Zahlen und Prüfprogramm"), "belege": _("Belege")}
    found: dict[str, list[dict[str, Any]]] = {folder: [] for folder in labels}
    for file in archive.files:
        folder, slash, _name = file["path"].partition("/")
        found[folder if slash else ""].append(file)
    return [(str(label), found[folder]) for folder, label in labels.items() if found[folder]]


def all_tables(span: Span, documents: Files) -> list[TableFile]:
    return [*tables(span, documents), *voucher_tables(span.year, documents)]


def add_report(archive: Archive, year: int, print_report: PrintReport | None) -> None:
    """Before the year is closed its Kassenbericht is not filed yet; the figures it tells are frozen all the same."""
    accounts = AnnualAccounts.objects.filter(year=year, document=None).first()
    if print_report and accounts and accounts.is_frozen:
        path = f"{REPORTS}/kassenbericht-{year}.pdf"
        archive.add(path, _("Kassenbericht %s, noch nicht abgelegt") % year, [print_report(accounts)])


def add_documents(archive: Archive, year: int, step: Callable[[], None]) -> Files:
    """Put the documents in; return path and hash of the newest version of each."""
    found, reported = {}, report_keys(year)
    for version in package_documents(year).iterator(chunk_size=200):
        name = version.filename if version.version == 1 else f"fassung-{version.version}-{version.filename}"
        folder = REPORTS if version.document_id in reported else "belege"
        path = f"{folder}/{version.document.number}/{name}"
        with default_storage.open(version.storage_path) as stored:
            archive.add(path, version.document.title, iter(lambda: stored.read(CHUNK), b""))
        found[version.document_id] = (path, version.sha256)
        step()
    return found


def csv_chunks(spec: TableFile) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(spec.columns)
    for row in spec.rows():
        writer.writerow([shown(value) for value in row])
        if buffer.tell() > CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def figures(year: int) -> bytes:
    accounts = AnnualAccounts.objects.filter(year=year).first()
    statement = statement_for(accounts) if accounts else build_statement(year)
    stored = {
        "year": year,
        "state": accounts.state if accounts else "",
        "prepared_on": accounts.prepared_on if accounts else None,
        "hash": statement.hash,
        "figures": statement.as_json(),
    }
    return json.dumps(stored, ensure_ascii=False, indent=1, default=str).encode()


KINDS = {
    "date": "<Date><Format>DD.MM.YYYY</Format></Date>",
    "number": "<Numeric><Accuracy>0</Accuracy></Numeric>",
    "amount": "<Numeric><Accuracy>2</Accuracy></Numeric>",
}


def gdpdu(organisation: str, year: int, specs: Sequence[TableFile]) -> str:
    """The description of the tables that the tax office's programs read (Z3, GDPdU description standard of 01.09.2004)."""
    parts = []
    for spec in specs:
        columns = "".join(
            f"<VariableColumn><Name>{name}</Name>{KINDS.get(spec.kinds.get(name, ''), '<AlphaNumeric/>')}</VariableColumn>"
            for name in spec.columns
        )
        parts.append(
            f"<Table><URL>{spec.name}</URL><Name>{escape(spec.title)}</Name><UTF8/><DecimalSymbol>,</DecimalSymbol>"
            "<DigitGroupingSymbol>.</DigitGroupingSymbol><Range><From>2</From></Range><VariableLength>"
            "<ColumnDelimiter>;</ColumnDelimiter><RecordDelimiter>&#13;&#10;</RecordDelimiter>"
            f"<TextEncapsulator>&quot;</TextEncapsulator>{columns}</VariableLength></Table>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE DataSet SYSTEM "{DTD.name}">\n'
        f"<DataSet><Version>1.0</Version><DataSupplier><Name>{escape(organisation)}</Name><Location/>"
        f"<Comment>Geschäftsjahr {year}</Comment></DataSupplier><Media><Name>{year}</Name>{''.join(parts)}</Media></DataSet>\n"
    )


def make_package(
    year: int,
    *,
    by: User | None,
    at: datetime,
    print_report: PrintReport | None = None,
    step: Callable[[], None] = lambda: None,
) -> AuditPackage:
    """Write the archive to disk, then keep it with its hash. A killed attempt leaves nothing; the next one begins anew."""
    with NamedTemporaryFile(suffix=".zip") as file:
        count = write_package(file, year, until=at, print_report=print_report, step=step)
        size = file.tell()
        digest = file_hash(file)
        file.seek(0)
        with transaction.atomic(), act("closing.package_made", by=by, data={"year": year, "sha256": digest}) as entry:
            package = AuditPackage(year=year, sha256=digest, size=size, file_count=count, made_at=at, made_by=by)
            package.file.save(f"pruefungspaket-{year}-{digest[:12]}.zip", File(file), save=False)
            package.save()
            entry.subject = package
    return package


def file_hash(file: IO[bytes]) -> str:
    file.seek(0)
    seen = sha256()
    while chunk := file.read(CHUNK):
        seen.update(chunk)
    return seen.hexdigest()


def steps_of(year: int) -> int:
    """How many steps the progress bar has."""
    return package_documents(year).count() + len(all_tables(Span(year, 0, 0), {}))
