"""What an import changed, in German lines."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import day, number
from apps.members.domain.register import RegisterReport

SHOWN = 20


def register_lines(report: RegisterReport) -> Iterator[str]:
    """Counts first, then the most telling changes by name."""
    yield _("%s Gemeinden gelesen.") % number(report.total)
    if report.is_empty:
        yield _("Nichts Neues: Das Verzeichnis entspricht der Datei schon.")
    else:
        yield _("Gemeinden: %(new)s neu, %(changed)s geändert (davon %(renamed)s umbenannt), %(gone)s weggefallen.") % {
            "new": number(len(report.new)),
            "changed": number(len(report.changed)),
            "renamed": number(len(report.renamed)),
            "gone": number(len(report.gone)),
        }
        yield _("Einwohnerzahlen: %(added)s hinzugefügt, %(changed)s berichtigt; Veröffentlichung: %(day)s.") % {
            "added": number(report.figures_added),
            "changed": number(len(report.figures_changed)),
            "day": day(report.published_on),
        }
    if report.unknown:
        yield _(
            "%s Gemeinden einer älteren Datei gibt es im Verzeichnis nicht; ihre Zahlen wurden ausgelassen."
        ) % number(len(report.unknown))
    for ags, old, new in report.renamed[:SHOWN]:
        yield _("umbenannt: %(ags)s %(old)s → %(new)s") % {"ags": ags, "old": old, "new": new}
    if report.gone:
        yield _("weggefallen: %s") % ", ".join(report.gone[:SHOWN])
    for ags, before, after in report.figures_changed[:SHOWN]:
        yield _("berichtigt: %(ags)s %(before)s → %(after)s") % {
            "ags": ags,
            "before": number(before),
            "after": number(after),
        }
