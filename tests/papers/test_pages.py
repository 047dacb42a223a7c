"""The screens of papers: who sees what, signing, the public page."""

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.documents.models import content_path
from apps.papers.issuing import publish
from apps.papers.models import Paper, Signature
from apps.papers.offers import paper_duties, search_papers
from tests.factories.papers import make_frozen, make_letter, make_paper, make_signature
from tests.waiting import resolve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def address(name, *arguments):
    return reverse(f"papers:{name}", args=arguments)


def signing(paper, city, **fields):
    return {
        "city": city.pk,
        "person_function": "Bildungsdezernentin",
        "legal_basis": "deputy_mayor",
        "basis_detail": "",
        "note": "",
        "read_sha256": paper.frozen_sha256,
    } | fields


def test_members_see_papers_from_the_frozen_text_on(client_for, delegate, board_member):
    draft, frozen = make_paper(title="Nur Entwurf"), make_frozen(title="Zum Zeichnen")
    page = client_for(delegate).get(address("papers"))
    assert ("Nur Entwurf" in page.text, "Zum Zeichnen" in page.text, "0 von 1" in page.text) == (False, True, True)
    assert client_for(delegate).get(draft.get_absolute_url()).status_code == 404
    assert client_for(delegate).get(frozen.get_absolute_url()).status_code == 200
    assert "Nur Entwurf" in client_for(board_member).get(address("papers")).text


def test_a_paper_is_written_frozen_signed_and_published(client, client_for, board_member, cologne, delegate):
    board = client_for(board_member)
    form = {
        "type": "declaration",
        "level": "political",
        "title": "Kölner Erklärung",
        "place": "Köln",
        "addressees": "Bund",
        "signature_order": "alphabetical",
    }
    board.post(address("draft"), form | {"content": "<p>Eins</p>"})
    paper = Paper.objects.get()
    board.post(address("revise", paper.slug), form | {"content": "<p>Eins</p><p>Zwei</p>", "base_version": 1})
    assert "Absätze: 1 neu" in board.get(address("compare", paper.slug), {"alt": 1, "neu": 2}).text
    board.post(address("freeze", paper.slug), {"sign_until": "2026-12-31"})
    paper.refresh_from_db()
    member = client_for(delegate)
    shown = member.get(address("sign", paper.slug))
    for words in (
        "Ihre Stadt unterzeichnet „Kölner Erklärung“ in Fassung 2",
        "Zwei",
        "Gezeichnet werden kann bis zum 31.12.2026",
    ):
        assert words in shown.text
    refused = member.post(address("sign", paper.slug), signing(paper, cologne, legal_basis="expert_level"))
    assert "nicht die Fachebene" in refused.text
    done = member.post(address("sign", paper.slug), signing(paper, cologne), follow=True)
    assert "Köln hat unterzeichnet." in done.text
    assert "1 von 1 Städten haben unterzeichnet" in done.text
    assert member.get(address("sign", paper.slug)).status_code == 404
    assert client.get(paper.public_url).status_code == 404
    board.post(address("publish", paper.slug))
    public = client.get(paper.public_url)
    for words in (
        "Kölner Erklärung",
        "Kim Köln",
        "Bildungsdezernentin",
        "Stand 20.11.2026: 1 von 1",
        paper.frozen_sha256,
    ):
        assert words in public.text
    paper.refresh_from_db()
    with default_storage.open(content_path(paper.printed.versions.get().sha256)) as file:
        text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file.read()))
    for words in ("Kölner Erklärung", "Kim Köln", paper.printed.number, "Stand 20.11.2026: 1 von 1"):
        assert words in " ".join(text.split())
    assert client.get(paper.printed.get_absolute_url()).status_code == 200


def test_nobody_signs_for_another_city(client_for, delegate, bonn, treasurer, board_member):
    paper = make_frozen()
    page = client_for(delegate).post(address("sign", paper.slug), signing(paper, bonn))
    assert page.status_code == 200
    for user in (treasurer, board_member):
        assert client_for(user).post(address("sign", paper.slug), signing(paper, bonn)).status_code == 404
    assert not Signature.objects.exists()


