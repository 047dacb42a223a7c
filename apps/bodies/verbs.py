"""What the journal says about acts on bodies."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "bodies.body_set_up": _("Gremium eingerichtet"),
    "bodies.body_changed": _("Gremium geändert"),
    "bodies.body_dissolved": _("Gremium aufgelöst"),
    "bodies.office_created": _("Amt geschaffen"),
    "bodies.person_appointed": _("Person in ein Gremium berufen"),
    "bodies.term_ended": _("Sitz beendet"),
    "bodies.term_registered": _("Eintragung ins Vereinsregister vermerkt"),
}
