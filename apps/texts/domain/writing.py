"""Begin a text and save versions of it."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.acts import act
from apps.texts.calculations.blocks import Block, assign_ids, content_hash, from_json, plain_text, render, to_json
from apps.texts.calculations.markup import read_blocks
from apps.texts.domain.errors import TextChangedMeanwhile, TextIsEmpty
from apps.texts.enums import TextKind
from apps.texts.models import Text, TextVersion


@transaction.atomic
def begin_text(*, title: str, kind: TextKind, html: str, by: User | None, on: date, note: str = "") -> Text:
    """Create a text with its first version."""
    text = Text(title=title, kind=kind)
    with act("texts.begun", text, by=by, data={"title": title}):
        text.save()
        save_version(text, html, by=by, on=on, base_version=None, note=note)
    return text


@transaction.atomic
def save_version(
    text: Text, html: str, *, by: User | None, on: date, base_version: TextVersion | int | None, note: str = ""
) -> TextVersion:
    """Save the wording as the next version and return it; the same wording makes no new version.

    `base_version` is the version (or its number) the edit began with. If another one was saved since, the act refuses with
    both wordings (`TextChangedMeanwhile`). Blocks keep their ids from version to version.
    """
    text = Text.objects.select_for_update().get(pk=text.pk)
    current = text.versions.first()
    fresh = read_blocks(html)
    if not fresh:
        raise TextIsEmpty(_("Der Text ist leer. Bitte schreiben Sie ihn, bevor Sie speichern."), field="content")
    if current and content_hash(fresh) == current.sha256:
        return current
    base_number = base_version.number if isinstance(base_version, TextVersion) else base_version
    if current and base_number != current.number:
        raise TextChangedMeanwhile(current, html)
    blocks, text.next_block = assign_ids(
        fresh,
        current.parsed_blocks if current else [],
        retired=retired_blocks(text, current),
        next_number=text.next_block,
    )
    version = TextVersion(
        text=text,
        number=current.number + 1 if current else 1,
        html=render(blocks),
        blocks=to_json(blocks),
        plain=plain_text(blocks),
        sha256=content_hash(blocks),
        author=by,
        saved_at=timezone.now(),
        note=note,
    )
    with act("texts.version_saved", text, by=by, data={"number": version.number, "sha256": version.sha256, "on": on}):
        text.save()
        version.save()
    return version


@transaction.atomic
def rename_text(text: Text, *, title: str, by: User | None, on: date) -> Text:
    """Give the text the title its owner has."""
    text = Text.objects.select_for_update().get(pk=text.pk)
    if text.title != title:
        with act("texts.renamed", text, by=by, data={"title": title, "on": on}):
            text.title = title
            text.save()
    return text


def retired_blocks(text: Text, current: TextVersion | None) -> list[Block]:
    """Blocks of earlier versions that the current one no longer has, the latest wording of each."""
    if not current:
        return []
    present = {block.id for block in current.parsed_blocks}
    retired: dict[str, Block] = {}
    for rows in text.versions.exclude(pk=current.pk).values_list("blocks", flat=True):
        for block in from_json(rows):
            if block.id not in present:
                retired.setdefault(block.id, block)
    return list(retired.values())
