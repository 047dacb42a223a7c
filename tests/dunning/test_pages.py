"""The screens, the printed letter, the warning list, what stands on pages below."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.dispatch.models import Dispatch
from apps.dues.domain.issuing import issue_run as issue_dues
from apps.dues.models import Invoice
from apps.dues.tasks import start_printing as print_invoices
from apps.dunning.domain.care import record_event
from apps.dunning.domain.limitation import claims_at_risk
from apps.dunning.duties import duties
from apps.dunning.models import DunningBlock, DunningItem, DunningLetter, DunningProcedure, DunningRun, LimitationEvent
from apps.dunning.printing import print_now
from apps.dunning.prints import letter_job
from apps.dunning.search import search
from apps.organisation.domain.queries import letterhead
from apps.organisation.domain.seeds import load_reference_data
from apps.pdf.render import render_pdf
from apps.pdf.text import pdf_text
from tests.factories.claims import make_write_off
from tests.factories.dues import (
    TODAY,
    make_invoices,
    make_payment,
    make_preview,
    make_printed,
    make_received,
    make_resolution,
)
from tests.factories.dunning import FIRST, make_letters, make_overdue, make_procedure
from tests.factories.members import make_delegate, make_member
from tests.waiting import resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_april() -> Iterator[None]:
    with time_machine.travel(datetime(2027, 4, 14, 9, tzinfo=UTC), tick=False):
        yield


def post(client: Client, name: str, *arguments: object, **data: object) -> str:
    response = client.post(reverse(name, args=arguments), data)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def printed(letter: DunningLetter) -> str:
    items = list(letter.items.select_related("invoice").order_by("position"))
    job = letter_job(letter, items, letterhead(letter.issued_on))
    content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
    return " ".join(pdf_text(content).replace("\xa0", " ").split())


def test_without_an_overdue_invoice_no_preview_is_offered(client_of):
    make_procedure()
    page = client_of(Role.TREASURER).get(reverse("dunning:run_create")).content.decode()
    assert "Es ist keine Rechnung überfällig. Es ist nichts zu tun." in page
    assert "Vorschau erstellen" not in page


@pytest.mark.usefixtures("in_april")
def test_from_the_overdue_invoice_to_the_outbox(client_of, django_capture_on_commit_callbacks):
    load_reference_data()
    make_invoices(("Köln", 1_024_621), ("Bonn", 323_336))
    with django_capture_on_commit_callbacks(execute=True):
        print_invoices(by=None)
    make_received(*Invoice.objects.all())
    client = client_of(Role.TREASURER)
    assert "keine Mahnordnung in Kraft" in client.get(reverse("dunning:run_create")).content.decode()
    editor = client.get(reverse("dunning:procedure_create"))
    data = {"title": "Mahnordnung 2027", "valid_from": "2027-01-01", "minimum": "5,00", "interest_points": ""}
    for form in editor.context["level_forms"]:
        data |= {f"{form.prefix}-{name}": form[name].value() for name in form.fields}
        data.pop(f"{form.prefix}-shows_interest")
        data[f"{form.prefix}-fee"] = "0,00"
    wrong = client.post(reverse("dunning:procedure_create"), data | {"stufe1-fee": "5,00"})
    assert "Mahnkosten brauchen eine Grundlage" in wrong.content.decode()
    post(client, "dunning:procedure_create", **data)
    procedure = DunningProcedure.objects.get()
    post(client, "dunning:procedure_in_force", procedure.pk, resolution=make_resolution().pk)
    confirm = client.get(reverse("dunning:run_create")).content.decode()
    assert "2 Städte mit 2 Rechnungen über zusammen 11.457,64 €" in confirm
    run_url = post(client, "dunning:run_create")
    assert "fällig am 31.03.2027, seitdem 14 Tage" in client.get(run_url).content.decode()
    run = DunningRun.objects.get()
    assert (
        "2 Mahnschreiben über zusammen 11.457,64 € ausstellen"
        in client.get(reverse("dunning:run_issue", args=[run.pk])).content.decode()
    )
    with django_capture_on_commit_callbacks(execute=True):
        post(client, "dunning:run_issue", run.pk)
    assert client.post(reverse("dunning:run_issue", args=[run.pk])).status_code == 200
    sending = Dispatch.objects.get(city_label="Köln", kind="dunning.letter")
    assert [each.version.filename for each in sending.enclosures.order_by("position")] == [
        "Mahnschreiben-M-2027-0002.pdf",
        "Beitragsrechnung-2027-0002.pdf",
    ]
    letter = DunningLetter.objects.get(number="M-2027-0002")
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "wartet auf Freigabe" in page
    account = client.get(reverse("dues:account", args=["koeln"])).content.decode()
    assert "Zahlungserinnerung zu Rechnung 2027-0002" in account
    assert (
        "vom 14.04.2027, Frist bis 28.04.2027"
        in client.get(reverse("dues:invoice", args=["2027-0002"])).content.decode()
    )
    assert post(client, "dunning:withdraw", letter.number, reason="Irrtum") == letter.get_absolute_url()
    assert "Irrtum" in client.get(letter.get_absolute_url()).content.decode()
    assert (
        "Zahlungserinnerung zu Rechnung 2027-0002"
        not in client.get(reverse("dues:account", args=["koeln"])).content.decode()
    )


def test_what_is_written_off_is_no_longer_demanded():
    """Of Köln a part is written off: the letter claims the rest, without interest on that part; Bonn is left in peace."""
    make_overdue(("Bonn", 323_336), ("Köln", 1_024_621))
    bonn, koeln = Invoice.objects.order_by("number")
    make_payment(koeln, "1000.00", on=date(2027, 4, 1))
    make_write_off(bonn, on=date(2027, 4, 2))
    make_write_off(koeln, "709.28", on=date(2027, 4, 2))
    [letter] = make_letters()
    assert "8.000,00 € 1.000,00 € 7.000,00 €" in printed(letter)
    assert [item.invoice for item in letter.items.all()] == [koeln]


@pytest.mark.usefixtures("in_april")
def test_what_is_barred_is_offered_to_be_written_off(client_of):
    [bonn, _koeln] = make_invoices()
    client, create = client_of(Role.TREASURER), reverse("dues:write_off_create", args=[bonn.number])
    claim, limitation = reverse("dunning:claim", args=[bonn.number]), reverse("dunning:limitation")
    assert f'href="{create}"' in client.get(claim).content.decode()
    assert create not in client.get(limitation).content.decode()
    with time_machine.travel(datetime(2031, 1, 2, 9, tzinfo=UTC), tick=False):
        client = client_of(Role.TREASURER)
        for page in (claim, limitation):
            assert f"{create}?grund=barred" in client.get(page).content.decode()
        form = client.get(f"{create}?grund=barred").content.decode()
        assert '<option value="barred" selected' in form
        assert create not in client_of(Role.AUDITOR).get(limitation).content.decode()
        make_write_off(bonn, on=date(2031, 1, 2), ground="barred")
        assert bonn.number not in client.get(limitation).content.decode()
        assert bonn not in claims_at_risk(date(2031, 1, 2))


@pytest.mark.usefixtures("in_april")
def test_the_preview_leads_to_what_is_missing_and_the_treasurer_may_choose(client_of):
    make_overdue(("Bonn", 323_336), ("Köln", 1_024_621))
    bonn, koeln = Invoice.objects.order_by("city_label")
    make_payment(None, "100.00", city=koeln.city)
    aachen = make_supplement("Aachen", 262_670)
    client = client_of(Role.TREASURER)
    page = client.get(reverse("dunning:run_create")).content.decode().replace("\xa0", " ")
    assert "1 Städte mit 1 Rechnungen" in page
    assert "Köln: Guthaben 100,00 €, bitte zuerst verrechnen" in page
    preview = client.get(post(client, "dunning:run_create")).content.decode()
    assert reverse("dues:credit", args=[koeln.city.slug]) in preview
    assert reverse("dues:print") in preview
    assert "nicht zugegangen" in preview
    make_printed(aachen)
    sent = client.get(post(client, "dunning:run_create")).content.decode()
    assert reverse("dues:send_invoices") in sent
    assert (
        "Abhilfe" not in client_of(Role.BOARD).get(DunningRun.objects.latest("pk").get_absolute_url()).content.decode()
    )
    post(client, "dunning:run_create", despite_credit=[koeln.city_id])
    assert {item.city_label: item.finding for item in DunningRun.objects.latest("pk").items.all()} == {
        "Aachen": "unreceived",
        "Bonn": "dunned",
        "Köln": "dunned",
    }
    refused = client.post(reverse("dunning:run_create"), {"despite_credit": [bonn.city_id]})
    assert list(refused.context["form"].errors) == ["despite_credit"]


def make_supplement(name: str, population: int) -> Invoice:
    """An invoice of one more member, issued in January like the others."""
    make_member(name, population=population)
    [invoice] = issue_dues(make_preview(supplement=True), by=None, on=TODAY)
    return invoice


def test_letter_shows_what_the_city_needs():
    make_overdue(("Köln", 1_024_621))
    make_payment(Invoice.objects.get(), "1000.00", on=date(2027, 4, 1))
    [letter] = make_letters()
    text = printed(letter)
    for part in (
        "Zahlungserinnerung zu Beitragsrechnung 2027-0001",
        "M-2027-0001",
        "8.709,28 € 1.000,00 € 7.709,28 €",
        "Zu zahlen 7.709,28 €",
        "bis zum 28.04.2027",
        "DE89 3704 0044 0532 0130 00",
        "Zahlung überschnitten?",
        "Kopie der Rechnung 2027-0001",
    ):
        assert part in text
    assert "Verzug" not in text


@pytest.mark.slow
def test_letter_passes_the_validators():
    from tests.pdf.verapdf import failed_rules

    make_overdue(("Köln", 1_024_621))
    [letter] = make_letters()
    items = list(letter.items.select_related("invoice"))
    job = letter_job(letter, items, letterhead(FIRST))
    content = render_pdf(job.template, job.context, title=job.title, created=job.created, author=job.author)
    assert (failed_rules(content, "3a"), failed_rules(content, "ua1")) == ([], [])


@pytest.mark.usefixtures("in_april")
def test_blocks_and_limitation_on_screen(client_of):
    load_reference_data()
    make_overdue(("Köln", 1_024_621), ("Bonn", 323_336))
    client = client_of(Role.TREASURER)
    bonn, koeln = Invoice.objects.order_by("city_label")
    data = {"city": koeln.city_id, "kind": "query", "reason": "Anfrage", "valid_until": ""}
    wrong = client.post(reverse("dunning:block_create"), data | {"invoice": bonn.number})
    assert "gehört einer anderen Stadt" in wrong.content.decode()
    post(client, "dunning:block_create", **data, invoice=koeln.number)
    assert "Anfrage" in client.get(reverse("dunning:blocks")).content.decode()
    assert "Mahnsperre: offene Rückfrage" in client.get(reverse("dues:account", args=["koeln"])).content.decode()
    post(client, "dunning:block_lift", DunningBlock.objects.get().pk)
    claim = reverse("dunning:claim", args=[koeln.number])
    assert "Verjährt ab 01.01.2031" in client.get(claim).content.decode()
    event = {"kind": "acknowledgement", "since": "2029-06-15", "until": "2029-06-16", "note": "Teilzahlung"}
    assert (
        "geschieht an einem Tag"
        in client.post(reverse("dunning:event_create", args=[koeln.number]), event).content.decode()
    )
    post(client, "dunning:event_create", koeln.number, **event | {"until": ""})
    assert "Verjährt ab 16.06.2032" in client.get(claim).content.decode()
    post(client, "dunning:event_revoke", LimitationEvent.objects.get().pk, reason="falsche Rechnung")
    assert "Verjährt ab 01.01.2031" in client.get(claim).content.decode()


def test_warning_list_and_duty(client_of):
    load_reference_data()
    make_overdue(("Köln", 1_024_621), ("Bonn", 323_336), ("Aachen", 262_670))
    aachen, bonn, koeln = Invoice.objects.order_by("city_label")
    make_payment(aachen, "2232.70")
    record_event(koeln, kind="proceedings", since=date(2030, 3, 1), until=None, note="Mahnbescheid", by=None)
    on = date(2030, 7, 1)
    assert list(claims_at_risk(on - timedelta(days=1))) == []
    assert [claim.number for claim in claims_at_risk(on)] == [bonn.number]
    with time_machine.travel(datetime(2030, 7, 1, 9, tzinfo=UTC), tick=False):
        client = client_of(Role.TREASURER)
        page = client.get(reverse("dunning:limitation"), {"frist": "bald"}).content.decode()
        every = client.get(reverse("dunning:limitation")).content.decode()
        found = [duty.title for duty in resolve(duties(User.objects.get(), on))]
    assert bonn.number in page
    assert "01.01.2031" in page
    assert koeln.number not in page
    assert koeln.number in every
    assert "gehemmt" in every
    assert found[0] == "1 Forderung verjährt bald oder ist verjährt"


@pytest.mark.usefixtures("in_april")
def test_a_city_sees_its_own_letters_only(client, client_of):
    make_overdue(("Köln", 1_024_621), ("Bonn", 323_336))
    bonn, koeln = make_letters()
    delegate = make_delegate(koeln.city)
    client.force_login(delegate)
    assert client.get(koeln.get_absolute_url()).status_code == 404  # not printed yet
    print_now(by=None)
    assert client.get(koeln.get_absolute_url()).status_code == 200
    assert client.get(reverse("dunning:letter_pdf", args=[koeln.number])).status_code == 302
    assert client.get(bonn.get_absolute_url()).status_code == 404
    listed = client.get(reverse("dunning:letters")).content.decode()
    assert koeln.number in listed
    assert bonn.number not in listed
    client.force_login(make_delegate(make_member("Augsburg")))
    other = client.get(reverse("dunning:letters")).content.decode()
    assert ("Für Ihre Stadt liegt nichts vor" in other, "Mahnlauf" in other) == (True, False)
    client.force_login(delegate)
    assert [hit.title for hit in search(delegate, "M-2027")] == ["Zahlungserinnerung M-2027-0002, Köln"]
    assert client.get(reverse("dunning:run", args=[koeln.run_id])).status_code == 404
    assert client_of(Role.OFFICE).get(reverse("dunning:letters")).status_code == 404


def test_preview_needs_the_same_queries_for_many(django_assert_num_queries):
    make_overdue(*((f"Stadt {number:02}", 300_000) for number in range(3)))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from apps.dunning.domain.assessment import assess

    procedure = DunningProcedure.objects.get()
    with CaptureQueriesContext(connection) as queries:
        assert len(assess(procedure, on=FIRST)) == 3
    assert len(queries) <= 11
    assert DunningItem.objects.count() == 0
