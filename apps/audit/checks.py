from collections.abc import Sequence
from typing import Any

from django.core.checks import Error
from django.db import connections
from django.utils.translation import gettext as _

from apps.audit.models import JournalEntry
from apps.audit.triggers import missing_triggers


def triggers_stand(databases: Sequence[str] | None = None, **options: Any) -> list[Error]:
    """Every table that is to be kept has its triggers."""
    return [
        Error(
            _("Auf %(count)d Tabellen fehlt der Schutz vor Änderungen: %(tables)s.")
            % {"count": len(tables), "tables": ", ".join(tables)},
            hint=_("Bitte »manage.py migrate« aufrufen."),
            id="audit.E001",
        )
        for alias in databases or ()
        if JournalEntry._meta.db_table in connections[alias].introspection.table_names()
        and (tables := sorted({trigger.table for trigger in missing_triggers(connections[alias])}))
    ]
