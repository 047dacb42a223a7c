from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def sample_templates(settings):
    """Let the samples find their own templates."""
    first = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], Path(__file__).parent / "templates"]}]
