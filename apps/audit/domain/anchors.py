"""Anchors: the head of the journal kept elsewhere, so that an end cut off later is noticed."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.audit.encoding import moment_text
from apps.audit.models import Anchor, JournalHead


@dataclass(frozen=True)
class AnchorLine:
    """A line of the file, one JSON object each."""

    sequence: int
    hash: str
    at: str
    medium: str


def anchor_file() -> Path:
    return Path(settings.DATA_DIR) / "anchors.log"


@transaction.atomic
def make_anchor(*, medium: str) -> Anchor:
    """Keep the present head in the table and, after commit, in the file; `medium` says where it is printed or sent."""
    head = JournalHead.locked()
    anchor = Anchor.objects.create(sequence=head.sequence, hash=head.hash, at=timezone.now(), medium=medium)
    line = AnchorLine(anchor.sequence, anchor.hash, moment_text(anchor.at), medium)
    transaction.on_commit(lambda: append_line(line))
    return anchor


def append_line(line: AnchorLine) -> None:
    with anchor_file().open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_lines() -> Iterator[AnchorLine | str]:
    """Every line of the file; what can't be read comes back as text."""
    path = anchor_file()
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for text in file:
            yield parse_line(text.strip())


def parse_line(text: str) -> AnchorLine | str:
    try:
        fields: dict[str, Any] = json.loads(text)
        return AnchorLine(**fields)
    except (ValueError, TypeError):
        return text
