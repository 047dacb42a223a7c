"""The verdicts on the sample invoice and its eight mutations (domain handbook § 5.9), with German explanations."""

import re

import pytest

from apps.einvoice import explanations, rulebook
from apps.einvoice.checks import check_rules
from apps.einvoice.enums import InvoiceForm
from apps.einvoice.explanations import explanation
from apps.einvoice.parsing import parse
from apps.einvoice.reading import read
from apps.einvoice.schematron import Saxon
from apps.einvoice.validation import SCHEMA, validate
from apps.einvoice.writing import write, written
from tests.einvoice.samples import MUTATIONS, SAMPLE, dues_invoice, mutated


def test_sample_has_no_finding():
    assert read(SAMPLE).findings == ()


@pytest.mark.parametrize("name", MUTATIONS)
def test_mutations_get_their_verdict(name):
    old, new, expected = MUTATIONS[name]
    findings = read(mutated(old, new)).findings
    assert [(finding.rule, finding.severity.value) for finding in findings] == expected
    for finding in findings:
        assert finding.text == explanation(finding.rule) != ""
        assert finding.original not in ("", finding.text)


def test_broken_schema_is_named_by_element_and_judged_no_further():
    [finding] = read(mutated(b"<cbc:ID>2027-000023</cbc:ID>", b"<cbc:Nummer>1</cbc:Nummer>")).findings
    assert (finding.rule, finding.is_fatal) == (SCHEMA, True)
    assert "»Nummer«" in finding.text


def test_rules_without_a_german_sentence_speak_for_themselves():
    assert explanation("BR-99") == ""
    assert explanation("BR-DEC-17") == "Ein Betrag hat mehr als zwei Nachkommastellen."


def test_every_rule_of_norm_and_xrechnung_is_explained():
    folder = rulebook.folder(*rulebook.RULES)
    own = re.findall(r'id="(BR-DE-[^"]+|PEPPOL-[^"]+)"', (folder / "XRechnung-UBL-validation.xsl").read_text())
    norm = re.findall(r'id="(BR-[^"]+)"', (folder / "EN16931-UBL-validation.xsl").read_text())
    assert len(set(own)) > 30
    assert len(set(norm)) > 150
    assert sorted(rule for rule in {*own, *norm} if not explanation(rule) and "CVD" not in rule) == []


def test_each_explanation_has_a_day_and_names_an_official_rule():
    sheets = "".join(path.read_text() for path in rulebook.folder(*rulebook.RULES).glob("*.xsl*"))
    assert sorted(rule for rule in explanations.table() if rule.rstrip("*") not in sheets) == []


def test_missing_official_files_are_told_at_start(monkeypatch):
    assert check_rules() == []
    monkeypatch.setattr(rulebook, "RULES", ("apps", "nowhere"))
    [error] = check_rules()
    assert (error.id, "XRechnung-UBL-validation.xsl" in error.msg, error.hint) == ("einvoice.E001", True, "make setup")


@pytest.mark.parametrize("form", [InvoiceForm.XRECHNUNG_CII, InvoiceForm.XRECHNUNG_UBL, InvoiceForm.ZUGFERD])
def test_sheets_are_compiled_once(form, monkeypatch):
    """11,000 invoices are judged within a run: compiling takes a hundred times as long as judging."""
    content = write(written(dues_invoice(), form))
    validate(parse(content))
    monkeypatch.setattr(Saxon, "compiled", lambda saxon, path: pytest.fail(f"{path.name} is compiled again"))
    assert [validate(parse(content)) for _round in range(3)] == [(), (), ()]


def test_code_lists_of_factur_x_are_consulted():
    content = write(written(dues_invoice(), InvoiceForm.ZUGFERD)).replace(b">EUR</ram:Inv", b">EUX</ram:Inv")
    assert "FX-SCH-A-000595" in {finding.rule for finding in validate(parse(content))}
