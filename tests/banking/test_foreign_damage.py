"""Statements of others, damaged in every way: refused, or read as far as they were whole; never a crash, never half a file."""

import io
import zipfile
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.banking.calculations.archive import read_file
from apps.banking.calculations.errors import StatementFault
from apps.banking.calculations.statements import LONGEST_IBAN, LONGEST_NUMBER, Movement, StatementData
from apps.banking.models import BankLine
from tests.banking.foreign import ARCHIVED, EXPECTED, LIB_FINTS, YNAP, content_of, foreign

READABLE = (
    "comdirect-052.xml",
    "abn-053.xml",
    "ing-nl.940",
    "knab.940",
    "rabobank.swi",
    "german-standard.sta",
    "volksbank.csv",
)
ORIGINALS = [*ARCHIVED, *LIB_FINTS, *YNAP, "return-054.xml", "abn-054.xml", "sns.940", "wrong.940"]
SIGNS = b"0123456789.,-+:;?/'\" \r\n\t<>=&{}()ACDREUN\xe4\xff\0"
LENGTHS = {
    field.name: field.max_length
    for field in BankLine._meta.get_fields()
    if field.name in Movement.__slots__ and getattr(field, "max_length", None)
}


@pytest.mark.parametrize("name", READABLE)
def test_a_file_cut_off_anywhere_never_gives_half_a_statement(name):
    """Refused, or read up to a statement that was whole; a CSV without its footer is an export that proves nothing."""
    content = content_of(name)
    whole = read_file(name, content).statements
    for end in range(1, len(content) - 4, len(content) // 60):
        try:
            found = read_file(name, content[:end])
        except StatementFault:
            continue
        assert found.notices == []
        if name.endswith(".csv"):
            [data] = found.statements
            assert (data.opening, data.closing) == (None, None)
            assert data.movements == whole[0].movements[: len(data.movements)]
        else:
            assert found.statements == whole[: len(found.statements)]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (
            "abn-053.xml",
            '"EUR">1405.31</Amt>\n                <CdtDbtInd>',
            '"EUR">1405.13</Amt>\n                <CdtDbtInd>',
        ),
        ("abn-053.xml", '<Amt Ccy="EUR">564.05', '<Amt Ccy="EUR">564.06'),
        ("ing-nl.940", "C32,00NTRF", "C32,01NTRF"),
        ("ing-nl.940", "D12,75NRTI", "C12,75NRTI"),
        ("knab.940", "D2760,NTRF", "D2760,5NTRF"),
        ("rabobank.swi", "D000000000034,61", "D000000000034,16"),
        ("german-standard.sta", "DR800,", "CR800,"),
        ("volksbank.csv", "258,17;S", "258,17;H"),
    ],
)
def test_a_changed_amount_is_noticed(name, old, new):
    content = content_of(name).replace(old.encode(), new.encode())
    assert content != content_of(name)
    with pytest.raises(StatementFault) as refused:
        read_file(name, content)
    assert refused.value.fault in {"wrong_balance", "wrong_batch"}


def test_line_twice_or_missing_is_noticed():
    line = foreign("ing-nl.940").split(b":61:")[3]
    for content in (
        foreign("ing-nl.940").replace(line, line + b":61:" + line),
        foreign("ing-nl.940").replace(b":61:" + line, b""),
    ):
        with pytest.raises(StatementFault) as refused:
            read_file("ing-nl.940", content)
        assert refused.value.fault == "wrong_balance"


def test_a_zip_of_sound_and_broken_files_names_the_broken_one():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("gut.swi.txt", foreign("rabobank.swi"))
        archive.writestr("schlecht.940", foreign("sns.940"))
    with pytest.raises(StatementFault) as refused:
        read_file("alle.zip", packed.getvalue())
    assert (refused.value.file, refused.value.line) == ("alle.zip: schlecht.940", 60)


def damaged(content: bytes, random: Random) -> bytes:
    """The content with a few bytes changed, taken away, put in or repeated."""
    found = bytearray(content)
    for _blow in range(random.randint(1, 6)):
        place = random.randrange(len(found))
        kind = random.choice(("change", "take", "put", "repeat"))
        if kind == "change":
            found[place] = random.choice(SIGNS)
        elif kind == "take":
            del found[place : place + random.randint(1, min(40, len(found) - 1))]
        elif kind == "put":
            found[place:place] = random.choices(SIGNS, k=random.randint(1, 60))
        else:
            found[place:place] = found[place : place + random.randint(1, 120)]
    return bytes(found)


@settings(max_examples=600)
@given(st.sampled_from([*EXPECTED, *ORIGINALS]), st.randoms(use_true_random=False))
def test_damage_never_gives_what_the_books_cannot_hold(name, random):
    content = damaged(content_of(name) if name in EXPECTED else foreign(name), random)
    try:
        found = read_file(name, content)
    except StatementFault:
        return
    for statement in found.statements:
        guard_statement(statement)
    movements = [movement for statement in found.statements for movement in statement.movements]
    movements += [part for notice in found.notices for part in notice.parts]
    for movement in movements:
        assert all(len(getattr(movement, field)) <= length for field, length in LENGTHS.items())
        assert abs(movement.amount) < 10**12
        assert movement.amount == round(movement.amount, 2)


def guard_statement(data: StatementData) -> None:
    assert (len(data.iban) <= LONGEST_IBAN, len(data.number) <= LONGEST_NUMBER) == (True, True)
    assert data.opened_on <= data.closed_on
    if data.opening is not None and data.closing is not None:
        assert data.opening + data.total == data.closing
