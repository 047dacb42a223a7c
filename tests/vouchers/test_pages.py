"""The screens: who sees and does what, and the whole way of a voucher by click."""

import json
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.core.registries import duty_providers, search_providers
from apps.ledger.domain.accounts import account
from apps.vouchers.domain.checking import approve_voucher, confirm_arithmetical, confirm_factual
from apps.vouchers.domain.errors import AccountUnconfirmed
from apps.vouchers.duties import duties
from apps.vouchers.models import CashCount, CashEntry, Creditor, FixedAsset, Voucher
from apps.vouchers.search import search
from tests.factories.vouchers import DAY, fill_cash, make_described, make_payable, make_payment, make_voucher
from tests.waiting import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(date(2027, 2, 15), tick=False):
        yield


def url(name: str, *args: object) -> str:
    return reverse(f"vouchers:{name}", args=args)


def upload(content: bytes = b"\x89PNG\r\n\x1a\nRechnung", name: str = "rechnung.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_voucher_goes_its_way_by_click(client_for, treasurer, board_member):
    keeper, checker = client_for(treasurer), client_for(board_member)
    answer = keeper.post(url("receive"), {"file": upload(), "kind": "invoice"})
    number = Voucher.objects.get().number
    assert answer["Location"] == url("describe", number)
    data = {
        "new_creditor": "Druckerei Sommer GmbH",
        "dated_on": "2027-02-01",
        "due_on": "2027-02-14",
        "gross": "119,00",
        "vat": "19,00",
        "text": "Tagungsmappen",
        "account_1": account("PRINT").pk,
        "amount_1": "100,00",
        "account_2": account("ROOM").pk,
        "amount_2": "18,00",
    }
    wrong = keeper.post(url("describe", number), data)
    assert "Die Teile ergeben zusammen 118,00 €, der Beleg lautet über 119,00 €." in wrong.content.decode()
    keeper.post(url("describe", number), data | {"amount_2": "19,00", "sphere_2": "purpose"})
    keeper.post(url("arithmetical", number))
    assert "Vier-Augen-Prinzip" in keeper.get(url("factual", number)).content.decode()
    checker.post(url("factual", number))
    checker.post(url("approve", number))
    keeper.post(url("post", number), {"on": "2027-02-01"})
    assert "überfällig" in keeper.get(url("due")).content.decode()
    payment = make_payment("119.00")
    keeper.post(url("settle", number), {"entry": payment.pk, "amount": "119,00"})
    page = keeper.get(url("voucher", number))
    assert "bezahlt" in page.content.decode()
    assert "Nichts zu bezahlen" in keeper.get(url("due")).content.decode()
    assert Creditor.objects.get().name == "Druckerei Sommer GmbH"


def test_states_that_are_over_offer_no_step(client_for, treasurer, board_member, auditor):
    voucher = make_payable(treasurer, board_member)
    labels = [action.label for action in client_for(treasurer).get(voucher.get_absolute_url()).context["actions"]]
    assert labels == ["Überweisung vormerken", "Zahlung zuordnen", "Bar bezahlen", "Buchung stornieren"]
    assert client_for(auditor).get(voucher.get_absolute_url()).context["actions"] == []
    new = make_voucher()
    labels = [action.label for action in client_for(treasurer).get(new.get_absolute_url()).context["actions"]]
    assert labels == ["Beleg erfassen", "Zurückweisen"]


def test_an_own_voucher_says_its_reason_and_is_checked_like_any_other(client_for, treasurer):
    data = {
        "text": "Trinkgeld Stadtführung",
        "amount": "20,00",
        "dated_on": "2027-02-10",
        "payee": "Stadtführer",
        "reason": "Es gab keine Quittung.",
    }
    answer = client_for(treasurer).post(url("own"), data)
    voucher = Voucher.objects.get()
    assert (voucher.kind, voucher.text) == ("own", "Trinkgeld Stadtführung")
    form = client_for(treasurer).get(answer["Location"]).context["form"]
    assert (form["gross"].value(), form["dated_on"].value()) == ("20,00", date(2027, 2, 10))


def test_returned_rejected_reversed_by_click(client_for, treasurer, board_member):
    client = client_for(treasurer)
    voucher = make_described()
    client.post(url("arithmetical", voucher.number))
    client.post(url("return", voucher.number), {"reason": "Falscher Betrag"})
    voucher.refresh_from_db()
    assert voucher.arithmetical_by is None
    client.post(url("reject", voucher.number), {"reason": "Nicht bestellt"})
    assert "Nicht bestellt" in client.get(voucher.get_absolute_url()).content.decode()
    posted = make_payable(treasurer, board_member)
    client.post(url("reverse", posted.number), {"reason": "Falsch"})
    posted.refresh_from_db()
    assert (posted.state, posted.entry) == ("received", None)


def test_cash_by_click(client_for, treasurer):
    client = client_for(treasurer)
    data = {
        "kind": "out",
        "booked_on": "2027-02-15",
        "amount": "4,20",
        "text": "Porto",
        "account": account("OFFICE").pk,
    }
    missing = client.post(url("record_cash"), data)
    assert missing.context["form"].errors.keys() == {"voucher"}
    empty = client.post(url("record_cash"), data | {"voucher": upload()})
    assert "Eine Kasse kann nie unter null gehen." in empty.content.decode()
    fill_cash("10.00")
    client.post(url("record_cash"), data | {"voucher": upload()})
    client.post(url("record_cash"), data | {"own_reason": "Automat ohne Quittung", "amount": "1,00"})
    assert "In der Kasse sind heute 4,80 €." in client.get(url("cash")).content.decode()
    assert url("reverse_cash", "K2027-00002") in client.get(url("cash")).content.decode()
    client.post(url("reverse_cash", "K2027-00002"), {"reason": "Irrtum"})
    assert url("reverse_cash", "K2027-00002") not in client.get(url("cash")).content.decode()
    assert [row.amount.amount for row in CashEntry.objects.all()] == [Decimal(1), Decimal(-1), Decimal("-4.20")]
    client.post(url("count_cash"), {"counted_on": "2027-02-15", "witness": "Robin Muster", "pieces_500": "1"})
    page = client.get(url("cash_count", "KZ2027-00001")).content.decode()
    assert "1 × 5,00 €" in page
    assert "−0,80 €" in page


def test_assets_by_click(client_for, treasurer, board_member):
    client = client_for(treasurer)
    bought = make_payable(treasurer, board_member, "700.00", ("TECHNOLOGY", "700.00"))
    data = {
        "name": "Beamer",
        "account": account("TECHNOLOGY").pk,
        "acquired_on": "2026-12-01",
        "cost": "700,00",
        "useful_life_months": "7",
        "voucher": bought.pk,
    }
    page = client.post(url("record_asset"), data, follow=True).content.decode()
    assert "§ 6 Abs. 2 EStG" in page
    shown = client.get(url("depreciate", 2026)).content.decode()
    assert "700,00 € − 100,00 € = 600,00 €" in shown
    client.post(url("depreciate", 2026))
    assert "600,00 €" in client.get(url("assets")).content.decode()
    client.post(url("reverse_depreciation", "A-00001", 2026), {"reason": "Falsch"})
    client.post(url("dispose", "A-00001"), {"disposed_on": "2027-02-01", "reason": "gestohlen"})
    assert FixedAsset.objects.get().disposal_entry.amount.amount == Decimal(700)


def test_lists_need_no_more_queries_for_more_rows(client_for, treasurer, board_member):
    client = client_for(treasurer)

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(url(name))
        return len(captured)

    make_payable(treasurer, board_member)
    client.get(url("vouchers"))
    few = [queries(name) for name in ("vouchers", "due", "creditors")]
    make_payable(treasurer, board_member), make_described()
    assert [queries(name) for name in ("vouchers", "due", "creditors")] == few


def test_start_page_and_search_know_vouchers(treasurer, board_member, auditor, member_user):
    assert (duties in duty_providers, search in search_providers) == (True, True)
    make_payable(treasurer, board_member), make_voucher()
    mine = resolve(duties(treasurer, DAY))
    assert [duty.title for duty in mine] == ["1 Beleg zu erfassen und zu prüfen", "1 Eingangsrechnung zu bezahlen"]
    assert (mine[1].due_on, mine[1].tone) == (date(2027, 2, 20), "info")
    assert [duty.title for duty in resolve(duties(board_member, DAY))] == ["1 Beleg zu erfassen und zu prüfen"]
    assert list(duties(auditor, DAY)) == []
    assert [hit.title for hit in search(auditor, "sommer")] == ["BE2027-00001 Druck der Tagungsmappen"]
    assert list(search(member_user, "sommer")) == []


def described(**changes: object) -> dict[str, object]:
    values = {"new_creditor": "Druckerei", "gross": "10,00", "text": "Druck", "account_1": account("PRINT").pk}
    return values | {"dated_on": "2027-02-01", "due_on": "2027-02-14"} | changes


def test_dates_of_a_voucher_that_cannot_be_right(client_for, treasurer):
    client, number = client_for(treasurer), make_voucher().number
    late = client.post(url("describe", number), described(dated_on="2027-02-16"))
    assert late.context["form"].errors["dated_on"] == [
        "Das Belegdatum darf nicht nach dem 15.02.2027 liegen. Bitte vergleichen Sie es mit dem Beleg."
    ]
    warning = "Die Fälligkeit liegt vor dem Belegdatum."
    odd = client.post(url("describe", number), described(due_on="2020-01-01"), follow=True)
    right = client.post(url("describe", number), described(dated_on="2027-02-15", due_on="2027-02-28"), follow=True)
    assert [warning in page.content.decode() for page in (odd, right)] == [True, False]
    assert Voucher.objects.get().dated_on == date(2027, 2, 15)


def test_an_own_voucher_sent_off_twice_is_one(client_for, treasurer):
    data = {"text": "Parken", "amount": "4,00", "dated_on": "2027-02-01", "payee": "Stadtwerke", "reason": "Automat"}
    client = client_for(treasurer)
    client.post(url("own"), data)
    again = client.post(url("own"), data)
    assert "Genau dieser Eigenbeleg ist heute schon als BE2027-00001" in again.context["form"].errors["text"][0]
    client.post(url("own"), data | {"text": "Parken am Nachmittag"})
    assert Voucher.objects.count() == 2


def test_who_counts_is_not_the_witness(client_for, treasurer):
    data = {"counted_on": "2027-02-15", "witness": f" {treasurer} "}
    page = client_for(treasurer).post(url("count_cash"), data)
    assert page.context["form"].errors["witness"][0].startswith("Wer zählt, kann sich nicht selbst bezeugen.")
    client_for(treasurer).post(url("count_cash"), data | {"witness": "Robin Muster"})
    assert CashCount.objects.get().witness == "Robin Muster"


def test_who_may_not_take_the_next_step_is_told_why(client_for, treasurer, board_member):
    voucher = make_described(by=treasurer)
    keeper, checker = client_for(treasurer), client_for(board_member)
    step = url("factual", voucher.number)
    assert step in keeper.get(voucher.get_absolute_url()).content.decode()
    keeper.post(url("arithmetical", voucher.number))
    pages = [client.get(voucher.get_absolute_url()).content.decode() for client in (keeper, checker)]
    assert [step in page for page in pages] == [False, True]
    assert ["Diesen Schritt muss jemand anderes tun." in page for page in pages] == [True, False]
    checker.post(step)
    pages = [client.get(voucher.get_absolute_url()).content.decode() for client in (keeper, checker)]
    assert [url("approve", voucher.number) in page for page in pages] == [False, True]
    assert ["Diesen Schritt muss jemand anderes tun." in page for page in pages] == [True, False]


def test_another_bank_account_is_paid_to_only_after_it_was_confirmed(client_for, treasurer, board_member):
    voucher = make_described(iban="DE79000000001234567890", by=treasurer)
    confirm_arithmetical(voucher, by=treasurer, on=DAY)
    confirm_factual(voucher, by=board_member, on=DAY)
    checker, where = client_for(board_member), url("approve", voucher.number)
    page = checker.get(where).content.decode()
    assert "Andere Bankverbindung als bisher" in page
    assert page.count("DE79 0000 0000 1234 5678 90") == page.count("DE02 1203 0000 0000 2020 51") == 2
    assert f"Die vier Augen wahrt {treasurer}: rechnerisch geprüft am 01.02.2027" in page
    assert "auf anderem Weg bestätigt" in checker.post(where).content.decode()
    with pytest.raises(AccountUnconfirmed):
        approve_voucher(voucher, by=board_member, on=DAY)
    assert Voucher.objects.get().state == "checked"
    checker.post(where, {"account_confirmed": "on"})
    assert Voucher.objects.get().state == "approved"
    kept = json.loads(JournalEntry.objects.get(verb="vouchers.approved").data)
    assert (kept["account_confirmed"], kept["iban"], kept["former_iban"]) == (
        True,
        "DE79000000001234567890",
        "DE02120300000000202051",
    )


def test_the_page_of_the_file_leads_to_voucher_and_entry(client_for, treasurer, board_member, member_user):
    voucher = make_payable(treasurer, board_member)
    page = client_for(treasurer).get(voucher.document.get_absolute_url()).content.decode()
    assert (voucher.get_absolute_url() in page, voucher.entry.get_absolute_url() in page) == (True, True)
    assert client_for(member_user).get(voucher.document.get_absolute_url()).status_code == 404


def test_the_known_bank_account_needs_no_confirmation(client_for, treasurer, board_member):
    voucher = make_described(by=treasurer)
    confirm_arithmetical(voucher, by=treasurer, on=DAY)
    confirm_factual(voucher, by=board_member, on=DAY)
    page = client_for(board_member).get(url("approve", voucher.number)).content.decode()
    assert ("DE02 1203 0000 0000 2020 51" in page, "Andere Bankverbindung" in page) == (True, False)
    client_for(board_member).post(url("approve", voucher.number))
    assert "iban" not in JournalEntry.objects.get(verb="vouchers.approved").data
