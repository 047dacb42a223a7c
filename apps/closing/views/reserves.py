"""Reserves and the use of funds of a tax-privileged body."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.closing.domain.funds import funds_statement, is_charitable
from apps.closing.domain.reserves import move_reserve
from apps.closing.enums import ReserveKind
from apps.closing.forms import ReserveForm
from apps.closing.models import ReserveMovement
from apps.closing.prints import free_table, print_funds, vintage_table
from apps.closing.rules import visible_movements
from apps.closing.views.accounts import YEARS, AccountsView
from apps.core.downloads import Download
from apps.core.tables import Column, Filter
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Crumb, DownloadView, FormPage, ObjectPage, TablePage


class ReservesPage(TablePage):
    permission = "closing.view_reservemovement"
    title = gettext_lazy("Rücklagen")
    lead = gettext_lazy("Jede Rücklage wird durch einen Beschluss gebildet und aufgelöst (§ 62 AO).")
    columns = (
        Column("year", gettext_lazy("Jahr"), sort=True, format=str),
        Column("kind", gettext_lazy("Art"), sort=True),
        Column("direction", gettext_lazy("Vorgang"), sort=True),
        Column("purpose", gettext_lazy("Zweck")),
        Column("resolution", gettext_lazy("Beschluss"), link=lambda row: row.resolution.get_absolute_url()),
        Column("entry", gettext_lazy("Buchung"), value=lambda row: str(row.entry), link=True),
        Column("amount", gettext_lazy("Betrag"), sort=True, align="right"),
    )
    filters = (Filter("art", gettext_lazy("Art"), ReserveKind.choices, field="kind"),)
    search_fields = ("purpose",)
    default_sort = "-year"
    count_label = gettext_lazy("Bewegungen")
    empty_title = gettext_lazy("Noch keine Rücklagen")
    empty_text = gettext_lazy("Rücklagen nach § 62 AO gibt es nur, wenn der Verein gemeinnützig ist.")

    def get_queryset(self) -> QuerySet[ReserveMovement]:
        return visible_movements(self.request.user)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [YEARS]

    def get_actions(self) -> list[Action]:
        if not self.request.user.has_perm("closing.add_reservemovement"):
            return []
        return [
            Action(_("Rücklage bilden oder auflösen"), reverse("closing:move_reserve"), primary=True),
            Action(_("Steuerlicher Status"), reverse("organisation:tax_status")),
        ]


class MoveReservePage(FormPage):
    permission = "closing.add_reservemovement"
    title = gettext_lazy("Rücklage bilden oder auflösen")
    intro = gettext_lazy(
        "Gebucht wird zum 31.12. des Geschäftsjahres zwischen den eigenen Mitteln, höchstens, was am Jahresende nicht verwendet "
        "ist. Zur Wiederbeschaffung höchstens die Abschreibungen des Jahres. Die freie Rücklage darf den Höchstbetrag des "
        "Gesetzes nicht übersteigen; was in einem Jahr nicht genutzt wurde, kann in den zwei folgenden nachgeholt werden."
    )
    form_class = ReserveForm
    submit_label = gettext_lazy("Rücklage buchen")
    cancel_url = reverse_lazy("closing:reserves")

    def get_initial(self) -> dict[str, Any]:
        return {"year": timezone.localdate().year - 1}

    def get_breadcrumbs(self) -> list[Crumb]:
        return [YEARS, Crumb(_("Rücklagen"), reverse("closing:reserves"))]

    def perform(self, form: ReserveForm) -> str:
        given = form.cleaned_data | {"amount": form.cleaned_data["amount"].amount}
        movement = move_reserve(**given, by=self.request.user, on=timezone.localdate())
        self.success(
            _("%(movement)s: %(amount)s, gebucht als %(entry)s.")
            % {"movement": movement, "amount": euro(movement.amount), "entry": movement.entry}
        )
        return reverse("closing:reserves")


class FundsPage(AccountsView, ObjectPage):
    permission = "closing.view_annualaccounts"
    template_name = "closing/funds.html"

    def get_title(self) -> str:
        return _("Mittelverwendung %s") % self.object.year

    def get_actions(self) -> list[Action]:
        if not is_charitable(self.object.year):
            return []
        return [Action(_("Als PDF"), reverse("closing:funds_pdf", args=[self.object.year]), primary=True)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not is_charitable(self.object.year):
            return super().get_context_data(charitable=False, **kwargs)
        funds = funds_statement(self.object.year)
        return super().get_context_data(
            charitable=True, funds=funds, vintages=vintage_table(funds), free=free_table(funds), **kwargs
        )


class FundsPdf(AccountsView, DownloadView):
    permission = "closing.view_annualaccounts"

    def get_download(self) -> Download:
        year = self.object.year
        content = print_funds(year, on=timezone.localdate(), created=timezone.now())
        return Download(content, f"mittelverwendung-{year}.pdf", inline=True)
