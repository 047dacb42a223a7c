"""A city with somebody who acts for it, and files of every kind."""

from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from django.utils import timezone

from apps.accounts.roles import Role
from apps.documents.domain.filing import file_document
from apps.documents.enums import Access, Category
from apps.members.models import City, Delegation


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def pdf() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def docx() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w><p>Ganztagsausbau</p><p>Raumprogramm</p></w>")
    return buffer.getvalue()


@pytest.fixture
def delegate_of(user_with):
    """Return a function that makes a city and a person who acts for it today."""

    def make(name: str):
        with_slug = name.lower().replace("ö", "oe")
        city, _created = City.objects.get_or_create(
            name=name, defaults={"official_name": f"Stadt {name}", "slug": with_slug, "land": "NW"}
        )
        person = user_with(Role.MEMBER)
        Delegation.objects.create(city=city, user=person, valid_from=timezone.localdate() - timedelta(days=30))
        return city, person

    return make


@pytest.fixture
def filed(db):
    """Return a function that files a small text."""

    def make(content: bytes = b"Inhalt", **changes):
        fields = {
            "filename": "datei.txt",
            "title": "Ein Titel",
            "category": Category.MATERIAL,
            "access": Access.MEMBERS,
            "origin": "test",
            "by": None,
            "on": date(2027, 1, 15),
        }
        return file_document(content=content, **fields | changes)

    return make
