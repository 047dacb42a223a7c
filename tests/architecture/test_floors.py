"""Imports and relations go down the floors only; an app keeps its screens to itself."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.architecture.house import ROOT, app_names, domain_models, floors, parsed, python_files, short

PRIVATE = {"forms", "views", "prints", "urls", "resources", "tasks", "admin", "management"}
FOR_EVERYONE = {"core"}


def test_every_app_stands_on_a_floor() -> None:
    assert sorted(floors()) == app_names()
    assert [name for name in app_names() if not apps.is_installed(f"apps.{name}")] == []


# imports: the contracts of pyproject.toml, and that each of them can break


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).parent / "lint-imports")
    return subprocess.run(
        [program, "--config", str(ROOT / "pyproject.toml"), "--no-cache"], cwd=folder, capture_output=True, text=True
    )


@pytest.fixture
def empty_house(tmp_path: Path) -> Path:
    for name in app_names():
        (tmp_path / "apps" / name).mkdir(parents=True)
        (tmp_path / "apps" / name / "__init__.py").touch()
    (tmp_path / "apps" / "__init__.py").touch()
    (tmp_path / "verein").mkdir()
    (tmp_path / "verein" / "__init__.py").touch()
    return tmp_path


def test_imports_keep_the_contracts() -> None:
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("ledger/models.py", "from apps import dues", "Floors"),
        ("dues/models.py", "from apps import papers", "Floors"),
        ("dues/domain.py", "from apps.dues import views", "Inner order"),
        ("dues/forms.py", "from apps.dues import resources", "Inner order"),
        ("dues/enums.py", "from apps.dues import calculations", "Inner order"),
        ("dues/calculations.py", "from django.db import models", "Calculations"),
        ("papers/models.py", "from apps import ledger", "The deciding wing"),
        ("portal/models.py", "from verein import settings", "No app imports the project"),
    ],
)
def test_contract_breaks(empty_house: Path, path: str, line: str, contract: str) -> None:
    (empty_house / "verein" / "settings.py").touch()
    for name in ("views", "resources", "calculations"):
        (empty_house / "apps" / "dues" / f"{name}.py").touch()
    (empty_house / "apps" / path).write_text(f"{line}\n")
    found = lint(empty_house)
    broken = [row for row in found.stdout.splitlines() if row.endswith("BROKEN")]
    assert found.returncode == 1
    assert any(row.startswith(contract) for row in broken), found.stdout


# relations: a foreign key named by a string is invisible to import-linter

Relation = tuple[str, str, str]


def relations() -> Iterator[Relation]:
    for model in domain_models():
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            target = field.remote_field and field.related_model
            if target and target.__module__.startswith("apps.") and target._meta.label != settings.AUTH_USER_MODEL:
                yield model._meta.app_label, f"{model.__name__}.{field.name}", target._meta.app_label


def climbing(found: Iterable[Relation]) -> list[Relation]:
    return [(app, name, target) for app, name, target in found if app != target and floors()[app] <= floors()[target]]


def test_no_relation_climbs() -> None:
    assert climbing(relations()) == []


def test_a_climbing_relation_is_found() -> None:
    up, beside, down = ("ledger", "A.b", "dues"), ("dues", "A.b", "budget"), ("dues", "A.b", "ledger")
    assert climbing([up, beside, down]) == [up, beside]


# privacy: screens of an app are its own


def private_imports(app: str, tree: ast.Module) -> list[str]:
    """Modules of other apps' screens that the file of `app` imports."""
    found = []
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        for module in modules:
            match module.split("."):
                case ["apps", other, part, *_] if part in PRIVATE and other != app and other not in FOR_EVERYONE:
                    found.append(f"apps.{other}.{part}")
    return sorted(set(found))


def test_no_app_uses_the_screens_of_another() -> None:
    found = {
        short(path): names
        for path in python_files("apps")
        if (names := private_imports(path.relative_to(ROOT / "apps").parts[0], parsed(path)))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line", ["from apps.dues.views import X", "from apps.dues import views", "import apps.dues.views as v"]
)
def test_a_private_import_is_found(line: str) -> None:
    assert private_imports("banking", ast.parse(line)) == ["apps.dues.views"]
    assert private_imports("dues", ast.parse(line)) == []
