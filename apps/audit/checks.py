from collections.abc import Sequence
from typing import Any

from django.core.checks import Warning as CheckWarning
from django.db import connections
from django.utils.translation import gettext as _

from apps.audit.models import JournalEntry
from apps.audit.triggers import missing_triggers


def triggers_stand(databases: Sequence[str] | None = None, **options: Any) -> list[CheckWarning]:
    """Every table that is to be kept has its triggers.

    A warning, since `migrate` asks too, refuses to work after an error, and is what makes the triggers of a new version.
    """
    return [
        CheckWarning(
            _("Auf %(count)d Tabellen fehlt der Schutz vor Änderungen: %(tables)s.")
            % {"count": len(tables), "tables": ", ".join(tables)},
            hint=_("Bitte »manage.py migrate« aufrufen."),
            id="audit.W001",
        )
        for alias in databases or ()
        if JournalEntry._meta.db_table in connections[alias].introspection.table_names()
        and (tables := sorted({trigger.table for trigger in missing_triggers(connections[alias])}))
    ]
