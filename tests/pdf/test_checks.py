from django.core.checks.registry import registry

from apps.pdf import checks


def test_a_machine_with_everything_has_no_findings():
    assert checks.check_libraries() == []
    assert checks.check_fonts() == []


def test_django_runs_the_checks():
    assert {checks.check_libraries, checks.check_fonts} <= set(registry.get_checks())


def test_missing_libraries_are_named_with_the_packages_that_bring_them(monkeypatch):
    monkeypatch.setattr(checks, "loads", lambda name: not name.startswith("libpango"))
    (error,) = checks.check_libraries()
    assert error.msg == "Es können keine PDFs gedruckt werden, dem System fehlt: Pango, PangoFT2."
    assert "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in error.hint
    assert "dnf install pango" in error.hint
    assert "brew install pango" in error.hint


def test_a_library_under_any_of_its_names_is_enough(monkeypatch):
    monkeypatch.setattr(checks, "loads", lambda name: name.endswith(".dylib"))
    assert checks.check_libraries() == []


def test_missing_fonts_are_named(settings, tmp_path):
    settings.FONTS_DIR = tmp_path
    (error,) = checks.check_fonts()
    assert str(tmp_path / "source-sans" / "TTF" / "SourceSans3-Regular.ttf") in error.msg
