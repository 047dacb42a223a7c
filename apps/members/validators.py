"""Checks of form fields, with German sentences."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.members.calculations import LeitwegFault, leitweg_fault


def validate_leitweg_id(value: str) -> None:
    match leitweg_fault(value):
        case LeitwegFault.SHAPE:
            raise ValidationError(
                _(
                    "„%(value)s“ hat nicht die Form einer Leitweg-ID. Erwartet werden Ziffern, wahlweise ein Bindestrich mit "
                    "Großbuchstaben und Ziffern, und am Ende zwei Prüfziffern, zum Beispiel 05913000-70."
                )
                % {"value": value}
            )
        case LeitwegFault.CHECK_DIGITS:
            raise ValidationError(
                _(
                    "Die Leitweg-ID „%(value)s“ ist nicht gültig: Die Prüfziffern am Ende stimmen nicht. "
                    "Bitte vergleichen Sie sie mit der Angabe der Stadt."
                )
                % {"value": value}
            )
