"""Parse XML from strangers: no document type, no entity, no address, no flood."""

from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring as checked
from django.utils.translation import gettext as _
from lxml import etree

from apps.core.templatetags.formats import number
from apps.einvoice.enums import Syntax
from apps.einvoice.errors import NotAnEInvoice
from apps.einvoice.specifications import CII_INVOICE, UBL_CREDIT_NOTE, UBL_INVOICE

LARGEST_XML = 5 * 1024 * 1024
SYNTAXES = {CII_INVOICE: Syntax.CII, UBL_INVOICE: Syntax.UBL, UBL_CREDIT_NOTE: Syntax.UBL}


def unreadable(error: Exception) -> str:
    """The refusal of a file that is no XML, with the place where reading ended if the reader knows it."""
    if isinstance(error, ParseError):
        line, column = error.position
        return _(
            "Die Datei ist kein fehlerfreies XML (Fehler in Zeile %(line)d, Stelle %(place)d). Bitte fordern Sie sie neu an."
        ) % {"line": line, "place": column + 1}
    return _("Die Datei ist kein fehlerfreies XML. Bitte fordern Sie sie neu an.")


def parse(content: bytes) -> etree._Element:
    """Return the root of an invoice in CII or UBL; whatever else it is, is refused with the reason.

    A document type is refused before anything of it is read: entities that read files or unfold without end are made there.
    """
    if len(content) > LARGEST_XML:
        raise too_large()
    try:
        checked(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except DefusedXmlException:
        raise NotAnEInvoice(
            _("Die Datei enthält eine Dokumenttyp-Angabe (DOCTYPE). Sie kann Schadcode tragen und wird nicht gelesen."),
            field="file",
        ) from None
    except (ParseError, etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise NotAnEInvoice(unreadable(error), field="file") from None
    if root.tag not in SYNTAXES:
        name = etree.QName(root).localname
        raise NotAnEInvoice(
            _(
                "Die Datei ist XML, aber keine E-Rechnung: Erwartet wird CrossIndustryInvoice (CII) oder Invoice (UBL), gefunden wurde »%s«."
            )
            % name,
            field="file",
        )
    return root


def too_large() -> NotAnEInvoice:
    limit = number(LARGEST_XML // 2**20)
    return NotAnEInvoice(_("Die Rechnungsdaten sind größer als %s MB und werden nicht gelesen.") % limit, field="file")


def syntax_of(root: etree._Element) -> Syntax:
    return SYNTAXES[root.tag]
