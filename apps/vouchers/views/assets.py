"""The register of fixed assets and the depreciation of a year."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, QuerySet, Sum
from django.db.models.functions import Coalesce, Round
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.tables import Column
from apps.core.templatetags.formats import day, euro
from apps.core.views import Action, Badge, ConfirmPage, Crumb, FormPage, ObjectPage, TablePage
from apps.vouchers.domain.assets import (
    dispose_of,
    is_low_value,
    post_depreciations,
    proposed_depreciations,
    record_asset,
    reverse_depreciation,
)
from apps.vouchers.domain.errors import NothingToDepreciate
from apps.vouchers.forms import AssetForm, DisposeForm, ReasonForm, last_year
from apps.vouchers.models import Depreciation, FixedAsset
from apps.vouchers.rules import get_asset, visible_assets
from apps.vouchers.views.common import ASSETS, VOUCHERS

CENTS = DecimalField(max_digits=14, decimal_places=2)


class AssetsPage(TablePage):
    permission = "vouchers.view_fixedasset"
    title = gettext_lazy("Anlagen")
    lead = gettext_lazy("Was dem Verein über Jahre dient, mit seinem Wert nach Abschreibung.")
    columns = (
        Column("number", gettext_lazy("Inventarnummer"), sort=True, link=True),
        Column("name", gettext_lazy("Bezeichnung"), sort=True),
        Column("acquired_on", gettext_lazy("angeschafft"), sort=True),
        Column("useful_life_months", gettext_lazy("Monate"), sort=True, align="right"),
        Column("cost", gettext_lazy("Anschaffungskosten"), sort=True, align="right", total="cost"),
        Column(
            "book_value", gettext_lazy("Buchwert"), sort=True, align="right", value=lambda row: euro(row.book_value)
        ),
        Column("disposed_on", gettext_lazy("abgegangen"), sort=True),
    )
    search_fields = ("number", "name")
    default_sort = "number"
    count_label = gettext_lazy("Anlagegüter")
    empty_title = gettext_lazy("Noch keine Anlagegüter")
    empty_text = gettext_lazy("Aufgenommen wird, was teurer ist als ein geringwertiges Wirtschaftsgut.")

    def get_queryset(self) -> QuerySet[FixedAsset]:
        standing = Sum("depreciations__amount", filter=F("depreciations__is_standing"))
        value = F("cost") - Coalesce(standing, Decimal(0), output_field=CENTS)
        return visible_assets(self.request.user).annotate(book_value=Round(value, 2, output_field=CENTS))

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("vouchers.keep_asset"):
            return []
        year = last_year(timezone.localdate())
        record = Action(_("Anlagegut aufnehmen"), reverse("vouchers:record_asset"), primary=True)
        depreciate = Action(_("Abschreibungen %s buchen") % year, reverse("vouchers:depreciate", args=[year]))
        return [record, depreciate] if FixedAsset.objects.in_use(year).exists() else [record]


class AssetView:
    request: Any
    kwargs: dict[str, Any]
    object: FixedAsset

    def get_object(self) -> FixedAsset:
        return get_asset(self.request.user, self.kwargs["number"])

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, ASSETS]


class AssetPage(AssetView, ObjectPage):
    permission = "vouchers.view_fixedasset"
    template_name = "vouchers/asset.html"

    def get_badge(self) -> Badge:
        return Badge(_("abgegangen"), "neutral") if self.object.disposed_on else Badge(_("im Bestand"), "success")

    def get_actions(self) -> list[Action]:
        if self.object.disposed_on or not self.request.user.has_perm("vouchers.keep_asset"):
            return []
        return [Action(_("Abgang buchen"), reverse("vouchers:dispose", args=[self.object.number]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(self.object.depreciations.select_related("entry"))
        lost = sum((row.amount.amount for row in rows if row.is_standing), Decimal(0))
        return super().get_context_data(
            depreciations=rows,
            book_value=self.object.cost.amount - lost,
            may_keep=self.request.user.has_perm("vouchers.keep_asset"),
            **kwargs,
        )


class RecordAssetPage(FormPage):
    permission = "vouchers.keep_asset"
    title = gettext_lazy("Anlagegut aufnehmen")
    form_class = AssetForm
    submit_label = gettext_lazy("In das Verzeichnis aufnehmen")
    intro = gettext_lazy("Buchen Sie zuerst die Rechnung auf ein Anlagekonto; hier wählen Sie sie als Beleg.")
    cancel_url = reverse_lazy("vouchers:assets")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, ASSETS]

    def perform(self, form: AssetForm) -> str:
        given = dict(form.cleaned_data)
        given["cost"], given["voucher"] = given["cost"].amount, given["voucher"].document
        asset = record_asset(**given, by=self.request.user)
        self.success(_("Aufgenommen als %s.") % asset)
        if is_low_value(asset.cost.amount, asset.acquired_on):
            self.success(
                _("Hinweis: Der Betrag liegt unter der Grenze für geringwertige Wirtschaftsgüter (§ 6 Abs. 2 EStG).")
            )
        return asset.get_absolute_url()


class DepreciatePage(ConfirmPage):
    permission = "vouchers.keep_asset"
    submit_label = gettext_lazy("Abschreibungen buchen")
    cancel_url = reverse_lazy("vouchers:assets")

    def get_title(self) -> str:
        return _("Abschreibungen %s buchen") % self.kwargs["year"]

    def get_breadcrumbs(self) -> list[Crumb]:
        return [VOUCHERS, ASSETS]

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [
            (proposal.asset, f"{euro(proposal.before)} − {euro(proposal.amount)} = {euro(proposal.after)}")
            for proposal in proposed_depreciations(self.kwargs["year"])
        ]

    def get_consequences(self) -> list[str]:
        proposals = proposed_depreciations(self.kwargs["year"])
        if not proposals:
            raise NothingToDepreciate(_("Für %s ist nichts abzuschreiben.") % self.kwargs["year"])
        total = sum((proposal.amount for proposal in proposals), Decimal(0))
        return [
            ngettext(
                "Eine Buchung zum 31.12.%(year)s über %(total)s, linear nach Monaten (§ 7 Abs. 1 EStG).",
                "%(count)s Buchungen zum 31.12.%(year)s, zusammen %(total)s, linear nach Monaten (§ 7 Abs. 1 EStG).",
                len(proposals),
            )
            % {"count": len(proposals), "year": self.kwargs["year"], "total": euro(total)}
        ]

    def perform(self, form: Any) -> str:
        rows = post_depreciations(self.kwargs["year"], by=self.request.user, on=timezone.localdate())
        self.success(ngettext("%s Abschreibung gebucht.", "%s Abschreibungen gebucht.", len(rows)) % len(rows))
        return reverse("vouchers:assets")


class ReverseDepreciationPage(AssetView, ConfirmPage):
    permission = "vouchers.keep_asset"
    form_class = ReasonForm
    submit_label = gettext_lazy("Abschreibung stornieren")
    danger = True
    final = gettext_lazy("Ein Storno kann nicht zurückgenommen werden. Die Abschreibung kann neu gebucht werden.")

    def get_title(self) -> str:
        return _("Abschreibung %(year)s stornieren") % {"year": self.kwargs["year"]}

    def row(self) -> Depreciation:
        return get_object_or_404(self.object.depreciations, year=self.kwargs["year"], is_standing=True)

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Anlagegut"), self.object), (_("Betrag"), euro(self.row().amount))]

    def perform(self, form: ReasonForm) -> str:
        reverse_depreciation(
            self.row(), reason=form.cleaned_data["reason"], by=self.request.user, on=timezone.localdate()
        )
        self.success(_("Die Abschreibung ist storniert."))
        return self.object.get_absolute_url()


class DisposePage(AssetView, ConfirmPage):
    permission = "vouchers.keep_asset"
    form_class = DisposeForm
    title = submit_label = gettext_lazy("Abgang buchen")
    danger = True
    final = gettext_lazy("Ein Abgang kann nicht zurückgenommen werden.")

    def get_initial(self) -> dict[str, Any]:
        return {"disposed_on": timezone.localdate()}

    def get_facts(self) -> list[tuple[Any, Any]]:
        return [(_("Anlagegut"), self.object), (_("angeschafft"), day(self.object.acquired_on))]

    def get_consequences(self) -> list[str]:
        return [_("Der restliche Buchwert wird als Ausgabe gebucht.")]

    def perform(self, form: DisposeForm) -> str:
        asset = dispose_of(self.object, **form.cleaned_data, by=self.request.user)
        self.success(_("Der Abgang von %s ist gebucht.") % asset)
        return asset.get_absolute_url()
