"""What comes back, and letters on paper."""

from datetime import date

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from apps.dispatch.domain.afterwards import MailFile, read_bounces
from apps.dispatch.domain.batches import dissolve_batch, letters_of, post_batch, stack_letters
from apps.dispatch.domain.errors import BatchClosed, FileNotUnderstood, NothingToPrint
from apps.dispatch.domain.releasing import call_back
from apps.dispatch.domain.sending import send_released
from apps.dispatch.models import Dispatch, PrintBatch
from apps.dispatch.printing import print_batch
from apps.members.domain.cities import set_address
from apps.members.enums import AddressKind
from apps.members.models import City
from apps.pdf.render import render_pdf
from apps.pdf.text import pdf_text
from tests.factories.dispatch import TODAY, bounce_of, mail_server, make_letter, make_released
from tests.factories.members import FOUNDED, make_member
from tests.pdf.samples import CREATED, LETTERHEAD

pytestmark = pytest.mark.django_db


def sent(email: str) -> Dispatch:
    dispatch = make_released(email=email)
    with mail_server():
        send_released(by=None)
    return Dispatch.objects.get(pk=dispatch.pk)


def test_a_bounce_finds_its_sending_once():
    dispatch, other = sent("kasse@bonn.example"), sent("kasse@koeln.example")
    file = MailFile("zurueck.eml", bounce_of(dispatch.message_id))
    [outcome] = read_bounces([file], by=None)
    assert (outcome.dispatch, outcome.is_new, outcome.sentence) == (dispatch, True, "550 5.1.1 User unknown")
    [again] = read_bounces([file], by=None)
    assert (again.is_new, again.sentence) == (False, "War schon bekannt.")
    states = dict(Dispatch.objects.values_list("pk", "state"))
    assert states == {dispatch.pk: "bounced", other.pk: "sent"}
    assert Dispatch.objects.get(pk=dispatch.pk).answer == "550 5.1.1 User unknown"
    assert [each.pk for each in Dispatch.objects.unresolved()] == [dispatch.pk]


def test_what_does_not_concern_us_is_said_and_changes_nothing():
    dispatch = sent("kasse@bonn.example")
    files = [
        MailFile("fremd.eml", bounce_of("<fremd@example.org>")),
        MailFile("spaeter.eml", bounce_of(dispatch.message_id, action="delayed")),
        MailFile("urlaub.eml", b"From: a@b.example\nSubject: Abwesend\n\nIch bin nicht da."),
    ]
    assert [outcome.sentence for outcome in read_bounces(files, by=None)] == [
        "Gehört zu keiner unserer Sendungen.",
        "Noch kein endgültiges Ergebnis. Es bleibt, wie es ist.",
        "Kein Zustellbericht. Bitte lesen Sie diese E-Mail selbst.",
    ]
    assert Dispatch.objects.get(pk=dispatch.pk).state == "sent"


@pytest.mark.parametrize("content", [b"", b"\n", b"%PDF-1.7 nichts"])
def test_a_file_that_is_no_mail_is_refused(content):
    with pytest.raises(FileNotUnderstood) as refusal:
        read_bounces([MailFile("x.eml", content)], by=None)
    assert refusal.value.field == "files"


def letter_for(name: str, postcode: str, pages: int = 1) -> Dispatch:
    city = make_member(name)
    set_address(city, kind=AddressKind.INVOICE, organisation=f"Stadt {name}", postcode=postcode, town=name, by=None, on=FOUNDED)  # fmt: skip
    context = {"letterhead": LETTERHEAD, "recipient": [name], "annexes": ["Unterlage"] * 60 * (pages - 1)}
    content = render_pdf("pdf/letter.html", context, title=f"Brief {name}", created=CREATED)
    document = make_letter(f"Brief {name}", content=content, name=f"brief-{postcode}.pdf")
    return make_released(city, title=f"Brief {name}", documents=[document])


@pytest.fixture
def pile() -> PrintBatch:
    letter_for("Köln", "50667")
    letter_for("Aachen", "52058", pages=2)
    letter_for("Bonn", "01067")
    return stack_letters(by=None, on=TODAY)


def test_letters_are_printed_by_postcode_each_on_a_front_side(pile):
    assert [letter.city_label for letter in letters_of(pile)] == ["Bonn", "Köln", "Aachen"]
    document = print_batch(pile, by=None, on=TODAY)
    assert print_batch(pile, by=None, on=TODAY) == document
    assert document.title == "Druckdatei Poststapel PS-2027-001 (keine Archivfassung)"
    version = document.versions.get()
    with default_storage.open(version.storage_path) as file:
        content = file.read()
    with pikepdf.Pdf.open(default_storage.path(version.storage_path)) as pdf:
        marks = [(item.title, pdf.pages.index(item.destination[0]) if hasattr(item.destination[0], "keys") else item.destination[0]) for item in pdf.open_outline().root]  # fmt: skip
        assert [title for title, _page in marks] == [
            "Inhalt",
            "Brief Bonn an Bonn",
            "Brief Köln an Köln",
            "Brief Aachen an Aachen",
        ]
        assert len(pdf.pages) % 2 == 0
        assert pdf.Root.MarkInfo.Marked
        keys = sorted(int(page.obj.StructParents) for page in pdf.pages if "/StructParents" in page.obj)
        assert len(keys) == len(set(keys)) > 4
        known = [int(key) for key in list(pdf.Root.StructTreeRoot.ParentTree.Nums)[::2]]
        assert len(known) == len(set(known))
        assert set(keys) <= set(known)
    text = pdf_text(content)
    assert text.index("Brief Bonn") < text.index("Brief Köln") < text.index("Brief Aachen")
    assert "nicht die Archivfassung" in " ".join(text.split())


def test_posted_as_a_whole_or_dissolved(pile):
    with pytest.raises(NothingToPrint):
        stack_letters(by=None, on=TODAY)
    with pytest.raises(BatchClosed, match="noch nicht fertig"):
        post_batch(pile, by=None, on=TODAY)
    with pytest.raises(BatchClosed, match="Stapel"):
        call_back(Dispatch.objects.first(), by=None)
    dissolve_batch(pile, by=None, on=TODAY)
    again = stack_letters(by=None, on=TODAY)
    assert (again.number, again.count) == ("PS-2027-002", 3)
    print_batch(again, by=None, on=TODAY)
    post_batch(again, by=None, on=date(2027, 1, 12))
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}
    with pytest.raises(BatchClosed):
        post_batch(again, by=None, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.update(sent_at=None)
    assert City.objects.count() == 3
