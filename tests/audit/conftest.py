from pathlib import Path

import pytest

from apps.audit.domain.verification import verify


@pytest.fixture(autouse=True)
def own_anchor_file(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path / "anchors.log"


@pytest.fixture
def breaks():
    """What verification says now, as a list of sentences."""
    return lambda: verify().breaks
