"""A person at the screen who looks at every page closely: axe, sideways scrolling, console, content security policy."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

PATIENCE = 90_000  # milliseconds; 29 invoices are printed before the next page comes


class Visitor:
    """Walks through the house; `complaints` holds what was wrong, with the address of the page."""

    def __init__(self, context: Any, house: str, *, scripts: bool = True) -> None:
        self.page, self.house, self.scripts = context.new_page(), house, scripts
        self.page.set_default_timeout(PATIENCE)
        self.visited: list[str] = []
        self.complaints: list[tuple[str, str]] = []
        self.page.on("console", lambda message: message.type == "error" and self.complain(message.text))
        self.page.on("pageerror", lambda error: self.complain(str(error)))

    def complain(self, what: str) -> None:
        self.complaints.append((self.page.url.removeprefix(self.house), what))

    def open(self, name: str, **places: Any) -> None:
        self.page.goto(self.house + reverse(name, kwargs=places))
        self.look()

    def sign_in(self, user: User) -> None:
        self.open("account_login")
        self.page.get_by_label("E-Mail-Adresse").fill(user.email)
        self.page.get_by_label("Passwort", exact=True).fill(settings.DEMO_PASSWORD)
        self.press("Anmelden", exact=True)

    def follow(self, name: Any, **options: Any) -> None:
        self.page.get_by_role("main").get_by_role("link", name=name, **options).first.click()
        self.look()

    def press(self, name: Any, **options: Any) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, **options).first.click()
        self.look()

    def look(self) -> None:
        """Judge the page as it stands, at the desk and on a phone."""
        self.page.wait_for_load_state("load")
        self.visited.append(self.page.url.removeprefix(self.house))
        if not self.scripts:
            return
        for found in Axe().run(self.page).response["violations"]:
            self.complain(f"{found['id']}: {found['nodes'][0]['html'][:200]}")
        self.page.set_viewport_size(PHONE)
        if not self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            self.complain("scrolls sideways on a phone")
        self.page.set_viewport_size(DESK)
