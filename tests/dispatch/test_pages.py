"""The screens: from the run to the sent mail, and what a person does about the rest."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.dispatch.duties import duties
from apps.dispatch.models import Dispatch, PrintBatch
from apps.dispatch.search import search
from apps.dues.domain.cancelling import cancel_invoice
from apps.dues.models import Invoice
from apps.dues.tasks import start_printing
from apps.members.models import City
from tests.factories.dispatch import TODAY, bounce_of, mail_server, make_dispatch, make_invoice_contact, make_letter
from tests.factories.dues import make_invoices
from tests.factories.members import make_member
from tests.waiting import resolve

pytestmark = pytest.mark.django_db


def post(client: Client, name: str, *arguments: object, **data: object) -> str:
    response = client.post(reverse(name, args=arguments), data)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def test_from_the_run_to_the_sent_mail(client_of, django_capture_on_commit_callbacks):
    make_invoices(("Köln", 1_024_621), ("Bonn", 323_336))
    make_invoice_contact(City.objects.get(name="Köln"), "kasse@koeln.example")
    with django_capture_on_commit_callbacks(execute=True):
        start_printing(by=None)
    client = client_of(Role.TREASURER)
    page = client.get(reverse("dues:send_invoices")).content.decode()
    assert "2 Rechnungen in den Postausgang legen" in page
    for _click in range(2):
        post(client, "dues:send_invoices")
    assert dict(Dispatch.objects.values_list("city_label", "channel")) == {"Köln": "mail", "Bonn": "post"}
    assert "nichts" not in client.get(reverse("dues:send_invoices")).content.decode().split("<form")[0]
    review = client.get(reverse("dispatch:release_all")).content.decode()
    for shown in ("kasse@koeln.example", "Beitragsrechnung-2027-0002.pdf", "50667 Bonn", "2 Sendungen freigeben"):
        assert shown in review
    until = Dispatch.objects.order_by("-pk").values_list("pk", flat=True)[0]
    late = make_dispatch()
    with mail_server() as postman, django_capture_on_commit_callbacks(execute=True):
        post(client, "dispatch:release_all", until=until)
    assert [recipients for recipients, _raw in postman.received] == [["kasse@koeln.example"]]
    states = dict(Dispatch.objects.values_list("title", "state"))
    assert states == {
        "Beitragsrechnung 2027-0001": "released",
        "Beitragsrechnung 2027-0002": "sent",
        "Schreiben": "queued",
    }
    assert late.state == "queued"


def test_cancelling_an_invoice_takes_it_out_of_the_outbox(client_of, django_capture_on_commit_callbacks):
    [invoice] = make_invoices(("Köln", 1_024_621))
    with django_capture_on_commit_callbacks(execute=True):
        start_printing(by=None)
    client = client_of(Role.TREASURER)
    post(client, "dues:send_invoices")
    cancel_invoice(Invoice.objects.get(pk=invoice.pk), reason="Doppelt", by=None, on=TODAY)
    assert list(Dispatch.objects.values_list("state", "answer")) == [("cancelled", "Rechnung storniert: Doppelt")]


def test_bounce_is_uploaded_and_sent_again(client_of, django_capture_on_commit_callbacks):
    make_dispatch(email="weg@bonn.example")
    client = client_of(Role.TREASURER)
    with mail_server(), django_capture_on_commit_callbacks(execute=True):
        post(client, "dispatch:release", Dispatch.objects.get().pk)
    sent = Dispatch.objects.get()
    file = SimpleUploadedFile("zurueck.eml", bounce_of(sent.message_id))
    result = client.post(reverse("dispatch:bounces"), {"files": [file]}).content.decode()
    assert "Eine Sendung als unzustellbar vermerkt." in result
    words = "Diese E-Mail-Adresse gibt es nicht. (Antwort des Mailservers: 550 5.1.1 User unknown)"
    assert words in client.get(sent.get_absolute_url()).content.decode()
    assert words in client.get(reverse("dispatch:outbox")).content.decode()
    wrong = client.post(reverse("dispatch:bounces"), {"files": [SimpleUploadedFile("x.eml", b"%PDF-1.7")]})
    assert "ist keine E-Mail" in wrong.content.decode()
    user = User.objects.get()
    assert [duty.title for duty in resolve(duties(user, TODAY))] == ["Eine Sendung kam nicht an"]
    post(client, "dispatch:again", sent.pk, channel="mail", email="neu@bonn.example")
    assert [duty.title for duty in resolve(duties(user, TODAY))] == ["Eine Sendung wartet auf Freigabe"]
    assert [hit.title for hit in search(user, "Schreiben")] == [str(sent), str(sent)]


def test_letters_from_pile_to_post(client_of, django_capture_on_commit_callbacks):
    client = client_of(Role.TREASURER)
    pk = make_dispatch(make_member("Bonn")).pk
    post(client, "dispatch:release", pk)
    with django_capture_on_commit_callbacks(execute=True):
        post(client, "dispatch:stack")
    batch = PrintBatch.objects.get()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert f"Druckdatei-{batch.number}.pdf" in page
    assert client.post(reverse("dispatch:posted", args=[batch.pk]), {"on": ""}).status_code == 200
    post(client, "dispatch:posted", batch.pk, on="2027-01-11")
    assert Dispatch.objects.get().state == "sent"


def test_steps_of_one_sending(client_of):
    client = client_of(Role.TREASURER)
    pk = make_dispatch(email="kasse@bonn.example").pk
    page = {"channel": "hand", "recipient_email": "kasse@bonn.example", "subject": "Neu", "text": "Neu", "address": "Stadt Bonn\n\n Rathaus "}  # fmt: skip
    post(client, "dispatch:change", pk, **page)
    assert Dispatch.objects.get().recipient_lines == ["Stadt Bonn", "Rathaus"]
    post(client, "dispatch:release", pk)
    post(client, "dispatch:call_back", pk)
    post(client, "dispatch:release", pk)
    post(client, "dispatch:hand_over", pk, reason="Quittung 1")
    post(client, "dispatch:returned", pk, reason="Annahme verweigert")
    assert (Dispatch.objects.get().state, Dispatch.objects.get().answer) == ("bounced", "Annahme verweigert")
    refused = client.post(reverse("dispatch:release", args=[pk]))
    assert "wartet nichts" in refused.content.decode()


def test_text_is_written_in_versions(client_of):
    client = client_of(Role.OFFICE)
    url = reverse("dispatch:wording", args=["dues.invoice"])
    wrong = client.post(url, {"subject": "{falsch}", "body": "x"}).content.decode()
    assert "Diese Platzhalter gibt es nicht: {falsch}" in wrong
    assert client.get(reverse("dispatch:wording", args=["gibt.es.nicht"])).status_code == 404
    post(client, "dispatch:wording", "dues.invoice", subject="Rechnung {nummer}", body="Text")
    assert "Rechnung {nummer}" in client.get(reverse("dispatch:wordings")).content.decode()


def test_the_office_sees_no_sending_of_the_treasury(client_of):
    client = client_of(Role.OFFICE)
    dispatch = make_dispatch(title="Kassensache 7", documents=[make_letter()])
    assert client.get(dispatch.get_absolute_url()).status_code == 404
    assert dispatch.title not in client.get(reverse("dispatch:outbox")).content.decode()
    assert client.post(reverse("dispatch:release", args=[dispatch.pk])).status_code == 404
