"""`history = History()` on a model keeps every state of every row, covered by the journal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from apps.audit.acts import Act, act, current_act
from apps.audit.calculations import new_salt
from apps.audit.encoding import personal_columns, personal_mac, python_value
from apps.audit.models import JournalEntry
from apps.audit.verbs import SAVED

HISTORY_TYPES = {"+": _("angelegt"), "~": _("geändert"), "-": _("gelöscht")}


def _reason(row: Any) -> str:
    """The reason stands in the journal only, where it can be erased."""
    return JournalEntry.objects.filter(act=row.history_act).values_list("reason", flat=True).first() or ""


@contextmanager
def recording(instance: models.Model) -> Iterator[Act]:
    """The act that is going on, or a minimal one for a save outside of any act: no history row is ever without an entry."""
    present = current_act()
    if present:
        yield present
        return
    with transaction.atomic(), act(SAVED, instance, by=getattr(instance, "_history_user", None)) as own:
        yield own


class KeptHistoryManager(HistoryManager):  # type: ignore[misc]
    """`instance.history`; its class is built once instead of at every access."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):  # type: ignore[misc]
    """Row history whose rows carry the act that wrote them.

    The model's `personal_fields` are hashed only by a MAC with a salt per row, so that they can be erased. Fields in
    `excluded_fields` are not kept; a save of nothing else writes no row.
    """

    def __init__(self, *, excluded_fields: Sequence[str] = (), **options: Any) -> None:
        super().__init__(
            excluded_fields=list(excluded_fields),
            history_id_field=models.BigAutoField(),
            history_manager=KeptHistoryManager,
            **options,
        )

    _date_indexing = False

    def create_history_model(self, model: type[models.Model], inherited: bool) -> Any:
        history_model = super().create_history_model(model, inherited)
        history_model.history_personal_fields = self._personal_fields(model)
        return history_model

    def _personal_fields(self, model: type[models.Model]) -> tuple[str, ...]:
        return tuple(name for name in getattr(model, "personal_fields", ()) if name not in self.excluded_fields)

    def copy_fields(self, model: type[models.Model]) -> Any:
        """Rows are found by object and by act only: no other index, so that bulk writes stay fast. Personal fields can be emptied."""
        fields = super().copy_fields(model)
        for name, field in fields.items():
            field.db_index = name == model._meta.pk.name
            if name in self._personal_fields(model):
                field.null = True
        return fields

    def get_extra_fields(self, model: type[models.Model], fields: dict[str, Any]) -> Any:
        extra = super().get_extra_fields(model, fields)
        extra["history_change_reason"] = property(_reason)
        extra["history_act"] = models.BigIntegerField(_("Vorgang"), db_index=True)
        extra["history_type"] = models.CharField(_("Art"), max_length=1, choices=list(HISTORY_TYPES.items()))
        extra["history_user"] = models.ForeignKey(
            settings.AUTH_USER_MODEL,
            models.DO_NOTHING,
            null=True,
            related_name="+",
            db_constraint=False,
            db_index=False,
            verbose_name=_("Person"),
        )
        if self._personal_fields(model):
            extra["history_salt"] = models.CharField(_("Schlüssel der Zeile"), max_length=32, null=True)
            extra["history_personal_mac"] = models.CharField(_("Prüfwert der Personendaten"), max_length=64)
        return extra

    def get_meta_options(self, model: type[models.Model]) -> Any:
        return super().get_meta_options(model) | {
            "ordering": ("-history_id",),
            "get_latest_by": "history_id",
            "verbose_name": format_lazy("{} {}", _("Verlauf:"), model._meta.verbose_name),
            "verbose_name_plural": format_lazy("{} {}", _("Verlauf:"), model._meta.verbose_name_plural),
        }

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **options: Any) -> None:
        written = options.get("update_fields")
        if written is not None and not created and set(written) <= set(self.excluded_fields):
            return
        super().post_save(instance, created, using=using, **options)

    def create_historical_record(self, instance: models.Model, history_type: str, using: str | None = None) -> None:
        model = getattr(instance, self.manager_name).model
        with recording(instance) as present:
            row = history_row(model, instance, history_type, present)
            row.save(force_insert=True)


def history_row(model: Any, instance: models.Model, history_type: str, present: Act) -> Any:
    """A history row of the instance as it is now, not yet saved; the act takes notice of the table."""
    present.tables.add(model)
    values = {field.attname: getattr(instance, field.attname) for field in model.tracked_fields}
    row = model(
        **values,
        history_date=present.at,
        history_type=history_type,
        history_user_id=present.actor_id,
        history_act=present.id,
    )
    if personal_columns(model):
        sign_personal(row)
    return row


def sign_personal(row: Any) -> None:
    """Give the row its salt and the MAC over its personal columns."""
    fields = {field.column: field for field in row._meta.concrete_fields}
    values = {
        name: python_value(fields[name], getattr(row, fields[name].attname)) for name in personal_columns(type(row))
    }
    row.history_salt = new_salt()
    row.history_personal_mac = personal_mac(type(row), row.history_salt, values)


def history_models() -> list[type[models.Model]]:
    """Every history model, by label."""
    found = [model for model in apps.get_models() if hasattr(model, "history_personal_fields")]
    return sorted(found, key=lambda model: model._meta.label_lower)
