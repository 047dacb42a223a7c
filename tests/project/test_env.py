import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from verein import env


def test_readers_return_typed_values(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {
        "A_TEXT": "x",
        "A_FLAG": "1",
        "A_NUMBER": "587",
        "SOME_WORDS": "a.org, b.org,",
        "A_FOLDER": str(tmp_path / "new"),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert env.text("A_TEXT") == "x"
    assert env.flag("A_FLAG", False) is True
    assert env.integer("A_NUMBER", 25) == 587
    assert env.words("SOME_WORDS") == ["a.org", "b.org"]
    assert env.folder("A_FOLDER", Path("unused")) == tmp_path / "new"
    assert (tmp_path / "new").is_dir()


def test_defaults_hold_where_nothing_or_an_empty_value_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPTY", "")
    for name in ("UNSET", "EMPTY"):
        assert env.optional_text(name) is None
        assert env.flag(name, True) is True
        assert env.integer(name, 25) == 25
        assert env.words(name, ("a",)) == ["a"]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.text("SETTING"), ""),
        (lambda: env.flag("SETTING", False), "ja"),
        (lambda: env.integer("SETTING", 1), "viele"),
        (lambda: env.database("SETTING", Path("x")), "mysql://localhost/verein"),
        (lambda: env.database("SETTING", Path("x")), "postgresql://localhost"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(read, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", value)
    with pytest.raises(ImproperlyConfigured, match="SETTING"):
        read()


def test_database_urls(monkeypatch: pytest.MonkeyPatch) -> None:
    def parts(url: str) -> list[object]:
        monkeypatch.setenv("SETTING", url)
        found = env.database("SETTING", Path("x.sqlite3"))
        return [found.get(key) for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]

    assert parts("postgresql://ada:p%40ss@db.example.org:5433/verein") == [
        "verein",
        "ada",
        "p@ss",
        "db.example.org",
        "5433",
    ]
    assert parts("postgresql:///verein?host=/run/postgresql") == ["verein", "", "", "/run/postgresql", ""]
    assert parts("")[0] == Path("x.sqlite3")


def test_a_command_without_its_settings_ends_with_a_sentence() -> None:
    root = Path(__file__).resolve().parents[2]
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[0] == "Die Umgebungsvariable VEREIN_SECRET_KEY fehlt."
    assert "VEREIN_DEMO=1" in ended.stderr
