"""What payments say on the start page, in the search, and on pages of lower floors."""

from datetime import date

from django.urls import reverse

from apps.payments.domain.releasing import release_run
from apps.payments.domain.transfers import order_payables
from apps.payments.duties import duties
from apps.payments.search import search_mandates, search_runs
from tests.factories.vouchers import make_payable
from tests.payments.conftest import DUE, TODAY
from tests.waiting import resolve


def titles(user, today=TODAY) -> list[str]:
    return [duty.title for duty in resolve(duties(user, today))]


def test_who_has_what_to_do(mandates, draft, treasurer, board_member, auditor):
    assert titles(treasurer) == titles(board_member) == []
    run = draft()
    assert (titles(treasurer), titles(board_member), titles(auditor)) == ([], ["1 Zahlungslauf freizugeben"], [])
    release_run(run, by=board_member, on=TODAY)
    assert titles(board_member) == []
    assert titles(treasurer) == ["1 Datei für die Bank hochzuladen"]
    assert titles(treasurer, DUE) == []
    assert titles(treasurer, date(2027, 4, 6)) == ["2 Zahlungen hat die Bank noch nicht gebucht"]
    order_payables([make_payable(treasurer, board_member)], by=treasurer)
    assert titles(treasurer, DUE) == ["1 Überweisung wartet auf einen Lauf"]


def test_runs_and_mandates_are_found_by_those_who_may_see_them(mandates, draft, treasurer, office):
    run = draft()
    assert [hit.url for hit in search_runs(treasurer, "2027-0001")] == [run.get_absolute_url()]
    assert [hit.url for hit in search_mandates(treasurer, "Bonn")] == [mandates[0].get_absolute_url()]
    assert [*search_runs(office, "2027"), *search_mandates(office, "Bonn")] == []


def test_invoice_and_account_say_what_is_on_its_way(
    mandates, draft, invoices, client, treasurer, board_member, time_machine
):
    time_machine.move_to(TODAY, tick=False)
    client.force_login(treasurer)
    run = release_run(draft(), by=board_member, on=TODAY)
    bonn = invoices[0].city
    invoice = client.get(invoices[0].get_absolute_url()).content.decode()
    assert ("Lastschrift noch nicht gebucht" in invoice, run.get_absolute_url() in invoice) == (True, True)
    account = client.get(reverse("dues:account", args=[bonn.slug])).content.decode()
    assert mandates[0].get_absolute_url() in account
    assert run.get_absolute_url() not in client.get(invoices[2].get_absolute_url()).content.decode()
