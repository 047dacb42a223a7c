"""What owners of texts ask for."""

from dataclasses import dataclass

from django.http import Http404

from apps.texts.calculations.blocks import assign_ids
from apps.texts.calculations.diff import BlockChange, Change, compare
from apps.texts.calculations.markup import read_blocks
from apps.texts.models import Text, TextVersion


@dataclass(frozen=True)
class Comparison:
    """Two versions of a text, side by side as one."""

    old: TextVersion
    new: TextVersion | None
    changes: list[BlockChange]

    @property
    def counts(self) -> dict[str, int]:
        """How many blocks were inserted, deleted, edited and moved."""
        found = [change.change for change in self.changes]
        return {
            "inserted": found.count(Change.INSERTED),
            "deleted": found.count(Change.DELETED),
            "edited": found.count(Change.EDITED) + found.count(Change.MOVED_EDITED),
            "moved": found.count(Change.MOVED) + found.count(Change.MOVED_EDITED),
        }

    @property
    def is_same(self) -> bool:
        return all(change.change == Change.SAME for change in self.changes)


def latest_version(text: Text) -> TextVersion:
    return text.versions.select_related("author").latest("number")


def versions_of(text: Text) -> list[TextVersion]:
    """All versions, newest first, without their wording."""
    return list(text.versions.select_related("author").defer("html", "blocks", "plain"))


def get_version(text: Text, number: int) -> TextVersion:
    version = text.versions.select_related("author").filter(number=number).first()
    if version is None:
        raise Http404
    return version


def compare_versions(old: TextVersion, new: TextVersion) -> Comparison:
    return Comparison(old, new, compare(old.parsed_blocks, new.parsed_blocks))


def compare_numbers(text: Text, old: int, new: int) -> Comparison:
    """Compare any two versions of one text; unknown numbers are a 404."""
    return compare_versions(get_version(text, old), get_version(text, new))


def compare_with_typed(current: TextVersion, typed: str) -> Comparison:
    """Compare a stored version with a wording that isn't saved yet."""
    base = current.parsed_blocks
    mine, _next = assign_ids(read_blocks(typed), base, next_number=current.text.next_block)
    return Comparison(current, None, compare(base, mine))
