"""No entry without a voucher: refused by the act and, behind it, by the database."""

import pytest
from django.db import IntegrityError

from apps.ledger.domain.errors import NotAVoucher, VoucherMissing
from apps.ledger.domain.manual import post_by_hand
from apps.ledger.domain.posting import post_entry, reverse_entry
from apps.ledger.models import Entry
from tests.factories.files import scan
from tests.ledger.test_posting import DAY, bare_entry, insert, lines

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("source", "reference"), [("dues.invoice", ""), ("dues.invoice", "  "), ("ledger.manual", "R-1")]
)
def test_an_entry_without_a_voucher_is_refused(treasurer, source, reference):
    with pytest.raises(VoucherMissing):
        post_entry(on=DAY, text="x", lines=lines(), source=source, reference=reference, by=treasurer)
    unproven = bare_entry("1.00")
    unproven.source, unproven.reference = source, reference
    with pytest.raises(IntegrityError, match="Keine Buchung ohne Beleg"):
        insert(unproven, "1.00", "1.00")


def test_by_hand_only_with_a_file(treasurer):
    given = {"on": DAY, "document_on": DAY, "text": "x", "reference": "R-1", "lines": lines(), "filename": "x.pdf"}
    with pytest.raises(VoucherMissing):
        post_by_hand(**given, content=b"", by=treasurer, today=DAY)
    for name, content in (("x.txt", b"Beleg"), ("x.csv", b"a;b"), ("pain.xml", b'<?xml version="1.0"?><Document/>')):
        with pytest.raises(NotAVoucher) as refused:
            post_by_hand(**given | {"filename": name}, content=content, by=treasurer, today=DAY)
        assert refused.value.field == "voucher"
    entry = post_by_hand(**given | {"filename": "x.png"}, content=scan("Beleg"), by=treasurer, today=DAY)
    assert (entry.voucher.origin, entry.voucher.versions.get().size) == ("ledger.voucher", 13)


def test_a_reversal_is_proven_by_what_it_reverses(treasurer):
    entry = post_entry(on=DAY, text="x", lines=lines(), source="test.case", reference="S-1", by=treasurer)
    assert reverse_entry(entry, by=treasurer, on=DAY, reason="Irrtum").reference == "S-1"
    assert Entry.objects.count() == 2
