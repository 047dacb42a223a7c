"""What happens once a night."""

from io import StringIO

import pytest
from django.core.management import call_command

from apps.audit.models import Anchor

pytestmark = pytest.mark.django_db


def test_the_night_checks_journal_and_books_and_sets_an_anchor() -> None:
    said = StringIO()
    call_command("nightly", stdout=said)
    assert "Die Bücher stimmen." in said.getvalue()
    assert Anchor.objects.count() == 1
