from collections.abc import Callable
from datetime import date

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from apps.documents.models import Document, content_path
from apps.organisation.enums import LegalMode
from apps.organisation.models import LegalForm


@pytest.fixture
def registered(db):
    """A registered association since 2020."""
    return LegalForm.objects.create(
        mode=LegalMode.EV,
        valid_from=date(2020, 1, 1),
        register_court="Amtsgericht Augsburg",
        register_number="VR 12345",
        registered_on=date(2020, 1, 1),
    )


@pytest.fixture
def own_storage(settings, tmp_path) -> Callable[[Document], str]:
    """A storage of this test alone; returns a function that reads the text of a filed PDF."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }

    def text_of(document: Document) -> str:
        with default_storage.open(content_path(document.versions.get().sha256)) as file:
            pdf = pypdfium2.PdfDocument(file.read())
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)

    return text_of
