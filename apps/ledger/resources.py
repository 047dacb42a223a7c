"""The chart of accounts as it stands in a spreadsheet."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from apps.audit.acts import act
from apps.core.lists import ChoiceWidget, DayWidget, ListResource, TextWidget, text, text_of
from apps.ledger.enums import AccountKind, Sphere
from apps.ledger.models import Account


class KeyWidget(TextWidget):
    """Keys are the program's: an empty cell is no key."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return text_of(value) or None


class AccountResource(ListResource):
    """Rows are found by the key of the program, else by their number; so numbers can be changed in the list."""

    verb = "ledger.chart_imported"
    title = gettext_lazy("Kontenplan")
    required = ("Konto", "Bezeichnung", "Art")
    acting = staticmethod(act)

    number = text("number", "Konto")
    name = text("name", "Bezeichnung")
    kind = Field(attribute="kind", column_name="Art", widget=ChoiceWidget(AccountKind))
    sphere = Field(attribute="sphere", column_name="Bereich", widget=ChoiceWidget(Sphere, Sphere.IDEAL))
    statement_line = text("statement_line", "Zeile im Jahresabschluss")
    key = Field(attribute="key", column_name="Schlüssel", widget=KeyWidget())
    valid_until = Field(attribute="valid_until", column_name="geschlossen ab", widget=DayWidget())

    class Meta(ListResource.Meta):
        model = Account
        fields = ("number", "name", "kind", "sphere", "statement_line", "key", "valid_until")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.used = set(Account.objects.filter(lines__isnull=False).values_list("pk", flat=True))
        self.keys = set(Account.objects.exclude(key=None).values_list("key", flat=True))

    def get_queryset(self) -> Any:
        return Account.objects.order_by("number")

    def key_of(self, instance: Account) -> str:
        return instance.key or instance.number

    def key_of_row(self, row: Any) -> str:
        return text_of(row.get("Schlüssel")) or text_of(row.get("Konto"))

    def after_init_instance(self, instance: Account, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.valid_from = timezone.localdate()

    def import_instance(self, instance: Account, row: Any, **kwargs: Any) -> None:
        before = (instance.number, instance.kind)
        super().import_instance(instance, row, **kwargs)
        if not instance.number.isdigit() or not 3 <= len(instance.number) <= 8:
            raise ValueError(_("Eine Kontonummer besteht aus 3 bis 8 Ziffern."))
        if instance.key and instance.key not in self.keys:
            raise ValueError(_("Den Schlüssel „%s“ kennt das Programm nicht.") % instance.key)
        if instance.pk in self.used and (instance.number, instance.kind) != before:
            raise ValueError(_("Auf dem Konto stehen Buchungen; Nummer und Art bleiben."))
