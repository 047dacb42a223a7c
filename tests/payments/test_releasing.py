"""Releasing a run of many payments goes on in the background: what the page says, what the work does or refuses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.banking.models import ExpectedPayment
from apps.core import jobs
from apps.core.models import Job, JobState
from apps.core.templatetags.formats import euro, iban
from apps.payments.domain.mandates import revoke_mandate
from apps.payments.domain.releasing import discard_run, take_out
from apps.payments.enums import RunState
from apps.payments.models import PaymentRun
from apps.payments.views import steps
from tests.payments.conftest import BONN, KOELN, SUPPLIER, TODAY, mandate


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(TODAY, tick=False)


def address(run: PaymentRun) -> str:
    return reverse("payments:release", args=[run.pk])


class TestManyPayments:
    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr(jobs, "FEW", 1)

    @pytest.fixture
    def click(self, client, board_member, django_capture_on_commit_callbacks):
        client.force_login(board_member)

        def post(run: PaymentRun) -> Job:
            with django_capture_on_commit_callbacks(execute=True):
                response = client.post(address(run))
            job = Job.objects.latest("pk")
            assert response["Location"] == reverse("core:job", args=[job.pk])
            return job

        return post

    def test_the_work_releases_the_run_and_leads_back_to_it(self, mandates, draft, click, client, board_member):
        run = draft()
        client.force_login(board_member)
        assert "Das läuft im Hintergrund" in client.get(address(run)).content.decode()
        job = click(run)
        run.refresh_from_db()
        assert (job.state, job.return_url) == (JobState.DONE, run.get_absolute_url())
        assert job.report.startswith("2 Zahlungen über zusammen 11.457,64 € sind freigegeben.")
        assert (run.state, run.released_by, ExpectedPayment.objects.count()) == (RunState.RELEASED, board_member, 2)

    def test_what_is_no_longer_owed_is_refused_by_the_work(self, mandates, draft, click, treasurer, invoices):
        run = draft()
        revoke_mandate(mandates[0], reason="Brief", by=treasurer, on=TODAY)
        job = click(run)
        run.refresh_from_db()
        assert (job.state, run.state) == (JobState.REFUSED, RunState.DRAFT)
        assert f"ohne gültiges Mandat: {invoices[0].number}." in job.report

    def test_who_drafted_is_refused_at_once(self, mandates, draft, client, treasurer):
        run = draft()
        client.force_login(treasurer)
        page = client.post(address(run)).content.decode()
        assert "Vier Augen" in page
        assert not Job.objects.exists()

    def test_a_second_click_finds_the_same_work(self, mandates, draft, client, board_member):
        run = draft()
        client.force_login(board_member)
        answers = {client.post(address(run))["Location"] for _click in range(2)}
        assert answers == {reverse("core:job", args=[Job.objects.get().pk])}


def test_the_page_before_the_release_asks_as_much_for_two_payments_as_for_one(
    mandates, draft, client, board_member, treasurer
):
    run, queries = draft(), []
    client.force_login(board_member)
    client.get(address(run))
    for payments in (2, 1):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address(run)).content.decode()
        assert run.orders.count() == payments
        assert "Freigeben und Datei erzeugen" in page
        queries.append(len(asked))
        take_out(run.orders.first(), by=treasurer)
    assert (queries[0], queries[0] <= 20) == (queries[1], True)


@pytest.mark.django_db(transaction=True)
def test_the_page_before_the_release_holds_nothing_locked(mandates, draft, client, board_member):
    """A page that only asks runs without a transaction: on PostgreSQL no row can be locked there."""
    client.force_login(board_member)
    page = client.get(address(draft()))
    assert "Freigeben und Datei erzeugen" in page.content.decode()


def test_drafting_asks_as_much_for_three_payments_as_for_two(bank, draft, treasurer):
    queries, made = [], []
    for city, account in (("Bonn", BONN), ("Köln", KOELN), ("München", SUPPLIER)):
        mandate(city, account, treasurer)
        with CaptureQueriesContext(connection) as asked:
            run = draft()
        queries.append(len(asked))
        made.append(run.orders.count())
        discard_run(run, by=treasurer)
    assert made == [1, 2, 3]
    assert queries[1] == queries[2], "the first one begins the series of numbers"


def test_the_page_before_the_release_names_every_payment(mandates, draft, client, board_member):
    run = draft()
    client.force_login(board_member)
    page = client.get(address(run)).content.decode()
    for order in run.orders.all():
        assert (order.name in page, iban(order.iban) in page, euro(order.amount) in page) == (True, True, True)


def test_of_a_long_run_the_page_names_the_largest_payments(mandates, draft, client, board_member, monkeypatch):
    monkeypatch.setattr(steps, "SHOWN", 1)
    run = draft()
    large, small = run.orders.order_by("-amount")
    client.force_login(board_member)
    page = client.get(address(run)).content.decode()
    assert (iban(large.iban) in page, iban(small.iban) in page) == (True, False)
    assert "und 1 weitere Zahlung im Entwurf" in page


def test_the_draft_offers_the_release_only_to_who_may_release_it(mandates, draft, client, board_member, treasurer):
    run, offered = draft(), []
    for user in (treasurer, board_member):
        client.force_login(user)
        page = client.get(run.get_absolute_url()).content.decode()
        offered.append((address(run) in page, "Vier Augen: Wer einen Lauf entworfen" in page))
    assert offered == [(False, True), (True, False)]
