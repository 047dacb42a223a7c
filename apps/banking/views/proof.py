"""Proof of balances day by day, on screen and as PDF."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.banking.domain.proof import AccountProof, DayProof, prove_account
from apps.banking.models import BankAccount
from apps.banking.prints import print_proof
from apps.banking.rules import get_account
from apps.banking.views.accounts import ACCOUNTS
from apps.banking.views.lines import BANK
from apps.core.downloads import Download
from apps.core.tables import Column, Table
from apps.core.templatetags.formats import euro
from apps.core.views import Action, Badge, Crumb, DownloadView, ObjectPage


def remark(day: DayProof) -> str:
    """What is wrong with a day, in words; what is not in the books yet explains a difference."""
    if day.gap:
        return _("Lücke: Laut Auszug sind es %(said)s, es fehlen Umsätze über %(gap)s.") % {
            "said": euro(day.said),
            "gap": euro(day.gap),
        }
    if day.difference:
        return _("Unterschied zur Buchhaltung: %s") % euro(day.difference)
    return _("stimmt; noch nicht gebucht: %s") % euro(day.waiting) if day.waiting else _("stimmt")


COLUMNS = (
    Column("on", gettext_lazy("Tag")),
    Column("opening", gettext_lazy("Anfangssaldo"), align="right", format=euro),
    Column("movement", gettext_lazy("Umsätze"), align="right", format=euro),
    Column("closing", gettext_lazy("Endsaldo"), align="right", format=euro),
    Column("books", gettext_lazy("Buchhaltung"), align="right", format=euro),
    Column("remark", gettext_lazy("Prüfung"), value=remark),
)


class ProofView:
    """The account and the year that is asked for (?jahr=)."""

    request: Any
    kwargs: dict[str, Any]
    object: BankAccount

    def get_object(self) -> BankAccount:
        return get_account(self.request.user, self.kwargs["pk"])

    @cached_property
    def proof(self) -> AccountProof:
        year = self.request.GET.get("jahr", "")
        return prove_account(self.object, int(year) if year.isdecimal() and len(year) == 4 else None)


class ProofPage(ProofView, ObjectPage):
    permission = "banking.view_bankaccount"
    template_name = "banking/proof.html"

    def get_title(self) -> str:
        return _("Saldennachweis %(account)s") % {"account": self.object}

    def get_badge(self) -> Badge | None:
        if not self.proof.days:
            return None
        return Badge(_("geht auf"), "success") if self.proof.is_proven else Badge(_("Abweichungen"), "danger")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BANK, ACCOUNTS]

    def get_actions(self) -> list[Action]:
        if not self.proof.days:
            return []
        return [Action(_("Als PDF"), f"{reverse('banking:proof_pdf', args=[self.object.pk])}?jahr={self.proof.year}")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = Table(COLUMNS, self.proof.days, _("Saldennachweis %s") % self.proof.year)
        years = [(str(year), f"?jahr={year}") for year in reversed(self.proof.years)]
        return super().get_context_data(proof=self.proof, table=table, years=years, **kwargs)


class ProofPdf(ProofView, DownloadView):
    permission = "banking.view_bankaccount"

    def get_download(self) -> Download:
        content = print_proof(self.proof, on=timezone.localdate(), created=timezone.now())
        return Download(content, f"saldennachweis-{self.proof.year}-{self.object.pk}.pdf", inline=True)
