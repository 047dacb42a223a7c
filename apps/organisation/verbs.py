"""What the journal says about acts on the organisation."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "organisation.profile_changed": _("Angaben zur Organisation geändert"),
    "organisation.logo_changed": _("Logo hinterlegt"),
    "organisation.logo_removed": _("Logo entfernt"),
    "organisation.legal_form_changed": _("Rechtsform geändert"),
    "organisation.parameter_added": _("Rechtlichen Wert hinterlegt"),
    "organisation.decision_rule_added": _("Mehrheitsregel festgelegt"),
}
