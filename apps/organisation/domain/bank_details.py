"""Checks of IBAN and BIC with sentences a lay person understands."""

from django.utils.translation import gettext as _
from schwifty import BIC, IBAN
from schwifty import exceptions as faults

from apps.core.errors import DomainError
from apps.core.templatetags.formats import iban as grouped


class IbanInvalid(DomainError):
    """The number is no IBAN."""


class BicInvalid(DomainError):
    """The code is no BIC."""


def check_iban(text: str, *, field: str = "iban") -> str:
    """Return the IBAN without spaces, or tell what is wrong with it (ISO 13616, check digits mod 97)."""
    try:
        return str(IBAN(text).compact)
    except faults.InvalidChecksumDigits:
        reason = _("Die Prüfziffer stimmt nicht.")
    except faults.InvalidLength:
        reason = _("Sie hat die falsche Länge. Eine deutsche IBAN hat 22 Stellen.")
    except faults.InvalidCountryCode:
        reason = _("Sie beginnt nicht mit einem bekannten Länderkürzel.")
    except faults.SchwiftyException:
        reason = _("Sie enthält Zeichen, die dort nicht stehen können.")
    raise IbanInvalid(
        _("Die IBAN %(iban)s ist nicht gültig: %(reason)s Bitte vergleichen Sie sie mit dem Kontoauszug.")
        % {"iban": grouped(text), "reason": reason},
        field=field,
    )


def check_bic(text: str, *, field: str = "bic") -> str:
    """Return the BIC in capitals, or tell that it is none (ISO 9362: 8 or 11 characters)."""
    try:
        return str(BIC(text).compact)
    except faults.SchwiftyException:
        raise BicInvalid(
            _("„%s“ ist kein gültiger BIC. Er hat 8 oder 11 Stellen, zum Beispiel COBADEFFXXX.") % text, field=field
        ) from None
