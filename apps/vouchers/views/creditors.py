"""Whom we owe."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.tables import Column, Table
from apps.core.views import Action, Crumb, FormPage, ObjectPage, TablePage
from apps.vouchers.domain.parties import FIELDS, save_creditor
from apps.vouchers.forms import CreditorForm
from apps.vouchers.models import Creditor
from apps.vouchers.rules import get_creditor, visible_creditors, visible_vouchers
from apps.vouchers.views.common import VOUCHERS
from apps.vouchers.views.vouchers import VouchersPage

CREDITORS = Crumb(gettext_lazy("Kreditor:innen"), reverse_lazy("vouchers:creditors"))
NEWEST = 50


class CreditorsPage(TablePage):
    permission = "vouchers.view_creditor"
    title = gettext_lazy("Kreditor:innen")
    columns = (
        Column("name", gettext_lazy("Name"), sort=True, link=True),
        Column("place", gettext_lazy("Ort"), sort=True),
        Column("vat_id", gettext_lazy("USt-IdNr.")),
        Column("iban", gettext_lazy("IBAN")),
    )
    search_fields = ("name", "place", "vat_id", "iban")
    default_sort = "name"
    count_label = gettext_lazy("Kreditor:innen")
    empty_title = gettext_lazy("Noch keine Kreditor:innen")
    empty_text = gettext_lazy("Sie entstehen mit dem ersten Beleg, oder Sie legen sie hier an.")

    def get_queryset(self) -> QuerySet[Creditor]:
        return visible_creditors(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("vouchers.keep_voucher"):
            return []
        return [Action(_("Kreditor:in anlegen"), reverse("vouchers:add_creditor"), primary=True)]


class CreditorView:
    request: Any
    kwargs: dict[str, Any]
    object: Creditor

    def get_object(self) -> Creditor:
        return get_creditor(self.request.user, self.kwargs["pk"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CREDITORS]


class CreditorPage(CreditorView, ObjectPage):
    permission = "vouchers.view_creditor"
    template_name = "vouchers/creditor.html"

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("vouchers.keep_voucher"):
            return []
        return [Action(_("Bearbeiten"), reverse("vouchers:change_creditor", args=[self.object.pk]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        newest = visible_vouchers(self.request.user).filter(creditor=self.object).with_balance()
        rows = newest.select_related("creditor")[:NEWEST]
        columns = [column for column in VouchersPage.columns if column.name not in {"creditor__name", "gross"}]
        columns.insert(3, Column("gross", gettext_lazy("Betrag"), align="right"))
        table = Table(columns, rows, _("Belege"), empty=_("Noch kein Beleg."))
        return super().get_context_data(table=table, **kwargs)


class AddCreditorPage(FormPage):
    permission = "vouchers.keep_voucher"
    title = gettext_lazy("Kreditor:in anlegen")
    form_class = CreditorForm
    submit_label = gettext_lazy("Kreditor:in anlegen")
    cancel_url = reverse_lazy("vouchers:creditors")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, CREDITORS]

    def perform(self, form: CreditorForm) -> str:
        creditor = save_creditor(None, by=self.request.user, **form.cleaned_data)
        self.success(_("%s ist angelegt.") % creditor)
        return creditor.get_absolute_url()


class ChangeCreditorPage(CreditorView, FormPage):
    permission = "vouchers.keep_voucher"
    title = gettext_lazy("Kreditor:in bearbeiten")
    form_class = CreditorForm
    submit_label = gettext_lazy("Angaben ändern")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.object, name) for name in FIELDS}

    def perform(self, form: CreditorForm) -> str:
        creditor = save_creditor(self.object, by=self.request.user, **form.cleaned_data)
        self.success(_("%s ist geändert.") % creditor)
        return creditor.get_absolute_url()
