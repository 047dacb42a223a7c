from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from apps.core.models import Job, JobState

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.sample")]


@pytest.fixture
def person():
    return get_user_model().objects.create(email="ada@example.org", is_active=True)


@pytest.fixture
def job(person):
    return Job.objects.create(
        kind="dues.run",
        key="2027",
        title="Beitragslauf 2027",
        total=29,
        done=7,
        state=JobState.RUNNING,
        started_by=person,
        return_url="/liste/",
    )


def amount(**changes):
    return {
        "name": "Köln",
        "amount": "2.559,39",
        "due_on": "2027-03-31",
        "kind": "a",
        "land": "HH",
        "agreed": "on",
    } | changes


def test_a_public_page_answers_everybody(client):
    response = client.get("/offen/")
    assert response.status_code == 200
    assert "<h1" in response.text
    assert "Für alle" in response.text


def test_anonymous_people_sign_in_first(client):
    response = client.get("/verboten/?seite=2")
    assert response.status_code == 302
    assert response.url == "/konto/login/?next=/verboten/%3Fseite%3D2"


def test_what_you_may_not_see_is_not_there(client, person):
    client.force_login(person)
    assert client.get("/verboten/").status_code == 404


def test_object_page_shows_badge_action_and_the_way_back(client, person, job):
    client.force_login(person)
    text = client.get(f"/arbeit-{job.pk}/").text
    assert "läuft" in text
    assert 'href="/formular/"' in text
    assert '<nav class="breadcrumbs"' in text


def test_form_performs_and_says_what_happened(client):
    response = client.post("/formular/", amount(), follow=True)
    assert response.redirect_chain == [("/liste/", 302)]
    assert "Gebucht: 2559.39" in response.text


def test_refusal_stands_beside_its_field_and_keeps_what_was_typed(client):
    response = client.post("/formular/", amount(name="falsch"))
    assert response.context["form"].errors == {"name": ["Dieser Name ist schon vergeben."]}
    assert 'href="#id_name"' in response.text
    assert 'aria-describedby="id_name_helptext id_name_error"' in response.text
    assert 'value="2.559,39"' in response.text


def test_refusal_without_field_stands_on_top(client):
    response = client.post("/formular/", amount(name="zu"))
    assert response.context["form"].non_field_errors() == ["Das Jahr 2026 ist abgeschlossen."]


def test_native_date_fields_get_the_notation_browsers_want(client):
    text = client.post("/formular/", amount(due_on="31.03.2027", plain_day="01.02.2027", name="zu")).text
    assert 'type="date" name="due_on"' in text
    assert 'type="date" name="plain_day"' in text


def test_confirmation_shows_the_consequences_then_one_button(client):
    text = client.get("/bestaetigen/").text
    assert "Es entsteht eine Stornorechnung über 2.559,39 €." in text
    assert text.count('type="submit"') == 1
    assert client.post("/bestaetigen/").url == "/liste/"


def test_confirmation_that_is_impossible_has_no_button(client):
    text = client.get("/bestaetigen/?zu").text
    assert "Diese Rechnung ist schon storniert." in text
    assert 'type="submit"' not in text


def test_downloads_are_private_and_cannot_run_anything(client):
    response = client.get("/datei/")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Auszug%20f%C3%BCr%20K%C3%B6ln.pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert client.get("/datei/?inline")["Content-Disposition"].startswith("inline")


def test_job_page_follows_the_work_and_polls_only_while_it_is_open(client, person, job):
    client.force_login(person)
    address = f"/arbeit/{job.pk}/"
    assert "7 von 29" in client.get(address).text
    piece = client.get(address, headers={"HX-Request": "true"}).text
    assert piece.lstrip().startswith('<div id="job"')
    assert 'hx-trigger="every 1s"' in piece
    Job.objects.update(state=JobState.DONE, report="29 Rechnungen ausgestellt.")
    piece = client.get(address, headers={"HX-Request": "true"}).text
    assert "29 Rechnungen ausgestellt." in piece
    assert "hx-get" not in piece


def test_job_page_says_that_a_killed_worker_interrupted_the_work(client, person, job):
    client.force_login(person)
    address = f"/arbeit/{job.pk}/"
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=110))
    assert "unterbrochen" not in client.get(address).text
    Job.objects.update(heartbeat_at=timezone.now() - timedelta(seconds=121))
    page = client.get(address).text
    assert "Die Arbeit wurde unterbrochen." in page
    assert "läuft" not in page
    assert 'href="/liste/"' in page
    assert "hx-get" not in page
    assert 'http-equiv="refresh"' not in page


def test_other_peoples_jobs_are_not_there(client, job):
    client.force_login(get_user_model().objects.create(email="eva@example.org"))
    assert client.get(f"/arbeit/{job.pk}/").status_code == 404
