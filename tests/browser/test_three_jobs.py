"""The three jobs clicked through in Chromium, each page of them judged."""

import re

import pytest
import time_machine

from apps.portal.demo.cast import Cast
from apps.resolutions.models import Resolution
from tests.browser.test_without_javascript import ISSUED, PAID, raise_dues, read_statement
from tests.browser.visitor import Visitor
from tests.journeys.association import build_association

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def decide(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.board)
    visitor.open("resolutions:register")
    visitor.follow("Beschluss entwerfen")
    visitor.page.get_by_label("Gremium").select_option("Mitgliederversammlung")
    visitor.page.locator("[name=kind]").select_option("assembly")
    visitor.page.get_by_label("Titel").fill("Ganztag vor Ort")
    visitor.page.get_by_role("textbox", name="Beschlusstext").click()
    visitor.page.keyboard.type("Die Städte gestalten den Ganztag gemeinsam.")
    link, bold = (visitor.page.get_by_role("button", name=name) for name in ("Link einfügen", "Fett"))
    assert (link.get_attribute("aria-disabled"), bold.get_attribute("aria-pressed")) == ("true", "false")
    visitor.page.keyboard.press("Control+b")
    assert bold.get_attribute("aria-pressed") == "true"
    visitor.page.keyboard.press("Control+b")
    visitor.press("Entwurf anlegen")
    draft = Resolution.objects.get(title="Ganztag vor Ort")
    assert draft.text.versions.get().html == "<p>Die Städte gestalten den Ganztag gemeinsam.</p>"
    visitor.open("resolutions:propose", pk=draft.pk)
    visitor.page.get_by_role("main").locator("form button[type=submit]").first.click()
    visitor.open("resolutions:decide", pk=draft.pk)
    for name, value in {"place": "Köln", "yes": "20", "no": "3", "present": "23", "members": "29"}.items():
        visitor.page.locator(f"[name={name}]").fill(value)
    for box in ("is_quorate", "is_subject_announced"):
        visitor.page.locator(f"[name={box}]").check()
    visitor.page.locator("[name=announced][value=yes]").check()
    visitor.page.get_by_role("main").locator("form button[type=submit]").first.click()
    visitor.press("Annahme feststellen")
    visitor.open("resolutions:extract", pk=draft.pk)
    visitor.page.get_by_role("main").locator("form button[type=submit]").first.click()
    visitor.look()
    assert "Beschlussausfertigung MV-2027-001" in visitor.page.get_by_role("main").inner_text()


def look_at_the_year(visitor: Visitor) -> None:
    """The start page fetches the steps of the year after it has come."""
    visitor.open("portal:start")
    step = visitor.page.locator(".year__step--done", has_text="Beiträge 2027 erheben")
    step.wait_for()
    visitor.look()


def find_documents(visitor: Visitor, cast: Cast) -> None:
    visitor.sign_in(cast.people["koeln"])
    visitor.open("documents:library")
    main = visitor.page.get_by_role("main")
    main.get_by_role("searchbox").fill("Ganztag gemeinsam")
    main.get_by_role("button", name="Suchen", exact=True).click()
    main.get_by_role("link", name="alle zeigen").wait_for()
    visitor.look()
    visitor.follow(re.compile("Beschlussausfertigung"))
    with visitor.page.expect_download() as download:
        main.get_by_role("link", name="Herunterladen").click()
    assert download.value.suggested_filename.endswith(".pdf")
    visitor.open("dues:account", slug="koeln")


def test_three_people_do_their_work(new_context, live_server) -> None:
    treasurer, board, member = visitors = [Visitor(new_context(), live_server.url) for _person in range(3)]
    with time_machine.travel(ISSUED):
        cast = build_association()
        raise_dues(treasurer, cast)
        look_at_the_year(treasurer)
        decide(board, cast)
    with time_machine.travel(PAID):
        treasurer.page.context.clear_cookies()
        treasurer.sign_in(cast.treasurer)
        read_statement(treasurer)
        find_documents(member, cast)
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []
