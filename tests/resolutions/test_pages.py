"""The screens: who sees what, the way from draft to extract, the public page."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Anchor, JournalEntry
from apps.documents.models import Document
from apps.resolutions.calculations import Counts
from apps.resolutions.choosing import DecidedForm
from apps.resolutions.domain.consequences import add_follow_up, publish, repeal
from apps.resolutions.models import FollowUp, Resolution
from tests.factories.members import make_member
from tests.factories.resolutions import DAY, ensure_rules, make_body, make_decided, make_draft, make_proposed

pytestmark = pytest.mark.django_db

VOTE = {
    "decided_on": "2026-11-20",
    "mode": "in_person",
    "place": "Augsburg",
    "agenda_item": "TOP 5",
    "convened_on": "2026-10-30",
    "is_subject_announced": "on",
    "is_quorate": "on",
    "yes": 18,
    "no": 4,
    "abstentions": 3,
    "invalid": 0,
    "excluded": 0,
    "present": 25,
    "members": 29,
    "all_votes": "",
    "announced": "yes",
    "explanation": "",
}


def address(name, *arguments):
    return reverse(f"resolutions:{name}", args=arguments)


def test_the_register_shows_adopted_ones_to_members_and_all_to_the_board(
    client_for, member_user, board_member, auditor
):
    make_draft(title="Nur ein Entwurf")
    make_decided(title="Angenommenes")
    for user, draft_shown in ((member_user, False), (board_member, True), (auditor, True)):
        page = client_for(user).get(address("register"))
        assert ("Nur ein Entwurf" in page.text, "Angenommenes" in page.text) == (draft_shown, True)


def test_a_draft_is_hidden_from_members_by_every_address(client_for, member_user, treasurer):
    draft = make_draft()
    for name in ("resolution", "compare", "revise", "decide", "extract", "propose"):
        assert client_for(member_user).get(address(name, draft.pk)).status_code == 404
    assert client_for(treasurer).get(address("version", draft.pk, 1)).status_code == 404


@pytest.mark.parametrize(
    ("words", "found"), [("einwohner", True), ("MV-2026-001", True), ("cent ordnung", True), ("Feuerwehr", False)]
)
def test_the_register_is_searched_in_title_number_and_wording(client_for, member_user, words, found):
    make_decided()
    page = client_for(member_user).get(address("register"), {"suche": words})
    assert ("Beitragsordnung 2027" in page.text) is found


def test_the_register_is_filtered_and_exported(client_for, board_member):
    make_decided(title="Versammlung")
    make_decided(title="Vorstandssache", body=make_body("VS"), kind="board")
    page = client_for(board_member).get(address("register"), {"gremium": "VS", "jahr": "2026", "export": "csv"})
    assert b"Vorstandssache" in page.content
    assert b"Versammlung;" not in page.content


@pytest.mark.parametrize("name", ["register", "public-register"])
def test_lists_ask_the_same_questions_for_one_row_and_three(client_for, board_member, django_assert_num_queries, name):
    client = client_for(board_member)
    client.get(address(name))
    publish(make_decided(), by=None, on=DAY)
    with django_assert_num_queries(9, exact=False) as one:
        client.get(address(name))
    for _number in range(2):
        publish(make_decided(), by=None, on=DAY)
    with django_assert_num_queries(len(one.captured_queries)):
        client.get(address(name))


def test_a_draft_is_written_revised_and_compared(client_for, board_member):
    client, body = client_for(board_member), make_body()
    page = client.post(
        address("draft"),
        {"body": body.pk, "kind": "assembly", "title": "Ganztag", "content": "<p>Eins</p><script>x</script>"},
    )
    draft = Resolution.objects.get()
    assert (page.status_code, page["Location"]) == (302, draft.get_absolute_url())
    assert draft.text.versions.get().html == "<p>Eins</p>"
    form = {"body": body.pk, "kind": "assembly", "title": "Ganztag", "base_version": 1, "note": "ergänzt"}
    client.post(address("revise", draft.pk), form | {"content": "<p>Eins</p><p>Zwei</p>"})
    page = client.get(address("compare", draft.pk), {"alt": 1, "neu": 2})
    assert "Absätze: 1 neu, 0 gestrichen, 0 geändert, 0 verschoben." in page.text
    assert client.get(address("compare", draft.pk), {"alt": 1, "neu": 9}).status_code == 404
    assert "ergänzt" in client.get(address("version", draft.pk, 2)).text


def test_whoever_saves_second_sees_both_texts_and_may_save_again(client_for, board_member, office):
    draft = make_draft(html="<p>Die Städte fordern Geld.</p>")
    form = {"body": draft.body_id, "kind": "assembly", "title": draft.title, "base_version": 1}
    client_for(office).post(address("revise", draft.pk), form | {"content": "<p>Die Städte fordern mehr Geld.</p>"})
    client = client_for(board_member)
    page = client.post(address("revise", draft.pk), form | {"content": "<p>Die Städte fordern kein Geld.</p>"})
    assert page.status_code == 200
    assert "Kim Beispiel hat inzwischen Fassung 2 gespeichert." in page.text
    assert "&lt;p&gt;Die Städte fordern kein Geld.&lt;/p&gt;" in page.text
    assert 'name="base_version" value="2"' in page.text
    assert "Fassung 2 im Wortlaut" in page.text
    client.post(
        address("revise", draft.pk), form | {"content": "<p>Die Städte fordern kein Geld.</p>", "base_version": 2}
    )
    assert list(draft.text.versions.values_list("plain", flat=True)) == [
        "Die Städte fordern kein Geld.",
        "Die Städte fordern mehr Geld.",
        "Die Städte fordern Geld.",
    ]


def test_the_editor_runs_under_the_content_security_policy(client_for, board_member):
    page = client_for(board_member).get(address("draft"))
    assert "'unsafe" not in page["Content-Security-Policy"]
    assert '<script type="importmap" nonce="' in page.text or 'nonce="' in page.text.split('type="importmap"')[0]
    assert "data-django-prose-editor-configurable" in page.text


def test_without_scripts_the_text_is_edited_as_lines(client_for, board_member):
    draft = make_draft(html="<h2>Anlass</h2><p>Eins &amp; <strong>zwei</strong></p>")
    client = client_for(board_member)
    page = client.get(address("revise", draft.pk))
    assert "## Anlass\n\nEins &amp; **zwei**</textarea>" in page.text
    form = {"body": draft.body_id, "kind": "assembly", "title": draft.title, "base_version": 1}
    client.post(address("revise", draft.pk), form | {"content": "## Anlass\r\n\r\nEins & **zwei**"})
    assert draft.text.versions.count() == 1
    client.post(address("revise", draft.pk), form | {"content": "## Anlass\r\n\r\nEins & **drei**\r\n- vier"})
    assert draft.text.versions.first().html == (
        "<h2>Anlass</h2><p>Eins &amp; <strong>drei</strong></p><ul><li>vier</li></ul>"
    )


def test_what_was_stated_is_ticked_by_hand_and_the_members_are_known(client_for, board_member):
    ensure_rules()
    for name in ("Augsburg", "Bonn", "Chemnitz"):
        make_member(name)
    form = client_for(board_member).get(address("decide", make_proposed().pk)).context["form"]
    assert [form[name].value() for name in ("is_subject_announced", "is_quorate", "members")] == [None, None, 3]


def test_the_result_is_shown_before_it_is_recorded(client_for, board_member):
    ensure_rules()
    proposed, client = make_proposed(), client_for(board_member)
    page = client.post(address("decide", proposed.pk), VOTE)
    assert "Der Beschluss ist angenommen" in page.text
    assert "Nötig sind mehr als die Hälfte der 22 abgegebenen Stimmen, also mindestens 12. Angenommen." in page.text
    assert "§ 32 Abs. 1 Satz 3 BGB" in page.text
    assert "voraussichtlich MV-2026-001" in page.text
    assert Resolution.objects.get().state == "proposed"
    back = client.post(address("decide", proposed.pk), VOTE | {"step": "back"})
    assert 'name="yes" value="18"' in back.text
    done = client.post(address("decide", proposed.pk), VOTE | {"step": "confirmed"}, follow=True)
    assert "ist angenommen: MV-2026-001." in done.text
    again = client.post(address("decide", proposed.pk), VOTE | {"step": "confirmed"})
    assert "Dieser Schritt ist von dort aus nicht möglich." in again.text
    assert Resolution.objects.get().reference == "MV-2026-001"


@pytest.mark.parametrize(
    ("more", "warned"),
    [
        ({"convened_on": "2026-11-05"}, False),
        ({"convened_on": "2026-11-06"}, True),
        ({"convened_on": ""}, False),
        ({"convened_on": "2026-11-06", "mode": "circular", "present": "", "yes": 29, "no": 0, "abstentions": 0}, False),
    ],
)
def test_a_late_invitation_is_pointed_out_but_does_not_block(client_for, board_member, more, warned):
    ensure_rules()
    proposed = make_proposed(by=board_member)
    page = client_for(board_member).post(address("decide", proposed.pk), VOTE | more).content.decode()
    sentence = (
        "Die Einladung wurde am 06.11.2026 versandt. Bei einer Frist von 14 Tagen war der 05.11.2026 der letzte Tag"
    )
    assert (sentence in page) is warned
    assert "Zahlen, Regel und Wortlaut lassen sich danach nicht mehr ändern." in page


def test_the_announced_result_must_fit_or_be_explained(client_for, board_member):
    ensure_rules()
    proposed, client = make_proposed(), client_for(board_member)
    page = client.post(address("decide", proposed.pk), VOTE | {"announced": "no"})
    assert "Verkündet wurde das Gegenteil von dem, was die Stimmen ergeben" in page.text
    page = client.post(address("decide", proposed.pk), VOTE | {"announced": "no", "explanation": "Versprecher"})
    assert "Ihre Erklärung: Versprecher" in page.text
    page = client.post(address("decide", proposed.pk), VOTE | {"yes": 30})
    assert "Bitte zählen Sie nach." in page.text


def test_only_the_board_records_decisions(client_for, office, member_user, treasurer, auditor):
    proposed = make_proposed()
    for user in (office, member_user, treasurer, auditor):
        assert client_for(user).post(address("decide", proposed.pk), VOTE | {"step": "confirmed"}).status_code == 404
    assert Resolution.objects.get().state == "proposed"


@pytest.mark.parametrize(
    ("name", "data", "state"),
    [("propose", {"proposed_on": "2020-02-01"}, "proposed"), ("withdraw", {"reason": "überholt"}, "withdrawn")],
)
def test_steps_of_a_draft(client_for, board_member, name, data, state):
    draft, client = make_draft(), client_for(board_member)
    assert client.get(address(name, draft.pk)).status_code == 200
    client.post(address(name, draft.pk), data)
    assert Resolution.objects.get().state == state


def test_a_resolution_taken_long_ago_is_entered_afterwards(client_for, board_member):
    draft, client, today = make_draft(), client_for(board_member), timezone.localdate()
    past = today - timedelta(days=20)
    page = client.get(address("propose", draft.pk))
    assert page.context["form"].initial["proposed_on"] == today
    refused = client.post(address("propose", draft.pk), {"proposed_on": today + timedelta(days=1)})
    assert refused.context["form"].errors["proposed_on"] == ["Der Tag liegt in der Zukunft."]
    client.post(address("propose", draft.pk), {"proposed_on": past})
    client.post(address("decide", draft.pk), VOTE | {"decided_on": past, "step": "confirmed"})
    decided = Resolution.objects.get()
    assert (decided.state, decided.proposed_on, decided.decided_on) == ("adopted", past, past)


def test_without_an_adopted_resolution_the_choice_says_where_it_comes_from():
    assert DecidedForm().fields["resolution"].empty_label == "noch kein angenommener Beschluss"
    make_decided()
    assert DecidedForm().fields["resolution"].empty_label == "bitte wählen"


def test_the_page_explains_the_result_and_what_follows(client_for, board_member):
    resolution, later = make_decided(by=board_member), make_decided(title="Neue Ordnung")
    add_follow_up(resolution, task="Städte anschreiben", responsible=board_member, by=None, on=DAY)
    repeal(resolution, later=later, by=None, on=date(2027, 1, 1))
    client = client_for(board_member)
    page = client.get(resolution.get_absolute_url())
    for words in (
        resolution.outcome,
        "Regel an diesem Tag",
        "Städte anschreiben",
        "Nicht mehr in Kraft",
        "MV-2026-002",
    ):
        assert words in page.text
    client.post(address("follow-up-done", FollowUp.objects.get().pk), {"result": "erledigt am Telefon"})
    assert "erledigt am Telefon" in client.get(resolution.get_absolute_url()).text


def test_published_resolutions_are_for_everybody(client, client_for, board_member):
    hidden, shown = make_decided(title="Intern"), make_decided(title="Für alle")
    client_for(board_member).post(address("publish", shown.pk))
    page = client.get(address("public-register"))
    assert ("Für alle" in page.text, "Intern" in page.text) == (True, False)
    public = client.get(address("public-resolution", shown.reference))
    assert (shown.outcome in public.text, shown.reasoning in public.text) == (True, False)
    assert client.get(address("public-resolution", hidden.reference)).status_code == 404
    assert not AnonymousUser().has_perm("resolutions.view_resolution", shown)
    client_for(board_member).post(address("unpublish", shown.pk), {"reason": "Fehler"})
    assert client.get(address("public-resolution", shown.reference)).status_code == 404


def test_an_extract_is_filed_numbered_and_anchored(client_for, board_member, own_storage):
    resolution = make_decided(by=board_member)
    page = client_for(board_member).post(address("extract", resolution.pk))
    document = Document.objects.get()
    assert page["Location"] == document.get_absolute_url()
    assert (document.title, document.access, document.subject) == (
        "Beschlussausfertigung MV-2026-001",
        "members",
        resolution,
    )
    anchor = Anchor.objects.latest("pk")
    text = " ".join(own_storage(document).split())
    for words in (
        document.number,
        anchor.hash,
        "MV-2026-001",
        "18 Ja, 4 Nein, 3 Enthaltungen",
        "Die Übereinstimmung dieser Ausfertigung",
        "Die Einladung wurde am 30.10.2026 versandt.",
        "Jede Mitgliedsstadt zahlt einen jährlichen Beitrag.",
    ):
        assert words in text
    assert JournalEntry.objects.about(resolution).first().verb == "resolutions.extract_issued"


def test_only_what_was_adopted_has_an_extract(client_for, board_member):
    rejected = make_decided(Counts(4, 18, 3))
    page = client_for(board_member).post(address("extract", rejected.pk))
    assert "ist nicht angenommen" in page.text
    assert not Document.objects.exists()


def test_the_book_holds_the_year_in_order(client_for, auditor, own_storage):
    for title in ("Erster", "Zweiter"):
        make_decided(title=title)
    make_decided(title="Anderes Jahr", day=date(2027, 1, 8))
    body = make_body()
    client_for(auditor).post(address("book"), {"body": body.pk, "year": 2026})
    document = Document.objects.get()
    text = own_storage(document)
    assert document.title == "Beschlussbuch Mitgliederversammlung 2026"
    assert (text.index("Erster") < text.index("Zweiter"), "Anderes Jahr" in text) == (True, False)
    page = client_for(auditor).post(address("book"), {"body": body.pk, "year": 2020})
    assert "keine Beschlüsse angenommen" in page.text
