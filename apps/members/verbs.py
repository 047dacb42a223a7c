"""What the journal says about acts on members."""

from django.utils.translation import gettext_lazy as _

VERBS = {
    "members.city_added": _("Stadt aufgenommen ins Verzeichnis"),
    "members.city_changed": _("Angaben zur Stadt geändert"),
    "members.cities_imported": _("Städte eingelesen"),
    "members.address_set": _("Anschrift festgelegt"),
    "members.address_ended": _("Anschrift beendet"),
    "members.population_recorded": _("Einwohnerzahl eingetragen"),
    "members.population_corrected": _("Einwohnerzahl berichtigt"),
    "members.figures_imported": _("Einwohnerzahlen eingelesen"),
    "members.municipality_added": _("Gemeinde ins Verzeichnis aufgenommen"),
    "members.addresses_imported": _("Anschriften eingelesen"),
    "members.memberships_imported": _("Mitgliedschaften eingelesen"),
    "members.municipalities_imported": _("Gemeindeverzeichnis eingelesen"),
    "members.contact_added": _("Ansprechperson eingetragen"),
    "members.contact_changed": _("Ansprechperson geändert"),
    "members.contact_ended": _("Ansprechperson beendet"),
    "members.contacts_imported": _("Ansprechpersonen eingelesen"),
    "members.delegation_added": _("Entsendung eingetragen"),
    "members.delegation_ended": _("Entsendung beendet"),
    "members.membership_applied": _("Mitgliedschaft beantragt"),
    "members.membership_admitted": _("Stadt als Mitglied aufgenommen"),
    "members.membership_activated": _("Mitgliedschaft wirksam geworden"),
    "members.membership_rejected": _("Aufnahme abgelehnt"),
    "members.application_withdrawn": _("Antrag zurückgenommen"),
    "members.notice_given": _("Austritt erklärt"),
    "members.notice_withdrawn": _("Austrittserklärung zurückgenommen"),
    "members.membership_ended": _("Mitgliedschaft beendet"),
    "members.city_excluded": _("Stadt ausgeschlossen"),
}