def test_only_the_city_or_the_board_withdraws(client_for, cologne, delegate, bonn_delegate, treasurer):
    signature = make_signature(make_frozen(), cologne, delegate)
    url = address("withdraw-signature", signature.pk)
    for user in (bonn_delegate, treasurer):
        assert client_for(user).post(url, {"reason": "x"}).status_code == 404
    page = client_for(delegate).post(url, {"reason": "Beschluss des Rates"}, follow=True)
    assert "zurückgezogen am 20.11.2026 (Beschluss des Rates)" in " ".join(page.text.split())


def test_the_board_records_a_letter(client_for, board_member, office, bonn):
    paper = make_frozen()
    data = {
        "city": bonn.pk,
        "person_name": "Katja Muster",
        "person_function": "Oberbürgermeisterin",
        "signed_on": "2026-11-12",
        "legal_basis": "mayor",
    }
    letter = SimpleUploadedFile("bonn.pdf", make_letter())
    assert client_for(office).post(address("letter", paper.slug), data | {"file": letter}).status_code == 404
    letter.seek(0)
    page = client_for(board_member).post(address("letter", paper.slug), data | {"file": letter}, follow=True)
    assert "Die Unterschrift von Bonn ist erfasst." in page.text
    assert Signature.objects.get().proof.title == "Unterschrift Bonn: Augsburger Erklärung"


@pytest.mark.parametrize("name", ["papers", "public-papers"])
def test_lists_ask_the_same_questions_for_one_row_and_three(
    client_for, board_member, django_assert_num_queries, name, cologne, delegate, today
):
    client = client_for(board_member)

    def published(title):
        paper = make_frozen(title=title)
        make_signature(paper, cologne, delegate)
        publish(paper, by=None, on=today)

    published("Eins")
    client.get(address(name))
    with django_assert_num_queries(9, exact=False) as one:
        client.get(address(name))
    published("Zwei")
    published("Drei")
    with django_assert_num_queries(len(one.captured_queries)):
        client.get(address(name))


def test_a_paper_page_asks_the_same_questions_for_one_signature_and_two(
    client_for, board_member, django_assert_num_queries, cologne, bonn, delegate, bonn_delegate
):
    paper, client = make_frozen(), client_for(board_member)
    make_signature(paper, cologne, delegate)
    client.get(paper.get_absolute_url())
    with django_assert_num_queries(20, exact=False) as one:
        client.get(paper.get_absolute_url())
    make_signature(paper, bonn, bonn_delegate)
    with django_assert_num_queries(len(one.captured_queries)):
        client.get(paper.get_absolute_url())


def test_the_start_page_names_what_waits(delegate, cologne, board_member, treasurer, today):
    paper = make_frozen()
    make_paper(title="Entwurf")
    assert [duty.title for duty in resolve(paper_duties(delegate, today))] == [
        "Köln kann zeichnen: Augsburger Erklärung"
    ]
    assert [duty.title for duty in resolve(paper_duties(board_member, today))] == [
        "Positionspapier fertigstellen: Entwurf",
        "Unterschriften werden gesammelt: Augsburger Erklärung",
    ]
    assert resolve(paper_duties(treasurer, today)) == []
    make_signature(paper, cologne, delegate)
    assert resolve(paper_duties(delegate, today)) == []


def test_the_search_finds_words_of_the_text_within_what_one_may_see(member_user, board_member):
    make_paper(title="Entwurf")
    make_frozen()
    assert [hit.title for hit in search_papers(board_member, "ganztag")] == ["Augsburger Erklärung", "Entwurf"]
    assert [hit.title for hit in search_papers(member_user, "Ganztag bund")] == ["Augsburger Erklärung"]
    assert list(search_papers(member_user, "Feuerwehr")) == []
