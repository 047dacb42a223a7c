"""Parts stay small, and every room has a sign at its door."""

from pathlib import Path

from tests.architecture.house import ROOT, app_names, python_files, short, templates

LONGEST_FILE, LONGEST_TEMPLATE = 400, 150


def too_long(paths: list[Path], limit: int) -> list[str]:
    lengths = {path: len(path.read_text().splitlines()) for path in paths}
    return [f"{path.name}: {length}" for path, length in lengths.items() if length > limit]


def test_no_file_is_too_long() -> None:
    assert too_long(python_files("apps", "verein", "tests"), LONGEST_FILE) == []
    assert too_long(templates(), LONGEST_TEMPLATE) == []


def test_a_long_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "fits.py").write_text("\n" * 3)
    (tmp_path / "long.py").write_text("\n" * 4)
    assert too_long(sorted(tmp_path.iterdir()), 3) == ["long.py: 4"]


def test_every_app_has_a_readme() -> None:
    signs = [ROOT / "apps" / name / "README.md" for name in app_names()]
    assert [short(sign) for sign in signs if not sign.exists() or not sign.read_text().strip()] == []
