"""Statement files as they come from the bank: one file, or a ZIP of several."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from apps.banking.calculations.errors import Fault, StatementFault
from apps.banking.calculations.formats import read_bytes
from apps.banking.calculations.statements import NoticeData, StatementData

LARGEST_FILE = 25 * 2**20
LARGEST_UNPACKED = 100 * 2**20
MOST_MEMBERS = 400
LARGEST_RATIO = 200
PIECE = 2**20
READ = frozenset({".xml", ".camt", ".c52", ".c53", ".c54", ".csv", ".sta", ".mta", ".mt940", ".940", ".txt"})


@dataclass(frozen=True)
class FileContent:
    """What one uploaded file holds; `left_out` names members of the ZIP that can't be statements."""

    statements: list[StatementData] = field(default_factory=list)
    notices: list[NoticeData] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, content: bytes) -> None:
        found = read_bytes(content)
        self.statements.extend(found.statements)
        self.notices.extend(found.notices)


def read_file(name: str, content: bytes) -> FileContent:
    """Read a file or a ZIP of files; every fault names the file, inside a ZIP also the member."""
    try:
        if len(content) > LARGEST_FILE:
            raise StatementFault(Fault.TOO_LARGE, found=str(LARGEST_FILE // 2**20))
        found = FileContent()
        if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            found.add(content)
            return found
        for member, data in members(content):
            if data is None:
                found.left_out.append(member)
                continue
            try:
                found.add(data)
            except StatementFault as fault:
                fault.file = f"{name}: {member}"
                raise
        if not found.statements and not found.notices:
            raise StatementFault(Fault.ZIP_WITHOUT_STATEMENT)
    except StatementFault as fault:
        fault.file = fault.file or name
        raise
    return found


def members(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    """Name and bytes of every file in the ZIP, None for what can't be a statement; never more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = [info for info in archive.infolist() if not info.is_dir() and not is_shadow(info.filename)]
            if len(files) > MOST_MEMBERS:
                raise StatementFault(Fault.ZIP_TOO_MANY, found=str(len(files)), values={"most": str(MOST_MEMBERS)})
            left = LARGEST_UNPACKED
            for info in files:
                guard_member(info)
                if PurePosixPath(info.filename.lower()).suffix not in READ:
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
