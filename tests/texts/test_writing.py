"""Versions are saved once, in order, and nobody's words are lost."""

import threading
from datetime import date

import pytest
from django.db import connection

from apps.texts.domain.errors import TextChangedMeanwhile, TextIsEmpty
from apps.texts.domain.queries import compare_numbers, latest_version, versions_of
from apps.texts.domain.writing import begin_text, save_version
from apps.texts.enums import TextKind
from apps.texts.models import Text, TextVersion

DAY = date(2026, 11, 2)


@pytest.fixture
def text(board_member):
    return begin_text(
        title="Beitragsordnung", kind=TextKind.RESOLUTION, html="<p>Eins</p><p>Zwei</p>", by=board_member, on=DAY
    )


def test_a_text_begins_with_version_one(text, board_member):
    version = latest_version(text)
    assert (version.number, version.html, version.plain, version.author) == (
        1,
        "<p>Eins</p><p>Zwei</p>",
        "Eins\n\nZwei",
        board_member,
    )
    assert [block["id"] for block in version.blocks] == ["b1", "b2"]


def test_a_new_wording_is_the_next_version_and_keeps_block_ids(text, board_member):
    version = save_version(text, "<p>Zwei</p><p>Drei</p>", by=board_member, on=DAY, base_version=1, note="Drei dazu")
    assert (version.number, version.note, [block["id"] for block in version.blocks]) == (2, "Drei dazu", ["b2", "b3"])
    back = save_version(text, "<p>Eins</p><p>Zwei</p>", by=board_member, on=DAY, base_version=version)
    assert [block["id"] for block in back.blocks] == ["b1", "b2"]
    assert [one.number for one in versions_of(text)] == [3, 2, 1]


def test_the_same_wording_makes_no_version(text, board_member):
    version = save_version(text, "<div>Eins </div><p>Zwei</p>", by=board_member, on=DAY, base_version=1)
    assert (version.number, text.versions.count()) == (1, 1)


def test_an_empty_text_is_refused(text, board_member):
    with pytest.raises(TextIsEmpty) as refused:
        save_version(text, "<p> </p><script>x</script>", by=board_member, on=DAY, base_version=1)
    assert refused.value.field == "content"


def test_whoever_saves_second_keeps_both_texts(text, board_member, office):
    save_version(text, "<p>Eins von der Geschäftsstelle</p>", by=office, on=DAY, base_version=1)
    with pytest.raises(TextChangedMeanwhile) as refused:
        save_version(text, "<p>Eins vom Vorstand</p>", by=board_member, on=DAY, base_version=1)
    assert refused.value.current.plain == "Eins von der Geschäftsstelle"
    assert refused.value.typed == "<p>Eins vom Vorstand</p>"
    assert "Fassung 2" in refused.value.message
    mine = save_version(text, refused.value.typed, by=board_member, on=DAY, base_version=refused.value.current)
    assert [(one.number, one.sha256 == mine.sha256) for one in versions_of(text)] == [(3, True), (2, False), (1, False)]


def test_any_two_versions_compare(text, board_member):
    save_version(text, "<p>Eins und mehr</p><p>Zwei</p>", by=board_member, on=DAY, base_version=1)
    save_version(text, "<p>Zwei</p><p>Neu</p>", by=board_member, on=DAY, base_version=2)
    comparison = compare_numbers(text, 1, 3)
    assert comparison.counts == {"inserted": 1, "deleted": 1, "edited": 0, "moved": 0}
    assert compare_numbers(text, 2, 2).is_same


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_saves_make_one_version_and_one_refusal():
    text = begin_text(title="T", kind=TextKind.PAPER, html="<p>Eins</p>", by=None, on=DAY)
    barrier, outcomes = threading.Barrier(2), []

    def save(words: str) -> None:
        try:
            barrier.wait()
            save_version(Text.objects.get(pk=text.pk), f"<p>{words}</p>", by=None, on=DAY, base_version=1)
            outcomes.append((words, "saved"))
        except TextChangedMeanwhile as error:
            outcomes.append((error.typed, "refused"))
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(words,)) for words in ("Ach", "Oh")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome for _words, outcome in outcomes) == ["refused", "saved"]
    assert list(TextVersion.objects.filter(text=text).order_by("number").values_list("number", flat=True)) == [1, 2]
