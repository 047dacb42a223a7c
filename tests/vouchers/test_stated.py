"""An e-invoice is recorded as it says, or with a reason that whoever checks can read."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.banking.domain.accounts import open_bank_account
from apps.ledger.domain.accounts import account
from apps.vouchers.domain.errors import DiffersFromInvoice, OwnAccount
from apps.vouchers.domain.parties import save_creditor
from apps.vouchers.domain.stated import comparison
from apps.vouchers.models import Creditor, Voucher
from tests.einvoice.samples import SAMPLE
from tests.einvoice.test_reading import CII, pdf_with
from tests.factories.vouchers import DAY, make_creditor, make_described
from tests.vouchers.test_einvoices import SELLER, receive

pytestmark = pytest.mark.django_db
OURS = "DE89370400440532013000"
OTHER = "DE02120300000000202051"
AS_STATED = {
    "new_creditor": SELLER,
    "external_number": "2027-000023",
    "dated_on": "2027-01-15",
    "gross": "2.559,39",
    "text": "Mitgliedsbeitrag 2027",
    "iban": "DE79000000001234567890",
}


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(DAY, tick=False)


@pytest.fixture
def voucher() -> Voucher:
    return receive(SAMPLE)


@pytest.fixture
def describe(voucher, client_for, treasurer):
    """Return a function that sends off the form with these changes."""

    def send(**changes: str):
        values = AS_STATED | {"account_1": account("MEMBERSHIPS").pk} | changes
        return client_for(treasurer).post(reverse("vouchers:describe", args=[voucher.number]), values)

    return send


def errors(answer) -> dict[str, str]:
    return {name: str(found[0]) for name, found in answer.context["form"].errors.items()}


def test_the_form_shows_what_the_invoice_inside_a_pdf_says(client_for, treasurer):
    voucher = receive(pdf_with(CII), "rechnung.pdf")
    page = client_for(treasurer).get(reverse("vouchers:describe", args=[voucher.number]))
    assert page.context["stated"] == [
        ("Kreditor:in", "Großstadtnetzwerk für Bildung e. V."),
        ("Rechnungsnummer", "2027-000023"),
        ("Belegdatum", "15.01.2027"),
        ("Betrag", "2.559,39 €"),
        ("IBAN", "DE79 0000 0000 1234 5678 90"),
    ]
    assert "deviation_reason" in page.context["form"].fields


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gross": "9.999,00"}, "Betrag 2.559,39 €, erfasst 9.999,00 €"),
        ({"new_creditor": "Jemand anders GmbH"}, f"Kreditor:in {SELLER}, erfasst Jemand anders GmbH"),
        ({"iban": OTHER}, "IBAN DE79 0000 0000 1234 5678 90, erfasst DE02 1203 0000 0000 2020 51"),
        ({"external_number": "4711"}, "Rechnungsnummer 2027-000023, erfasst 4711"),
        ({"dated_on": "2027-01-16"}, "Belegdatum 15.01.2027, erfasst 16.01.2027"),
    ],
)
def test_what_differs_needs_a_reason_that_is_kept_and_shown_to_who_checks(
    describe, voucher, client_for, treasurer, board_member, changes, said
):
    answer = describe(**changes)
    assert list(errors(answer)) == ["deviation_reason"]
    assert f"gilt (§ 14 UStG): {said}. Bitte" in errors(answer)["deviation_reason"]
    voucher.refresh_from_db()
    assert (voucher.creditor, Creditor.objects.count(), voucher.lines.count()) == (None, 0, 0)

    assert describe(**changes, deviation_reason="Schlussrechnung mit Nachtrag").status_code == 302
    voucher.refresh_from_db()
    assert voucher.deviation_reason == "Schlussrechnung mit Nachtrag"
    assert JournalEntry.objects.get(verb="vouchers.described").reason == "Schlussrechnung mit Nachtrag"
    client_for(treasurer).post(reverse("vouchers:arithmetical", args=[voucher.number]))
    facts = client_for(board_member).get(reverse("vouchers:factual", args=[voucher.number])).context["facts"]
    assert facts[-2:] == [
        ("Abweichung von der E-Rechnung", said),
        ("Grund der Abweichung", "Schlussrechnung mit Nachtrag"),
    ]
    page = client_for(board_member).get(voucher.get_absolute_url())
    assert [each.label for each in page.context["compared"] if each.differs] == [said.split()[0]]
    assert "Schlussrechnung mit Nachtrag" in page.content.decode()


def test_recorded_as_stated_needs_no_reason_and_keeps_none(describe, voucher, client_for, board_member):
    assert describe(deviation_reason="aus Versehen").status_code == 302
    voucher.refresh_from_db()
    assert voucher.deviation_reason == ""
    page = client_for(board_member).get(voucher.get_absolute_url())
    assert [each.differs for each in page.context["compared"]] == [False] * 5
    facts = client_for(board_member).get(reverse("vouchers:factual", args=[voucher.number])).context["facts"]
    assert "Abweichung von der E-Rechnung" not in dict(facts)


def test_a_creditor_known_by_another_spelling_is_the_seller(describe, voucher):
    known = make_creditor("GROSSSTADTNETZWERK für Bildung e. V.", iban=AS_STATED["iban"])
    assert describe(creditor=known.pk, new_creditor="").status_code == 302
    voucher.refresh_from_db()
    assert (voucher.creditor, voucher.deviation_reason) == (known, "")


def test_a_creditor_with_the_same_vat_number_is_the_seller(describe, voucher):
    Voucher.objects.filter(pk=voucher.pk).update(stated=voucher.stated | {"vat_id": "DE123456788"})
    known = make_creditor("Netzwerk", iban=AS_STATED["iban"], vat_id="DE123456788")
    assert describe(creditor=known.pk, new_creditor="").status_code == 302
    voucher.refresh_from_db()
    [creditor, *_others] = comparison(voucher)
    assert (creditor.recorded, creditor.differs) == ("Netzwerk (gleiche USt-IdNr.)", False)


def test_an_empty_account_counts_as_that_of_the_creditor(describe, voucher):
    known = make_creditor(SELLER, iban=OTHER)
    assert list(errors(describe(creditor=known.pk, iban=""))) == ["deviation_reason"]
    save_creditor(known, by=None, name=SELLER, iban=AS_STATED["iban"])
    assert describe(creditor=known.pk, iban="").status_code == 302


def test_an_invoice_that_came_in_before_it_was_kept_is_read_again(describe, voucher):
    Voucher.objects.filter(pk=voucher.pk).update(stated={})
    assert list(errors(describe(gross="9.999,00"))) == ["deviation_reason"]
    assert describe().status_code == 302
    voucher.refresh_from_db()
    assert voucher.stated["gross"] == "2559.39"


def test_our_own_account_is_nobody_elses(describe, voucher, treasurer, client_for):
    assert errors(describe(iban=OURS, deviation_reason="so gewollt")) == {
        "iban": "DE89 3704 0044 0532 0130 00 ist unser eigenes Konto. Bitte geben Sie die IBAN an, auf die zu zahlen ist."
    }
    open_bank_account(name="Sparkonto", iban=OTHER, ledger_account=account("INVESTMENTS"), by=treasurer)
    assert list(errors(describe(iban=OTHER, deviation_reason="so gewollt"))) == ["iban"]
    voucher.refresh_from_db()
    assert voucher.creditor is None
    page = client_for(treasurer).post(reverse("vouchers:add_creditor"), {"name": "Druckerei", "iban": OTHER})
    assert list(page.context["form"].errors) == ["iban"]
    assert not Creditor.objects.exists()


def test_an_ordinary_voucher_is_compared_with_nothing(client_for, treasurer):
    described = make_described(deviation_reason="ohne Belang")
    assert (described.stated, described.deviation_reason) == ({}, "")
    page = client_for(treasurer).get(reverse("vouchers:describe", args=[described.number]))
    assert "deviation_reason" not in page.context["form"].fields


def test_the_act_itself_refuses(voucher):
    from apps.vouchers.domain.receiving import Part, describe_voucher

    details = {
        "creditor": {"name": SELLER, "iban": AS_STATED["iban"]},
        "dated_on": voucher.dated_on,
        "external_number": "2027-000023",
        "vat": Decimal(0),
        "text": "Beitrag",
        "iban": AS_STATED["iban"],
        "by": None,
    }
    with pytest.raises(DiffersFromInvoice):
        describe_voucher(voucher, **details, gross=Decimal(1), parts=[Part(account("MEMBERSHIPS"), Decimal(1))])
    with pytest.raises(OwnAccount):
        make_described(iban=OURS)
