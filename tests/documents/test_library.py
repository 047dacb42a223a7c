"""Filing, finding and downloading, through acts and pages."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.audit.models import JournalEntry
from apps.core.errors import DomainError
from apps.documents.domain.downloads import forget_old_downloads
from apps.documents.domain.filing import Filing, add_version, file_documents
from apps.documents.domain.index import search_versions
from apps.documents.enums import Access, Category
from apps.documents.models import Document, DocumentVersion, Download

pytestmark = pytest.mark.django_db


def bytes_of(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def upload(client: Client, name: str, content: bytes, **changes):
    form = {"title": "Protokoll", "category": "minutes", "access": "members", "dated_on": "2027-01-15"} | changes
    return client.post(reverse("documents:upload"), form | {"file": SimpleUploadedFile(name, content)})


def test_uploaded_file_is_found_and_downloaded_unchanged_and_logged(client_for, office, delegate_of, pdf) -> None:
    answer = upload(client_for(office), "protokoll.pdf", pdf)
    document = Document.objects.get()
    assert answer.url == document.get_absolute_url() == "/dokumente/D-2027-00001/"
    _city, person = delegate_of("Köln")
    client = client_for(person)
    assert b"D-2027-00001" in client.get(reverse("documents:library")).content
    downloaded = client.get("/dokumente/D-2027-00001/1/protokoll.pdf")
    assert bytes_of(downloaded) == pdf
    assert downloaded["Content-Type"] == "application/pdf"
    assert [(row.user, row.version.version) for row in Download.objects.all()] == [(person, 1)]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("leer.pdf", b"", "leer"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n", "passen"),
        ("programm.exe", b"MZ", "passen"),
        ("kaputt.pdf", b"%PDF-1.7 kaputt", "beschädigt"),
        ("text.txt", b"\xff\xfe\x00", "passen"),
        ("seite.html", b"<html>", "passen"),
    ],
)
def test_what_is_not_a_proper_file_is_refused_at_the_field(client_for, office, name, content, reason) -> None:
    answer = upload(client_for(office), name, content)
    assert answer.status_code == 200
    [error] = answer.context["form"].errors["file"]
    assert reason in error
    assert not Document.objects.exists()


def test_one_bad_file_among_many_files_nothing(pdf) -> None:
    good = Filing(pdf, "a.pdf", "A", Category.MATERIAL, Access.MEMBERS, "test")
    bad = Filing(b"", "b.pdf", "B", Category.MATERIAL, Access.MEMBERS, "test")
    with pytest.raises(DomainError):
        file_documents([good, bad], by=None, on=date(2027, 1, 15))
    assert not Document.objects.exists()


def test_numbers_have_no_gap_and_begin_anew_each_year(filed) -> None:
    numbers = [
        filed(content=bytes([65 + n]), on=on).number for n, on in enumerate([date(2027, 1, 1)] * 2 + [date(2028, 1, 1)])
    ]
    assert numbers == ["D-2027-00001", "D-2027-00002", "D-2028-00001"]


@pytest.mark.parametrize("query", ["Städte", "Staedte", "stadt", "Ganztagsausbau raumprogramm", "Ganztag", "städten"])
def test_search_finds_words_inside_files_in_every_spelling(filed, docx, query) -> None:
    filed(content=docx, filename="entwurf.docx", title="Die Städte und der Ganztag")
    filed(content=b"Etwas ganz anderes", title="Anderes")
    assert [DocumentVersion.objects.get(pk=pk).filename for pk in search_versions(query)] == ["entwurf.docx"]


def test_search_treats_signs_of_its_language_as_text(filed) -> None:
    filed(content=b"Kosten")
    for query in ['"', "Kosten OR 1=1 --", "Kosten*", "(", "&", "NEAR(", "'"]:
        search_versions(query)
    assert len(search_versions("Kosten")) == 1


@pytest.mark.parametrize(
    ("access", "readers"),
    [
        (Access.PUBLIC, {"public", "member", "board", "treasurer", "auditor", "office"}),
        (Access.MEMBERS, {"member", "board", "treasurer", "auditor", "office"}),
        (Access.BOARD, {"board", "office"}),
        (Access.TREASURY, {"board", "treasurer", "auditor"}),
        (Access.AUDITORS, {"board", "auditor"}),
    ],
)
def test_every_class_is_read_by_its_readers_only(
    filed, client_for, delegate_of, board_member, treasurer, auditor, office, access, readers
) -> None:
    document = filed(access=access)
    people = {"board": board_member, "treasurer": treasurer, "auditor": auditor, "office": office}
    clients = {role: client_for(person) for role, person in people.items()}
    clients |= {"member": client_for(delegate_of("Köln")[1]), "public": Client()}
    for url in (document.get_absolute_url(), document.versions.get().get_absolute_url()):
        assert {role for role, client in clients.items() if client.get(url).status_code == 200} == readers


def test_a_document_of_bonn_is_open_to_bonn_and_closed_to_koeln(filed, client_for, delegate_of) -> None:
    (_koeln, of_koeln), (bonn, of_bonn) = delegate_of("Köln"), delegate_of("Bonn")
    document = filed(access=Access.TREASURY, city=bonn)
    urls = [document.get_absolute_url(), document.versions.get().get_absolute_url()]
    assert [client_for(of_bonn).get(url).status_code for url in urls] == [200, 200]
    assert [client_for(of_koeln).get(url).status_code for url in urls] == [404, 404]
    assert document.number.encode() not in client_for(of_koeln).get(reverse("documents:library")).content


def test_new_version_supersedes_and_the_same_bytes_are_refused(filed, client_for, office) -> None:
    document = filed(content=b"erste Fassung")
    client, url = client_for(office), f"/dokumente/{document.number}/neue-fassung/"
    again = client.post(url, {"file": SimpleUploadedFile("datei.txt", b"erste Fassung"), "note": "dieselbe"})
    assert "bereits die geltende Fassung" in again.context["form"].errors["file"][0]
    client.post(url, {"file": SimpleUploadedFile("datei.txt", b"zweite Fassung"), "note": "Anlage ergänzt"})
    assert list(document.versions.values_list("version", "note")) == [(2, "Anlage ergänzt"), (1, "")]
    entry = JournalEntry.objects.order_by("sequence").last()
    assert (entry.verb, entry.reason, entry.actor) == ("documents.version_added", "Anlage ergänzt", office)


@pytest.mark.parametrize(
    "sql", ["UPDATE documents_documentversion SET sha256 = '0'", "DELETE FROM documents_documentversion"]
)
def test_a_version_can_be_neither_changed_nor_deleted_by_sql(filed, sql) -> None:
    filed()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert DocumentVersion.objects.exclude(sha256="0").count() == 1


def verify(content: bytes) -> str:
    answer = Client().post(reverse("documents:verify"), {"file": SimpleUploadedFile("x.bin", content)})
    return answer.context["verification"].verdict


def test_public_verification_knows_unchanged_superseded_and_unknown(filed) -> None:
    document = filed(content=b"erste Fassung", access=Access.BOARD, title="Vertraulicher Titel")
    assert verify(b"erste Fassung") == "unchanged"
    add_version(document, content=b"zweite Fassung", filename="datei.txt", note="neu", by=None)
    assert verify(b"erste Fassung") == "superseded"
    assert verify(b"zweite Fassung") == "unchanged"
    assert verify(b"zweite fassung") == "unknown"
    page = Client().get(reverse("documents:verify"), {"nummer": f" {document.number.lower()} "})
    assert page.context["verification"].version.version == 2
    assert b"Vertraulicher" not in page.content
    assert (
        Client().get(reverse("documents:verify"), {"nummer": "D-2027-99999"}).context["verification"].verdict
        == "unknown"
    )


def test_downloads_are_forgotten_after_a_year(filed, client_for, board_member) -> None:
    client_for(board_member).get(filed().versions.get().get_absolute_url())
    taken = Download.objects.get().at.date()
    assert forget_old_downloads(on=taken.replace(year=taken.year + 1)) == 0
    assert forget_old_downloads(on=taken.replace(year=taken.year + 2)) == 1


def test_library_takes_as_many_queries_for_many_as_for_one(
    filed, client_for, board_member, django_assert_max_num_queries
) -> None:
    client, url = client_for(board_member), reverse("documents:library")
    filed()
    counts = []
    for _round in range(2):
        for parameters in ({}, {"suche": "Titel"}):
            with django_assert_max_num_queries(20) as captured:
                client.get(url, parameters)
            counts.append(len(captured))
        for content in (b"b", b"c"):
            filed(content=content)
    assert counts[:2] == counts[2:]
