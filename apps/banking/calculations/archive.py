"""Statement files as they come from the bank: one XML, or a ZIP of several."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from apps.banking.calculations.camt import StatementData, read_statements
from apps.banking.calculations.errors import Fault, StatementFault

LARGEST_FILE = 25 * 2**20
LARGEST_UNPACKED = 100 * 2**20
MOST_MEMBERS = 400
LARGEST_RATIO = 200
PIECE = 2**20


@dataclass(frozen=True)
class FileContent:
    """What one uploaded file holds; `left_out` names members of the ZIP that are no XML."""

    statements: list[StatementData]
    left_out: list[str]


def read_file(name: str, content: bytes) -> FileContent:
    """Read an XML or ZIP file; every fault names the file, inside a ZIP also the member."""
    try:
        if len(content) > LARGEST_FILE:
            raise StatementFault(Fault.TOO_LARGE, found=str(LARGEST_FILE // 2**20))
        if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return FileContent(read_statements(content), [])
        statements: list[StatementData] = []
        left_out: list[str] = []
        for member, data in members(content):
            if data is None:
                left_out.append(member)
                continue
            try:
                statements += read_statements(data)
            except StatementFault as fault:
                fault.file = f"{name}: {member}"
                raise
        if not statements:
            raise StatementFault(Fault.ZIP_WITHOUT_STATEMENT)
    except StatementFault as fault:
        fault.file = fault.file or name
        raise
    return FileContent(statements, left_out)


def members(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Name and bytes of every file in the ZIP, None for what isn't XML; never more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [info for info in archive.infolist() if not info.is_dir() and not is_shadow(info.filename)]
            if len(files) > MOST_MEMBERS:
                raise StatementFault(Fault.ZIP_TOO_MANY, found=str(len(files)), values={"most": str(MOST_MEMBERS)})
            left = LARGEST_UNPACKED
            for info in files:
                guard_member(info)
                if not info.filename.lower().endswith(".xml"):
                    yield info.filename, None
                    continue
                data = unpack(archive, info, left)
                left -= len(data)
                yield info.filename, data
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise StatementFault(Fault.BROKEN_ZIP) from error


def is_shadow(name: str) -> bool:
    """What macOS adds to every ZIP."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name == ".DS_Store"


def guard_member(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    if "\\" in name or "\0" in name or name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts:
        raise StatementFault(Fault.ZIP_PATH, found=name[:80].replace("\0", "?"))
    if info.flag_bits & 0x1:
        raise StatementFault(Fault.ENCRYPTED_ZIP, found=info.filename[:80])


def unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """Unpack piece by piece and count what really comes out, whatever the header promises."""
    limit = min(left, max(info.compress_size, 1024) * LARGEST_RATIO)
    pieces = io.BytesIO()
    with archive.open(info) as member:
        while piece := member.read(PIECE):
            pieces.write(piece)
            if pieces.tell() > limit:
                raise StatementFault(Fault.ZIP_BOMB, found=info.filename[:80])
    return pieces.getvalue()
