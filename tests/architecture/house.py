"""What the guards look at: the floors as pyproject.toml orders them, the apps, their files and models."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import models
from simple_history.models import HistoricalChanges

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def floors() -> dict[str, int]:
    """Floor of each app, the lowest is 1."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contract = next(c for c in settings["tool"]["importlinter"]["contracts"] if c["name"].startswith("Floors"))
    return {
        module.strip().removeprefix("apps."): number
        for number, layer in enumerate(reversed(contract["layers"]), start=1)
        for module in layer.split("|")
    }


def app_names() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "apps").glob("*/apps.py"))


def python_files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt", ".svg"})


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def domain_models() -> Iterator[type[models.Model]]:
    """Models of the house, without the history tables that simple-history makes."""
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("apps.") and not issubclass(model, HistoricalChanges):
            yield model
