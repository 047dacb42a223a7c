"""The screens: who sees what, how many queries, and the treasurer's way from preview to receipt."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.roles import Role
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.domain.issuing import issue_run
from apps.dues.duties import dues_year, duties
from apps.dues.models import DuesRun, FeeRelief, FeeSchedule, Invoice
from apps.dues.search import search
from apps.dues.tasks import start_printing
from apps.members.models import City
from tests.factories.dues import TODAY, make_draft_schedule, make_invoices, make_network, make_payment, make_preview
from tests.factories.members import make_delegate, make_member
from tests.waiting import resolve, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eleventh_of_january")]


def addresses(number: str, slug: str) -> dict[str, str]:
    run, schedule = DuesRun.objects.first(), FeeSchedule.objects.first()
    assert run is not None
    assert schedule is not None
    return {
        "overview": reverse("dues:overview"),
        "schedules": reverse("dues:schedules"),
        "schedule": schedule.get_absolute_url(),
        "schedule_create": reverse("dues:schedule_create"),
        "schedule_edit": reverse("dues:schedule_edit", args=[schedule.pk]),
        "schedule_end": reverse("dues:schedule_end", args=[schedule.pk]),
        "reliefs": reverse("dues:reliefs"),
        "relief_create": reverse("dues:relief_create"),
        "runs": reverse("dues:runs"),
        "run": run.get_absolute_url(),
        "run_create": reverse("dues:run_create"),
        "run_issue": reverse("dues:run_issue", args=[run.pk]),
        "run_discard": reverse("dues:run_discard", args=[run.pk]),
        "run_pdf": reverse("dues:run_pdf", args=[run.pk]),
        "invoices": reverse("dues:invoices"),
        "print": reverse("dues:print"),
        "invoice": reverse("dues:invoice", args=[number]),
        "invoice_cancel": reverse("dues:invoice_cancel", args=[number]),
        "apply_credit": reverse("dues:apply_credit", args=[number]),
        "accounts": reverse("dues:accounts"),
        "account": reverse("dues:account", args=[slug]),
        "account_pdf": reverse("dues:account_pdf", args=[slug]),
    }


ACTS = {"schedule_create", "schedule_edit", "schedule_end", "relief_create", "run_create", "run_issue", "run_discard"}
ACTS |= {"print", "invoice_cancel", "apply_credit"}
OWN = {"overview", "invoices", "invoice", "accounts", "account", "account_pdf"}


@pytest.mark.parametrize("role", list(Role))
def test_treasurer_acts_board_and_auditor_see_others_find_nothing(role, client_of):
    make_invoices()
    client = client_of(role)
    for name, url in addresses("2027-0001", "bonn").items():
        allowed = role == Role.TREASURER or (role in {Role.BOARD, Role.AUDITOR} and name not in ACTS)
        assert (name, client.get(url).status_code) == (name, 200 if allowed else 404)


def test_delegate_of_koeln_sees_koeln_and_never_bonn(client):
    [bonn, koeln] = make_invoices()
    cancel_invoice(bonn, reason="Irrtum", by=None, on=TODAY)
    start_printing(by=None)
    client.force_login(make_delegate(koeln.city))
    foreign = {
        name: url
        for name, url in addresses(bonn.number, "bonn").items()
        if name not in {"overview", "invoices", "accounts"}
    }
    foreign |= {
        "pdf": reverse("dues:invoice_pdf", args=[bonn.number]),
        "note": reverse("dues:credit_note_pdf", args=[bonn.number]),
    }
    bonn.refresh_from_db()
    foreign |= {"history": reverse("audit:history", args=["dues", "invoice", bonn.pk])}
    if bonn.document:
        foreign |= {
            "document": bonn.document.get_absolute_url(),
            "file": bonn.document.versions.get().get_absolute_url(),
        }
    for name, url in foreign.items():
        assert (name, client.get(url).status_code) == (name, 404)
    for name, url in addresses(koeln.number, "koln").items():
        slug_url = url.replace("/koln/", f"/{koeln.city.slug}/")
        assert (name, client.get(slug_url).status_code) == (name, 200 if name in OWN else 404)
    listed = client.get(reverse("dues:invoices")).content.decode()
    assert koeln.number in listed
    assert bonn.number not in listed
    assert [hit.title for hit in search(client.get("/").wsgi_request.user, "2027")] == ["2027-0002, Köln"]


def test_treasurer_previews_and_issues(client_of):
    make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    client = client_of(Role.TREASURER)
    response = client.post(reverse("dues:run_create"), {"year": 2027})
    run = DuesRun.objects.get()
    assert response["Location"] == run.get_absolute_url()
    page = client.get(run.get_absolute_url()).content.decode()
    assert "11.457,64" in page
    assert "1.024.621 × 0,0085" in page
    confirm = client.get(reverse("dues:run_issue", args=[run.pk])).content.decode()
    assert "2 Beitragsrechnungen über zusammen 11.457,64" in confirm.replace("\xa0", " ")
    for _click in range(2):
        client.post(reverse("dues:run_issue", args=[run.pk]))
    assert list(Invoice.objects.values_list("number", flat=True)) == ["2027-0001", "2027-0002"]


def test_outdated_preview_shows_what_changed_and_has_no_button(client_of):
    make_network(("Köln", 1_024_621))
    run = make_preview()
    make_member("Bonn")
    client = client_of(Role.TREASURER)
    assert "Bonn ist hinzugekommen" in client.get(run.get_absolute_url()).content.decode()
    confirm = client.get(reverse("dues:run_issue", args=[run.pk])).content.decode()
    assert "Bonn ist hinzugekommen" in confirm
    client.post(reverse("dues:run_issue", args=[run.pk]))
    assert Invoice.objects.count() == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_preview_and_invoices_can_be_exported(kind, client_of):
    make_invoices()
    client = client_of(Role.TREASURER)
    for url in (DuesRun.objects.get().get_absolute_url(), reverse("dues:invoices")):
        response = client.get(url, {"export": kind})
        assert response.status_code == 200
        if kind == "csv":
            assert "8709,28" in response.content.decode("utf-8-sig")


def test_cancelling_on_screen(client_of):
    [bonn, _koeln] = make_invoices()
    client = client_of(Role.TREASURER)
    url = reverse("dues:invoice_cancel", args=[bonn.number])
    assert "Dieses Feld" in client.post(url, {"reason": ""}).content.decode()
    client.post(url, {"reason": "Falscher Empfänger"})
    page = client.get(bonn.get_absolute_url()).content.decode()
    assert "storniert" in page
    assert "Falscher Empfänger" in page


def test_credit_is_applied_on_screen(client_of):
    [bonn, _koeln] = make_invoices()
    make_payment(None, "100.00", city=bonn.city)
    client = client_of(Role.TREASURER)
    assert "Guthaben verrechnen" in client.get(bonn.get_absolute_url()).content.decode()
    url = reverse("dues:apply_credit", args=[bonn.number])
    wish = {"reason": "Schreiben der Stadtkasse vom 04.01.2027"}
    too_much = client.post(url, {"amount": "200,00"} | wish).content.decode().replace("\xa0", " ")
    assert "ein Guthaben von 100,00 €. Mehr ist nicht möglich." in too_much
    assert "Dieses Feld" in client.post(url, {"amount": "100,00"}).content.decode()
    client.post(url, {"amount": "100,00"} | wish)
    assert Invoice.objects.with_balance().get(pk=bonn.pk).allocated == Decimal("100.00")


SCHEDULE = {
    "title": "Beitragsordnung 2028",
    "valid_from": "2028-01-01",
    "legal_basis": "§ 5 der Satzung",
    "form": "tier_rate",
    "rounding": "cent",
    "pro_rata": "none",
    "due_day": 31,
    "due_month": 3,
    "population_rule": "newest",
    "cut_off_day": 30,
    "cut_off_month": 9,
    "announce_day": 30,
    "announce_month": 4,
    "tiers-TOTAL_FORMS": 3,
    "tiers-INITIAL_FORMS": 0,
    "tiers-0-upper": 400_000,
    "tiers-0-value": "0,01",
    "tiers-1-value": "0,005",
    "tiers-1-cap": "4.000,00",
}


def test_editor_shows_the_example_and_warns_of_inversion(client_of):
    make_network(("Köln", 1_024_621), ("Bonn", 323_336))
    client = client_of(Role.TREASURER)
    url = reverse("dues:schedule_create")
    page = client.post(url, SCHEDULE | {"example": "1"}).content.decode().replace("\xa0", " ")
    assert "3.233,36 €" in page
    assert "Eine größere Stadt zahlt weniger" in page
    part = client.post(url, SCHEDULE, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert FeeSchedule.objects.count() == 1
    client.post(url, SCHEDULE)
    schedule = FeeSchedule.objects.get(title="Beitragsordnung 2028")
    assert [(tier.upper, tier.value) for tier in schedule.tiers.all()] == [
        (400_000, Decimal("0.01")),
        (None, Decimal("0.005")),
    ]
    assert client.get(reverse("dues:schedule_edit", args=[schedule.pk])).status_code == 200
    resolution = FeeSchedule.objects.first().resolution or FeeSchedule.objects.last().resolution
    client.post(reverse("dues:schedule_in_force", args=[schedule.pk]), {"resolution": resolution.pk})
    schedule.refresh_from_db()
    assert not schedule.is_draft


def test_schedule_in_force_is_not_edited(client_of):
    make_network()
    schedule = FeeSchedule.objects.get()
    client = client_of(Role.TREASURER)
    page = client.post(reverse("dues:schedule_edit", args=[schedule.pk]), SCHEDULE).content.decode()
    assert "ist in Kraft und bleibt unverändert" in page
    client.post(
        reverse("dues:schedule_end", args=[schedule.pk]), {"valid_until": "2029-01-01", "reason": "Neue Ordnung"}
    )
    schedule.refresh_from_db()
    assert (schedule.title, schedule.valid_until) == ("Beitragsordnung 2027", date(2029, 1, 1))


def test_relief_reduces_the_fee(client_of):
    [koeln] = make_network(("Köln", 1_024_621))
    resolution = FeeSchedule.objects.get().resolution
    data = {
        "city": koeln.pk,
        "kind": "lead_city",
        "percent": "50",
        "valid_from": "2027-01-01",
        "resolution": resolution.pk,
    }
    client_of(Role.TREASURER).post(reverse("dues:relief_create"), data | {"reason": "Federführung 2027"})
    assert FeeRelief.objects.count() == 1
    [row] = make_preview().assessments.all()
    assert row.amount.amount == Decimal("4354.64")
    assert "federführende Stadt" in row.steps[-2]["label"]


@pytest.mark.parametrize(
    "page", ["overview", "schedules", "reliefs", "runs", "run", "invoices", "accounts", "account", "invoice"]
)
def test_pages_need_few_queries_whatever_the_number_of_rows(page, client_of):
    make_invoices()
    client = client_of(Role.TREASURER)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(addresses("2027-0001", "bonn")[page])
        counts.append(len(queries) - 2)
        more = make_member("Aachen")
        run = make_preview(supplement=True)
        [invoice] = issue_run(run, by=None, on=TODAY)
        make_payment(invoice, "1.00")
        make_payment(Invoice.objects.get(number="2027-0001"), "1.00")
        make_draft_schedule(title=str(more))
        if counts[1:]:
            break
        City.objects.filter(pk=more.pk).update(name="Aachen-Mitte", slug="aachen-mitte")
    assert counts[0] == counts[1]
    assert counts[0] <= 20


def test_the_year_begins_with_the_first_schedule_and_forgets_what_was_not_announced(user_with):
    make_invoices()
    steps = taken(dues_year(user_with(Role.TREASURER), [2025, 2026, 2027]))
    assert [(step.title, done) for step, done in steps] == [
        ("Beiträge 2027 erheben", True),
        ("Beiträge 2028 vorankündigen", False),
    ]


def test_members_without_a_schedule_make_one_the_first_duty(user_with):
    treasurer = user_with(Role.TREASURER)
    assert resolve(duties(treasurer, TODAY)) == []
    make_member("Köln")
    assert [(duty.title, duty.url) for duty in resolve(duties(treasurer, TODAY))] == [
        ("Beitragsordnung entwerfen und in Kraft setzen", reverse("dues:schedules"))
    ]


def test_duties_of_treasurer_and_city(user_with):
    [_bonn, koeln] = make_invoices()
    treasurer, delegate = user_with(Role.TREASURER), make_delegate(koeln.city)
    assert [duty.title for duty in resolve(duties(treasurer, TODAY))] == ["Rechnungen: 2 PDF noch zu erzeugen"]
    assert [duty.tone for duty in resolve(duties(treasurer, date(2027, 4, 1)))] == ["info", "danger", "warning"]
    [duty] = resolve(duties(delegate, TODAY))
    assert (duty.title, duty.due_on) == ("Beitragsrechnung 2027-0002 bezahlen", date(2027, 3, 31))
    make_payment(koeln, "8709.28")
    assert resolve(duties(delegate, TODAY)) == []
