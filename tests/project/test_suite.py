from collections import Counter
from pathlib import Path

from tests import suite

REPORT = '<testsuites><testsuite tests="10" failures="1" errors="2" skipped="3"/></testsuites>'


def test_the_report_is_counted(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    assert suite.read_report(tmp_path / "report.xml") == Counter(passed=4, failed=3, skipped=3)
    assert suite.read_report(tmp_path / "missing.xml") == Counter()


def test_the_last_line_counts() -> None:
    assert suite.last_line(Counter(passed=5)) == "5 passed, 0 failed"
    assert suite.last_line(Counter(passed=5, failed=1, skipped=2)) == "5 passed, 1 failed, 2 skipped"


def test_a_run_that_reports_nothing_has_failed(monkeypatch) -> None:
    monkeypatch.setattr(suite, "PYTEST", ["-c", "raise SystemExit(3)"])
    assert suite.run_tests("SQLite", "") == Counter(failed=1)


def test_a_check_that_fails_is_counted_and_shown(monkeypatch, capsys) -> None:
    checks = {"Gut": (["true"], {}), "Schlecht": (["sh", "-c", "echo $REASON; exit 1"], {"REASON": "darum"})}
    monkeypatch.setattr(suite, "CHECKS", checks)
    assert suite.run_checks() == Counter(passed=1, failed=1)
    assert "darum" in capsys.readouterr().out
