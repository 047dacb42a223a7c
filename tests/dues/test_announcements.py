"""Announcement of expected dues: what cities are told, once, and what happens when a figure changes."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.core.transitions import WrongState
from apps.documents.models import Document
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain import errors
from apps.dues.domain.announcements import announce, discard_announcement, expected_of, prepare_announcement
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.schedules import end_schedule
from apps.dues.domain.sending import queue_announcements
from apps.dues.duties import dues_year, duties
from apps.dues.enums import AnnouncementState
from apps.dues.models import Announcement, AnnouncementRun, FeeSchedule, Invoice
from apps.dues.tasks import start_printing_announcements
from apps.ledger.models import Entry
from apps.members.models import Address, City, Membership
from apps.pdf.text import pdf_text
from tests.factories.dues import TODAY, make_network, make_preview, make_real_network, make_schedule
from tests.factories.members import make_delegate, make_figure, make_member
from tests.waiting import resolve, taken

pytestmark = pytest.mark.django_db
D = Decimal
APRIL, DECIDED = date(2027, 4, 5), date(2027, 11, 30)
TWO_CITIES = (("Köln", 1_024_621), ("Bonn", 323_336))


def preview(year: int = 2028, *, on: date = APRIL) -> AnnouncementRun:
    return prepare_announcement(year, decided_by=DECIDED, by=None, on=on)


def announced(*members: tuple[str, int]) -> AnnouncementRun:
    make_network(*(members or TWO_CITIES))
    return announce(preview(), by=None, on=APRIL)


def new_figure(city: City, value: int) -> None:
    make_figure(city, value=value, reference_date=date(2025, 12, 31), published_on=date(2027, 6, 1))


def test_29_cities_learn_what_they_will_owe_and_nothing_is_claimed(cities_csv):
    make_real_network(cities_csv)
    run = announce(preview(), by=None, on=APRIL)
    assert (run.count, run.total.amount, run.next_total.amount) == (29, D("142307.34"), D("142307.34"))
    augsburg = Announcement.objects.standing().get(city__name="Augsburg")
    assert [(item["year"], item["amount"]) for item in augsburg.calculations] == [(2028, "2559.39"), (2029, "2559.39")]
    assert augsburg.calculations[0]["steps"][0]["detail"].startswith("301.105 × 0,0085")
    assert augsburg.calculations[0]["counts_from"] == "2027-09-30"
    assert (Invoice.objects.count(), Entry.objects.count()) == (0, 0)


def test_again_gives_nothing_twice():
    run = announced()
    with pytest.raises(WrongState):
        announce(run, by=None, on=APRIL)
    with pytest.raises(errors.NothingToAnnounce, match="Es ist nichts zu tun"):
        preview()
    assert Announcement.objects.standing().count() == 2


def test_changed_figure_gives_a_new_version_that_supersedes_the_document():
    announced()
    assert print_announcements(by=None) == 2
    koeln = City.objects.get(name="Köln")
    new_figure(koeln, 1_000_000)
    run = preview(on=date(2027, 7, 1))
    assert [row.city_label for row in run.announcements.all()] == ["Köln"]
    announce(run, by=None, on=date(2027, 7, 1))
    assert print_announcements(by=None) == 1
    assert print_announcements(by=None) == 0
    versions = Announcement.objects.filter(city=koeln).order_by("version")
    assert [(row.version, row.state, row.amount.amount) for row in versions] == [
        (1, AnnouncementState.SUPERSEDED, D("8709.28")),
        (2, AnnouncementState.STANDING, D("8500.00")),
    ]
    [document] = Document.objects.filter(city=koeln, origin="dues.announcement")
    assert {row.document_id for row in versions} == {document.pk}
    assert [version.version for version in document.versions.order_by("version")] == [1, 2]
    assert [item.amount for item in expected_of(koeln)] == [D("8500.00"), D("8500.00")]
    assert Document.objects.filter(origin="dues.announcement").count() == 2


def test_new_day_of_decision_is_told_again_only_when_it_changes():
    announced()
    run = prepare_announcement(2028, decided_by=date(2027, 12, 5), by=None, on=APRIL)
    assert (run.count, {row.version for row in run.announcements.all()}) == (2, {2})


def test_letter_asks_for_no_money():
    announced(("Köln", 1_024_621))
    print_announcements(by=None)
    document = Document.objects.get(origin="dues.announcement")
    with default_storage.open(document.versions.get().storage_path) as file:
        text = " ".join(pdf_text(file.read()).replace("\xa0", " ").split())
    for part in (
        "Stadt Köln Rathausplatz 1 50667 Köln",
        "Beitragsvorankündigung 2028 und 2029 (vorläufig)",
        "2028 vorläufig 1.024.621 31.12.2024 8.709,28 €",
        "2029 vorläufig 1.024.621 31.12.2024 8.709,28 €",
        "bis zum 30.11.2027 beschlossen",
        "die bis zum 30.09.2027 veröffentlicht ist",
        "keine Rechnung und keine Zahlungsaufforderung",
        "1.024.621 × 0,0085 €",
    ):
        assert part in text
    for part in ("Bitte überweisen", "Zahlen mit Code", "Verwendungszweck"):
        assert part not in text


def test_preview_that_no_longer_holds_is_refused():
    make_network(*TWO_CITIES)
    run = preview()
    new_figure(City.objects.get(name="Bonn"), 300_000)
    with pytest.raises(errors.PreviewOutdated, match="Bonn"):
        announce(run, by=None, on=date(2027, 6, 2))
    newer = preview(on=date(2027, 6, 2))
    run.refresh_from_db()
    assert run.state == "discarded"
    assert announce(newer, by=None, on=date(2027, 6, 2)).total.amount == D("11259.28")
    with pytest.raises(WrongState):
        discard_announcement(newer, by=None, on=APRIL)


def test_only_who_is_a_member_then_and_with_a_schedule_of_each_year():
    [koeln, _bonn] = make_network(*TWO_CITIES)
    Membership.objects.filter(city=koeln).update(ends_on=date(2028, 12, 31))
    run = preview()
    assert [(row.city_label, row.next_amount and row.next_amount.amount) for row in run.announcements.all()] == [
        ("Bonn", D("2748.36")),
        ("Köln", None),
    ]
    make_schedule(title="Ordnung 2029", valid_from=date(2029, 1, 1), rate=D("0.01"))
    [bonn, _koeln] = preview().announcements.all()
    assert (bonn.amount.amount, bonn.next_amount.amount) == (D("2748.36"), D("3233.36"))
    for schedule in FeeSchedule.objects.all():
        end_schedule(schedule, valid_until=date(2029, 1, 2), reason="Ende", by=None)
    with pytest.raises(errors.NoScheduleInForce, match="2030"):
        preview(2029)


def test_issued_year_is_not_announced_and_a_past_day_not_promised():
    make_network(*TWO_CITIES)
    issue_run(make_preview(), by=None, on=TODAY)
    with pytest.raises(errors.AlreadyIssued):
        preview(2027)
    with pytest.raises(errors.DayNotPossible):
        prepare_announcement(2028, decided_by=date(2027, 1, 10), by=None, on=TODAY)


def test_city_without_figure_is_named_not_guessed():
    make_network(("Köln", 1_024_621))
    make_member("Bonn", population=None)
    run = preview()
    assert ([item["text"] for item in run.findings], run.count) == (["Bonn: Es fehlt die Einwohnerzahl."], 1)


def test_what_was_announced_is_final():
    run = announced()
    row = Announcement.objects.first()
    for change in ({"amount": 1}, {"version": 9}, {"calculations": []}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Announcement.objects.filter(pk=row.pk).update(**change)
    for queryset in (Announcement.objects.all(), AnnouncementRun.objects.filter(pk=run.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            queryset.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnouncementRun.objects.update(announced_on=TODAY)


def test_duty_of_the_treasurer_until_30_april(user_with):
    make_network(*TWO_CITIES)
    treasurer = user_with(Role.TREASURER)

    def asked(on: date) -> list[tuple[str, str]]:
        return [(duty.title, duty.tone) for duty in resolve(duties(treasurer, on)) if "ankündig" in duty.title]

    assert asked(date(2027, 1, 29)) == []
    assert asked(date(2027, 1, 30)) == [("Beiträge 2028 vorankündigen", "info")]
    assert asked(date(2027, 5, 1)) == [("Beiträge 2028 vorankündigen", "danger")]
    run = preview()
    title = "Beitragsvorankündigung 2028: Vorschau prüfen und bekannt geben"
    assert asked(date(2027, 5, 1)) == [(title, "warning")]
    announce(run, by=None, on=APRIL)
    assert asked(date(2027, 5, 1)) == []


@pytest.mark.usefixtures("eleventh_of_january")
class TestPages:
    def test_treasurer_previews_and_announces(self, client_of, django_capture_on_commit_callbacks):
        make_network(*TWO_CITIES)
        client = client_of(Role.TREASURER)
        form = client.get(reverse("dues:announcement_create")).content.decode()
        assert "2027-11-30" in form
        client.post(reverse("dues:announcement_create"), {"year": 2028, "decided_by": "2027-11-30"})
        run = AnnouncementRun.objects.get()
        assert "8.709,28" in client.get(run.get_absolute_url()).content.decode()
        url = reverse("dues:announce", args=[run.pk])
        assert "2 Städten bekannt geben" in client.get(url).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url)
        assert "/arbeit/" in response["Location"] or "job" in response["Location"]
        assert Announcement.objects.standing().filter(document__isnull=False).count() == 2
        client.post(url)
        assert Announcement.objects.count() == 2
        exported = client.get(run.get_absolute_url(), {"export": "csv"}).content.decode("utf-8-sig")
        assert "Köln;1024621;8709,28;8709,28;1" in exported

    def test_city_sees_its_own_and_never_another(self, client):
        announced()
        print_announcements(by=None)
        koeln, bonn = Announcement.objects.get(city__name="Köln"), Announcement.objects.get(city__name="Bonn")
        client.force_login(make_delegate(koeln.city))
        account = client.get(reverse("dues:account", args=[koeln.city.slug])).content.decode()
        assert "Voraussichtliche Beiträge" in account
        assert koeln.get_absolute_url() in account
        page = client.get(koeln.get_absolute_url()).content.decode()
        assert "8.709,28" in page
        assert "keine Zahlungsaufforderung" in page
        letter = client.get(reverse("dues:announcement_pdf", args=[koeln.pk]))
        assert client.get(letter["Location"])["Content-Type"] == "application/pdf"
        for url in (
            bonn.get_absolute_url(),
            reverse("dues:announcement_pdf", args=[bonn.pk]),
            bonn.run.get_absolute_url(),
            bonn.document.get_absolute_url(),
        ):
            assert (url, client.get(url).status_code) == (url, 404)

    def test_city_never_sees_a_preview(self, client):
        [koeln] = make_network(("Köln", 1_024_621))
        run = preview()
        client.force_login(make_delegate(koeln))
        assert client.get(run.announcements.get().get_absolute_url()).status_code == 404
        assert "Voraussichtliche" not in client.get(reverse("dues:account", args=[koeln.slug])).content.decode()

    def test_pages_need_the_same_queries_for_more_cities(self, client_of):
        client = client_of(Role.TREASURER)
        run = announced(*TWO_CITIES)
        counts = []
        for more in ("Aachen", "Ulm"):
            urls = [
                reverse("dues:announcement_runs"),
                run.get_absolute_url(),
                run.announcements.first().get_absolute_url(),
            ]
            with CaptureQueriesContext(connection) as queries:
                assert [client.get(url).status_code for url in urls] == [200, 200, 200]
            counts.append(len(queries))
            make_member(more)
            run = announce(preview(), by=None, on=APRIL)
        assert counts[0] == counts[1]

    def test_interrupted_printing_is_taken_up(self, client_of, django_capture_on_commit_callbacks):
        run = announced()
        client = client_of(Role.TREASURER)
        url = reverse("dues:announcement_print", args=[run.pk])
        assert "2 fehlende PDF-Dateien" in client.get(url).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url)
        assert start_printing_announcements(by=None, return_url="/") is None
        assert "Es ist nichts zu tun" in client.get(url).content.decode()


def test_announcing_is_done_when_every_letter_has_gone_out(user_with, client_of, time_machine):
    """Announced is not told: the step of the year waits for printing and outbox; the start page shows what comes next."""
    run = announced()
    treasurer = user_with(Role.TREASURER)

    def is_told() -> bool:
        return next(done for step, done in taken(dues_year(treasurer, [2027])) if "vorankündigen" in step.title)

    assert not is_told()
    print_announcements(by=None)
    assert not is_told()
    queue_announcements(run, by=None, on=APRIL)
    assert is_told()
    issue_run(make_preview(), by=None, on=TODAY)
    time_machine.move_to(date(2027, 11, 26))
    page = client_of(Role.TREASURER).get(reverse("portal:year")).content.decode()
    assert "Jahresabschluss 2027 aufstellen" in page
    assert "Beiträge 2029 vorankündigen" in page


@pytest.mark.parametrize("is_told", [True, False])
def test_a_city_nobody_can_reach_keeps_nothing_waiting(user_with, is_told):
    run = announced()
    lost, other = (row.city for row in run.announcements.order_by("pk"))
    City.objects.filter(pk=other.pk).update(invoice_email="haushalt@stadt.example")
    Address.objects.filter(city__in=[lost, other]).delete()
    print_announcements(by=None)
    if is_told:
        assert queue_announcements(run, by=None, on=APRIL) == 1
    steps = taken(dues_year(user_with(Role.TREASURER), [2027]))
    assert [done for step, done in steps if "vorankündigen" in step.title] == [is_told]


def test_the_start_page_leads_a_city_to_its_account_and_announcement(client, client_of):
    run = announced()
    own = run.announcements.first()
    client.force_login(make_delegate(own.city))
    page = client.get("/").content.decode()
    wanted = [reverse("dues:account", args=[own.city.slug]), own.get_absolute_url(), reverse("budget:meetings")]
    assert [url in page for url in wanted] == [True, True, True]
    others = run.announcements.exclude(pk=own.pk)
    assert others.exists()
    assert not any(f'"{other.get_absolute_url()}"' in page for other in others)
    assert f"Beitragsvorankündigung {own.year}" not in client_of(Role.TREASURER).get("/").content.decode()
