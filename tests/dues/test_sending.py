"""Announcements on their way to the cities: each version once, through outbox, mail and journal."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.accounts.roles import Role
from apps.audit.models import JournalEntry
from apps.core import jobs
from apps.core.models import Job, JobState
from apps.dispatch.domain.afterwards import note_bounce, send_again
from apps.dispatch.domain.batches import stack_letters
from apps.dispatch.domain.releasing import cancel_dispatch, release
from apps.dispatch.domain.sending import note_sent, send_released
from apps.dispatch.models import Dispatch
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain.announcements import announce, prepare_announcement
from apps.dues.domain.queries import wrong_balances
from apps.dues.domain.sending import queue_announcements, queue_unsent, unsent_announcements, unsent_invoices
from apps.dues.duties import duties
from apps.dues.models import Announcement, AnnouncementRun, DuesRun, Invoice
from apps.members.enums import EinvoiceChannel
from apps.members.models import Address, City
from tests.factories.dispatch import mail_server, make_invoice_contact
from tests.factories.dues import make_invoices, make_network, make_printed
from tests.factories.members import make_figure
from tests.waiting import resolve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eleventh_of_january")]
APRIL, JULY, DECIDED = date(2027, 4, 5), date(2027, 7, 1), date(2027, 11, 30)


def announced(*, on: date = APRIL) -> AnnouncementRun:
    return announce(prepare_announcement(2028, decided_by=DECIDED, by=None, on=on), by=None, on=on)


def printed_network() -> tuple[City, City]:
    """Köln takes mail, Bonn paper; both letters are printed."""
    koeln, bonn = make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    make_invoice_contact(koeln, "kasse@koeln.example")
    announced()
    assert print_announcements(by=None) == 2
    return koeln, bonn


def newer_letter(city: City) -> None:
    make_figure(city, value=1_000_000, reference_date=date(2025, 12, 31), published_on=date(2027, 6, 1))
    announced(on=JULY)
    assert print_announcements(by=None) == 1


def sendings(city: City) -> list[tuple[int, str, str]]:
    return list(Dispatch.objects.filter(city=city).order_by("pk").values_list("edition", "channel", "state"))


def test_every_city_gets_its_letter_once_by_its_way():
    koeln, bonn = printed_network()
    assert queue_announcements(by=None, on=APRIL) == 2
    assert queue_announcements(by=None, on=APRIL) == 0
    assert (sendings(koeln), sendings(bonn)) == ([(1, "mail", "queued")], [(1, "post", "queued")])
    mail = Dispatch.objects.get(city=koeln)
    assert (mail.kind, mail.title) == ("dues.announcement", "Beitragsvorankündigung 2028 und 2029")
    assert mail.subject == "Voraussichtliche Beiträge 2028 und 2029, Großstadtnetzwerk für Bildung"
    assert "2028: 8.709,28 € · 2029: 8.709,28 €" in mail.text.replace("\xa0", " ")
    assert "keine Rechnung und keine Zahlungsaufforderung" in mail.text
    assert "ersetzt" not in mail.text


def test_an_invoice_taken_out_of_the_outbox_waits_again_one_sent_twice_does_not():
    bonn, koeln = make_invoices(("Bonn", 323_336), ("Köln", 1_024_621))
    make_printed(bonn, koeln)
    assert [set(unsent_invoices()), wrong_balances()] == [{bonn, koeln}, []]
    assert queue_unsent(by=None, on=APRIL) == 2
    assert [list(unsent_invoices()), wrong_balances()] == [[], []]
    cancel_dispatch(Dispatch.objects.get(city=bonn.city), reason="falsche Anschrift", by=None)
    assert [list(unsent_invoices()), wrong_balances()] == [[bonn], []]
    assert queue_unsent(by=None, on=APRIL) == 1
    release(Dispatch.objects.all(), by=None, on=APRIL)
    letter = note_bounce(
        note_sent(Dispatch.objects.get(city=koeln.city), by=None), reason="unbekannt verzogen", by=None
    )
    cancel_dispatch(send_again(letter, by=None, on=APRIL), reason="erst die Anschrift klären", by=None)
    assert [list(unsent_invoices()), wrong_balances()] == [[], []]


def test_a_city_that_takes_invoices_in_a_portal_gets_the_letter_by_mail():
    koeln, _bonn = printed_network()
    koeln.einvoice_channel = EinvoiceChannel.XRECHNUNG_PORTAL
    koeln.save()
    queue_announcements(by=None, on=APRIL)
    assert sendings(koeln) == [(1, "mail", "queued")]


def test_a_newer_version_goes_out_again_and_the_older_can_be_repeated_no_more_than_once():
    koeln, bonn = printed_network()
    queue_announcements(by=None, on=APRIL)
    release(Dispatch.objects.all(), by=None, on=APRIL)
    with mail_server() as postman:
        assert send_released(by=None) == (1, 0)
        newer_letter(koeln)
        assert [row.city.name for row in unsent_announcements()] == ["Köln"]
        assert queue_announcements(by=None, on=JULY) == 1
        assert queue_announcements(by=None, on=JULY) == 0
        release(Dispatch.objects.all(), by=None, on=JULY)
        assert send_released(by=None) == (1, 0)
    assert [recipients for recipients, _raw in postman.received] == [["kasse@koeln.example"]] * 2
    assert sendings(koeln) == [(1, "mail", "sent"), (2, "mail", "sent")]
    assert sendings(bonn) == [(1, "post", "released")]
    second = Dispatch.objects.get(city=koeln, edition=2)
    assert [enclosure.version.version for enclosure in second.enclosures.all()] == [2]
    assert "Dieses Schreiben ersetzt unser früheres." in second.text
    assert JournalEntry.objects.filter(verb="dispatch.sent").count() == 2
    assert send_again(second, by=None, on=JULY).edition == 2


def test_the_database_knows_each_version_of_a_letter_once():
    koeln, _bonn = printed_network()
    queue_announcements(by=None, on=APRIL)
    first = Dispatch.objects.get(city=koeln)
    copy = {f.name: getattr(first, f.name) for f in Dispatch._meta.fields if f.name != "id"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.create(**copy)
    assert Dispatch.objects.create(**copy | {"edition": 2}).pk


def test_what_a_newer_version_supersedes_does_not_leave_any_more():
    koeln, bonn = printed_network()
    queue_announcements(by=None, on=APRIL)
    release(Dispatch.objects.filter(city=koeln), by=None, on=APRIL)
    newer_letter(koeln)
    queue_announcements(by=None, on=JULY)
    assert sendings(koeln) == [(1, "mail", "cancelled"), (2, "mail", "queued")]
    assert sendings(bonn) == [(1, "post", "queued")]
    assert Dispatch.objects.get(city=koeln, edition=1).answer == "Überholt von der Vorankündigung vom 01.07.2027."


def test_between_announcing_and_printing_a_newer_version_nothing_is_sent():
    koeln, _bonn = printed_network()
    make_figure(koeln, value=1_000_000, reference_date=date(2025, 12, 31), published_on=date(2027, 6, 1))
    announced(on=JULY)
    assert [row.city.name for row in unsent_announcements()] == ["Bonn"]


def test_a_letter_in_a_pile_stays_until_the_pile_is_dissolved():
    _koeln, bonn = printed_network()
    queue_announcements(by=None, on=APRIL)
    release(Dispatch.objects.filter(city=bonn), by=None, on=APRIL)
    stack_letters(by=None, on=APRIL)
    newer_letter(bonn)
    assert sendings(bonn) == [(1, "post", "released")]


def test_a_city_without_any_address_is_named_and_keeps_nobody_waiting(client_of):
    _koeln, bonn = printed_network()
    Address.objects.filter(city=bonn).delete()
    client, run = client_of(Role.TREASURER), AnnouncementRun.objects.get()
    url = reverse("dues:send_announcements", args=[run.pk])
    page = client.get(url).content.decode()
    assert "Ein Schreiben in den Postausgang legen" in page
    assert "ihr Schreiben bleibt hier: Bonn" in page
    client.post(url)
    assert list(Dispatch.objects.values_list("city_label", flat=True)) == ["Köln"]
    assert "Alle gedruckten Schreiben" in client.get(url).content.decode()


def test_the_treasurer_sends_them_from_the_run(client_of, user_with):
    printed_network()
    treasurer, run = user_with(Role.TREASURER), AnnouncementRun.objects.get()
    title = "2 Beitragsvorankündigungen noch zu versenden"
    assert title in [str(duty.title) for duty in resolve(duties(treasurer, APRIL))]
    client, url = client_of(Role.TREASURER), reverse("dues:send_announcements", args=[run.pk])
    assert url in client.get(run.get_absolute_url()).content.decode()
    assert "2 Schreiben in den Postausgang legen" in client.get(url).content.decode()
    for _click in range(2):
        client.post(url)
    assert Dispatch.objects.count() == 2
    assert url not in client.get(run.get_absolute_url()).content.decode()
    letter = Announcement.objects.get(city__name="Köln")
    assert (
        Dispatch.objects.get(city=letter.city).get_absolute_url()
        in client.get(letter.get_absolute_url()).content.decode()
    )


class TestManyCities:
    """Beyond some hundreds of cities the same buttons start work in the background."""

    @pytest.fixture(autouse=True)
    def _few(self, monkeypatch):
        monkeypatch.setattr(jobs, "FEW", 1)
        make_network(("Köln", 1_024_621), ("Bonn", 323_336))

    @pytest.fixture
    def click(self, client_of, django_capture_on_commit_callbacks):
        client = client_of(Role.TREASURER)

        def post(url: str, **data: object) -> Job:
            with django_capture_on_commit_callbacks(execute=True):
                response = client.post(url, data)
            assert response.status_code == 302, response.content.decode()
            assert "/arbeit/" in response["Location"]
            return Job.objects.latest("pk")

        return post

    def test_from_the_forecast_to_the_outbox(self, click, client_of):
        create = reverse("dues:announcement_create")
        job = click(create, year=2028, decided_by="2027-11-30")
        run = AnnouncementRun.objects.get()
        assert (job.state, job.return_url) == (JobState.DONE, run.get_absolute_url())
        page = client_of(Role.TREASURER).get(reverse("dues:announce", args=[run.pk])).content.decode()
        assert "Vorher wird geprüft" in page
        assert click(reverse("dues:announce", args=[run.pk])).kind == "dues.print_announcements"
        assert Announcement.objects.standing().filter(document__isnull=False).count() == 2
        job = click(reverse("dues:send_announcements", args=[run.pk]))
        assert (job.total, job.done, Dispatch.objects.count()) == (2, 2, 2)
        job = click(create, year=2028, decided_by="2027-11-30")
        assert (job.state, AnnouncementRun.objects.count()) == (JobState.REFUSED, 1)
        assert job.report.startswith("Alle Städte kennen die voraussichtlichen Beiträge 2028 und 2029 schon.")

    def test_from_the_preview_to_the_outbox(self, click, client_of):
        job = click(reverse("dues:run_create"), year=2027)
        run = DuesRun.objects.get()
        assert (job.state, job.return_url) == (JobState.DONE, run.get_absolute_url())
        page = client_of(Role.TREASURER).get(reverse("dues:run_issue", args=[run.pk])).content.decode()
        assert "Vorher wird geprüft" in page
        click(reverse("dues:run_issue", args=[run.pk]))
        assert Invoice.objects.filter(document__isnull=False).count() == 2
        click(reverse("dues:send_invoices"))
        assert Dispatch.objects.count() == 2

    def test_what_changed_since_the_preview_is_refused_by_the_work(self, click):
        click(reverse("dues:run_create"), year=2027)
        City.objects.filter(name="Bonn").update(name="Bonn am Rhein")
        job = click(reverse("dues:run_issue", args=[DuesRun.objects.get().pk]))
        assert (job.state, Invoice.objects.count()) == (JobState.REFUSED, 0)
        assert "Bonn am Rhein" in job.report

    def test_a_killed_worker_leaves_nothing_and_the_work_is_taken_up(self, click):
        click(reverse("dues:run_create"), year=2027)
        run = DuesRun.objects.get()
        dead = Job.objects.create(kind="dues.issue_run", key=str(run.pk), title="tot", state=JobState.RUNNING)
        Job.objects.filter(pk=dead.pk).update(created_at=dead.created_at.replace(year=2026))
        click(reverse("dues:run_issue", args=[run.pk]))
        dead.refresh_from_db()
        assert (dead.state, Invoice.objects.count()) == (JobState.FAILED, 2)
