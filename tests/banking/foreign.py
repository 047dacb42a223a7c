"""Statement files we did not write: test data of others' published programs, fetched by `make test`, only read.

Which packages and versions, and under which licence: `samples` in pyproject.toml and package.json.
"""

import json
import re
import sys
import tarfile
import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(sys.prefix) / "samples"
ADDONS = FOLDER / "odoo" / "addons"
LITERAL = re.compile(r"'((?:[^'\\\n]|\\.)*)'")

CAMT, RETURNS, DUTCH, ROMANIAN, BELGIAN = (
    ADDONS / "account_statement_import_camt" / "tests" / "samples",
    ADDONS / "account_payment_return_import_iso20022" / "tests" / "test_files",
    ADDONS / "account_bank_statement_import_mt940_base" / "test_files",
    ADDONS / "l10n_ro_account_bank_statement_import_mt940_ing" / "test_files",
    FOLDER / "lino_xl" / "lib" / "b2c" / "fixtures",
)
FILES = {
    "abn-053.xml": CAMT / "test-camt053",
    "abn-053.zip": CAMT / "test-camt053.zip",
    "abn-054.xml": CAMT / "test-camt054",
    "belfius-053.xml": BELGIAN / "COD_20150907_O25MMF107I.xml",
    "belfius-page.xml": BELGIAN / "COD_invalid_1.xml",
    "swiss-empty-053.xml": CAMT / "test-camt053-no-ntry",
    "swiss-batch-053.xml": CAMT / "test-camt053-txdtls",
    "return-053.xml": RETURNS / "test-sepa-camt-053-unpaid.xml",
    "return-054.xml": RETURNS / "test-sepa-camt-054-unpaid.xml",
    "return-054.zip": RETURNS / "test-sepa-camt-unpaid.zip",
    "return-other.xml": RETURNS / "test-sepa-camt-unpaid-invalid.xml",
    "pain-002.xml": RETURNS / "test-sepa-pain-unpaid.xml",
    "ing-nl.940": DUTCH / "test-ing.940",
    "rabobank.swi": DUTCH / "test-rabo.swi",
    "sns.940": DUTCH / "test-sns.940",
    "wrong.940": DUTCH / "test-wrong-file.940",
    "ing-ro.940": ROMANIAN / "test_ing_940.txt",
}
ARCHIVED = {
    "knab.940": ("mt940js-1.3.5.tgz", "test/test1.mt940"),
    "knab-foreign-payments.940": ("mt940js-1.3.5.tgz", "test/testX.mt940"),
    "polish.940": ("mt940js-1.3.5.tgz", "test/test2.mt940x"),
    "polish-ns.940": ("mt940js-1.3.5.tgz", "test/test-with-NS.mt940x"),
}
# titles of the tests of lib-fints in whose source the file stands
LIB_FINTS = {
    "comdirect-052.xml": "should handle full iso date time in value date",
    "cooperative-052.xml": "should handle multiple entries in RmtInf (Ustrd)",
    "without-status-052.xml": "should parse CAMT.052 XML with balances and transactions",
    "dollar-052.xml": "should handle edge cases and missing optional fields correctly",
}
# parsers of ynap-parsers in whose tests the file stands
YNAP = {
    "volksbank.csv": "de/volksbank-eg/volksbank-eg",
    "ing-de.csv": "de/ing-diba/ing-diba",
    "comdirect.csv": "de/comdirect/comdirect",
    "ing-at.csv": "at/ing/ing-austria",
}
# what they must be read as
EXPECTED = {each["name"]: each for each in tomllib.loads((Path(__file__).parent / "foreign.toml").read_text())["file"]}


@cache
def foreign(name: str) -> bytes:
    """The bytes of a foreign file as its authors published it."""
    if not FOLDER.exists():
        raise FileNotFoundError("Die Auszüge fremder Programme fehlen; »make test« holt sie.")
    if name in FILES:
        return FILES[name].read_bytes()
    if name in ARCHIVED:
        return member(*ARCHIVED[name])
    if name in LIB_FINTS:
        source = member("lib-fints-1.5.0.tgz", "dist/tests/camtParser.test.js").decode()
        return source.split(f"it('{LIB_FINTS[name]}'")[1].split("`")[1].encode()
    if name in YNAP:
        return encoded(member("envelope-zero-ynap-parsers-1.17.34.tgz", f"{YNAP[name]}.spec.js").decode())
    assert name == "german-standard.sta"
    source = member("lib-fints-1.5.0.tgz", "dist/tests/mt940parser.test.js").decode()
    parts = LITERAL.findall(source.split("const input =")[1].split(";\n")[0])
    return "".join(parts).replace("\\r\\n", "\r\n").encode()


def member(archive: str, name: str) -> bytes:
    with tarfile.open(FOLDER / archive) as packed:
        return packed.extractfile(f"package/{name}").read()  # type: ignore[union-attr]


def encoded(source: str) -> bytes:
    """The text given to `encode("…", "encoding")`, in that encoding."""
    found = re.search(r'encode\)\(("(?:[^"\\]|\\.)*"), \'([\w-]+)\'\)', source)
    assert found
    return json.loads(found[1]).encode(found[2].replace("win1252", "cp1252"))


def changed(name: str, *changes: tuple[str, str]) -> bytes:
    """A foreign file with one thing after another replaced; each must be there."""
    content = foreign(name)
    encoding = "cp1252" if name.endswith(".csv") else "utf-8"
    for old, new in changes:
        assert old.encode(encoding) in content, old
        content = content.replace(old.encode(encoding), new.encode(encoding))
    return content


def content_of(name: str) -> bytes:
    """An expected file with its one fault put right: a sum, the currency, the account, a message that breaks off."""
    expected = EXPECTED[name]
    content = changed(name, *expected.get("put_right", ()))
    return messages(content, expected["messages"]) if "messages" in expected else content


def messages(content: bytes, count: int) -> bytes:
    """The first messages of an MT940 file with SWIFT headers."""
    return b"{1:".join(content.split(b"{1:")[: count + 1])
