"""The screens that belong to nobody: sign-in, errors, wording of the packages."""

import io
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

CATALOGUE = settings.BASE_DIR / "verein" / "locale" / "de" / "LC_MESSAGES"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/konto/login/", "/konto/password/reset/", "/gibt-es-nicht/"])
def test_pages_for_everybody_obey_the_strict_policy(client, address):
    response = client.get(address)
    assert ' style="' not in response.text
    assert " onclick=" not in response.text
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.django_db
def test_wrong_password_is_answered_formally_and_keeps_the_address(client):
    response = client.post("/konto/login/", {"login": "ada@example.org", "password": "falsch"})
    assert "E-Mail-Adresse oder Passwort stimmen nicht. Bitte prüfen Sie beides." in response.text
    assert 'value="ada@example.org"' in response.text


@pytest.mark.django_db
def test_reset_mail_is_ours(client, user_with, mailoutbox):
    user = user_with(email="ada@example.org")
    client.post("/konto/password/reset/", {"email": user.email})
    assert mailoutbox[0].subject.endswith("Neues Passwort wählen")
    assert "/konto/password/reset/key/" in mailoutbox[0].body
    assert "example.com" not in mailoutbox[0].body


@pytest.mark.django_db
def test_account_pages_speak_our_language(client, user_with):
    client.force_login(user_with())
    assert "Anmelde-App" in client.get("/konto/2fa/").text
    assert "Möchten Sie sich abmelden?" in client.get("/konto/logout/").text


@pytest.mark.django_db
def test_forged_form_is_explained(user_with):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/konto/login/", {"login": "x"})
    assert response.status_code == 403
    assert "Es wurde nichts gespeichert." in response.text


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_error_pages_need_no_database(name):
    assert "Zur Startseite" in render_to_string(name)


def test_compiled_wording_is_up_to_date():
    source = read_po(io.BytesIO(Path(CATALOGUE / "django.po").read_bytes()))
    compiled = read_mo(io.BytesIO(Path(CATALOGUE / "django.mo").read_bytes()))
    assert {m.id: m.string for m in source if m.id} == {m.id: m.string for m in compiled if m.id}


def test_an_open_choice_asks_in_german():
    class Form(forms.Form):
        land = forms.ModelChoiceField(label="Land", queryset=None)

    form = Form()
    form.fields["land"].choices = [("", form.fields["land"].empty_label)]
    assert ">Bitte wählen<" in str(form)
