"""The hashes as anybody can compute them again, written out."""

from hashlib import sha256
from hmac import digest

from apps.audit.calculations import (
    FIRST_HASH,
    entry_hash,
    erasable_text,
    keyed_mac,
    new_act_id,
    row_hash,
    row_marks,
    rows_fragment,
)


def test_an_entry_is_ten_lines():
    text = f"1\n2027-03-01 10:00:00.000000\n\ncore.saved\ndues.invoice\n7\n42\nmac\n{{}}\n{FIRST_HASH}"
    fields = (1, "2027-03-01 10:00:00.000000", None, "core.saved", "dues.invoice", "7", 42, "mac", "{}", FIRST_HASH)
    assert entry_hash(*fields) == sha256(text.encode()).hexdigest()


def test_a_row_is_a_json_array():
    text = '[1,2,"Köln",null,"2559.39"]'
    assert row_hash([1, 2, "Köln", None, "2559.39"]) == sha256(text.encode()).digest()


def test_the_rows_of_an_act_make_one_digest_and_a_mark_each():
    hashes = row_hash([1]) + row_hash([2])
    assert row_marks(hashes) == row_hash([1]).hex()[:8] + row_hash([2]).hex()[:8]
    assert rows_fragment("dues.x", "abc", hashes) == (
        f'"dues.x":[2,"{sha256(hashes).hexdigest()}","abc","{row_marks(hashes)}"]'
    )


def test_erasable_texts_cannot_be_shifted_into_each_other():
    assert erasable_text("Köln", "Grund", '{"n":1}') == '4:Köln5:Grund{"n":1}'
    assert erasable_text("a", "b", "") != erasable_text("ab", "", "")


def test_a_mac_depends_on_its_key():
    assert keyed_mac("key", "text") == digest(b"key", b"text", "sha256").hex()
    assert keyed_mac("other", "text") != keyed_mac("key", "text")


def test_act_ids_grow_with_time_and_fit_into_63_bits():
    now, in_50_years = 1_800_000_000_000, 1_800_000_000_000 + 50 * 365 * 86_400_000
    assert new_act_id(now) < new_act_id(now + 1) < new_act_id(in_50_years) < 2**63
