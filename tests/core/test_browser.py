"""The shapes of the screens in Chromium: accessible at every width, in light and dark, and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from apps.core.models import Job, JobState

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.core.sample"),
]
ADDRESSES = ["/liste/", "/formular/", "/bestaetigen/", "/konto/login/", "/gibt-es-nicht/"]


@pytest.fixture
def jobs(db):
    for number in range(12):
        Job.objects.create(
            kind="k",
            key=str(number),
            title=f"Freie und Hansestadt Hamburg {number}",
            total=1000 * number,
            state=JobState.DONE,
        )


def violations(page):
    return [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark"), (1920, "light")])
def test_pages_are_accessible_and_never_scroll_sideways(browser, live_server, jobs, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    blocked = []
    page.on("console", lambda message: "Content Security Policy" in message.text and blocked.append(message.text))
    for address in ADDRESSES:
        page.goto(f"{live_server.url}{address}")
        assert (address, violations(page)) == (address, [])
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
    assert blocked == []


def test_a_day_that_does_not_exist_is_not_sent_as_nothing(browser, live_server):
    page = browser.new_context(locale="en-US").new_page()
    page.goto(f"{live_server.url}/formular/")
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.locator("[name=due_on]").focus()
    page.keyboard.type("02312026")
    assert page.evaluate("document.querySelector('[name=due_on]').validity.badInput")
    page.get_by_role("button", name="Zahlung buchen").click()
    assert (sent, page.evaluate("document.activeElement.name")) == ([], "due_on")
    page.locator("[name=due_on]").fill("2026-02-28")
    page.get_by_role("button", name="Zahlung buchen").click()
    assert len(sent) == 1


def test_a_refused_form_leads_to_its_errors(page, live_server):
    page.goto(f"{live_server.url}/formular/")
    page.get_by_role("button", name="Zahlung buchen").click()
    assert violations(page) == []
    page.get_by_role("alert").get_by_role("link", name="Betrag: Dieses Feld ist zwingend erforderlich.").click()
    assert page.evaluate("document.activeElement.id") == "id_amount"


def test_lists_sort_without_leaving_the_page_and_can_be_shared(page, live_server, jobs):
    page.goto(f"{live_server.url}/liste/")
    page.get_by_role("link", name="Menge").click()
    page.wait_for_url("**/liste/?sortierung=total")
    page.get_by_role("link", name="Menge").click()
    page.wait_for_url("**/liste/?sortierung=-total")
    assert page.get_by_role("cell").first.inner_text() == "Freie und Hansestadt Hamburg 11"


def test_lists_search_without_javascript(browser, live_server, jobs):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/liste/")
    page.get_by_role("search", name="In dieser Liste").get_by_role("searchbox").fill("Hamburg 7")
    page.get_by_role("button", name="Suchen", exact=True).click()
    assert page.get_by_role("row").count() == 3


def test_a_passkey_is_added_and_signs_in_alone(context, live_server, user_with):
    user = user_with(email="ada@example.org")
    user.set_password("geheim-geheim-1")
    user.save()
    page = context.new_page()
    authenticator = context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    house = live_server.url.replace("127.0.0.1", "localhost")

    page.goto(f"{house}/konto/login/")
    page.get_by_label("E-Mail-Adresse").fill("ada@example.org")
    page.get_by_label("Passwort", exact=True).fill("geheim-geheim-1")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"{house}/")
    page.goto(f"{house}/konto/2fa/webauthn/add/")
    page.get_by_label("Passwort", exact=True).fill("geheim-geheim-1")
    page.get_by_role("button", name="Bestätigen").click()
    page.get_by_label("Ohne Passwort anmelden (Passkey)").check()
    page.get_by_role("button", name="Hinzufügen").click()
    page.wait_for_url("**/recovery-codes/**")
    page.goto(f"{house}/konto/2fa/webauthn/")
    assert violations(page) == []
    assert "Passkey" in page.get_by_role("row").nth(1).inner_text()

    page.goto(f"{house}/konto/logout/")
    page.get_by_role("main").get_by_role("button", name="Abmelden").click()
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url(f"{house}/")
