"""Every word people read passes through gettext."""

import ast

import pytest

from apps.core.errors import DomainError
from tests.architecture.house import ROOT, parsed, python_files, short, templates
from tests.architecture.texts import naked_python_text, naked_template_text


def speaking_errors() -> set[str]:
    """Names of all errors whose message people read."""

    def below(kind: type[Exception]) -> set[str]:
        return {kind.__name__}.union(*(below(child) for child in kind.__subclasses__()))

    return below(DomainError) | {"ValidationError"}


def test_no_naked_text_in_templates() -> None:
    found = {short(path): texts for path in templates() if (texts := naked_template_text(path.read_text()))}
    assert found == {}


def test_no_naked_text_in_code() -> None:
    spoken_elsewhere = {"management", "demo", "bench"}  # the command line; what invented people would have written
    files = [path for path in python_files("apps") if spoken_elsewhere.isdisjoint(path.relative_to(ROOT).parts)]
    errors = speaking_errors()
    found = [f"{short(path)}:{line}" for path in files for line in naked_python_text(parsed(path), errors)]
    assert found == []


@pytest.mark.parametrize(
    ("source", "naked"),
    [
        ("<p>Hallo</p>", ["Hallo"]),
        ('<img alt="Wappen">', ["Wappen"]),
        ('{% include "x.html" with title="Mitglieder" %}', ['"Mitglieder"']),
        ("{{ value|default:'Keine Angabe' }}", ["'Keine Angabe'"]),
        ("<p>{% translate 'Hallo' %}</p>", []),
        ("<p>{% blocktranslate %}Hallo{% endblocktranslate %} {# Rest #}</p>", []),
        ("{% include 'x.html' with title=_('Mitglieder') %}", []),
        ('<a href="{% url "members:city" %}" class="kern-btn">{{ city }} – 5&nbsp;%</a>', []),
        ("{% block body_class %}is-public is-narrow{% endblock %}", []),
        ("<style>body { color: red }</style>", []),
    ],
)
def test_naked_text_in_a_template_is_found(source: str, naked: list[str]) -> None:
    assert naked_template_text(source) == naked


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('raise DomainError("Das geht nicht.")', [1]),
        ('raise DomainError(f"Das geht {x} nicht.")', [1]),
        ('x = models.CharField("Name")', [1]),
        ('x = models.ForeignKey("members.City", verbose_name="Stadt")', [1]),
        ('class A(TextChoices):\n    X = "x", "rot"', [2]),
        ('class Meta:\n    verbose_name = "Stadt"', [2]),
        ('messages.success(request, "Fertig")', [1]),
        ('form.add_error("city", "Fehlt")', [1]),
        ('raise DomainError(_("Das geht nicht."))', []),
        ('x = models.ForeignKey("members.City", verbose_name=_("Stadt"))', []),
        ('class A(TextChoices):\n    X = "x", _("rot")', []),
        ('class C(AppConfig):\n    label = "members"', []),
        ('raise ValueError("programmer")', []),
    ],
)
def test_naked_text_in_code_is_found(source: str, lines: list[int]) -> None:
    assert list(naked_python_text(ast.parse(source), {"DomainError"})) == lines
