"""Liquidity by month, and how it is reckoned."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.domain.liquidity import Liquidity, liquidity
from apps.budget.views.plans import BUDGET
from apps.core.charts import bar_chart
from apps.core.money import euros
from apps.core.tables import Column, Table
from apps.core.views import Action, Crumb, Page

FIRST_YEAR, AHEAD = 2000, 2


class LiquidityPage(Page):
    permission = "budget.view_liquidity"
    template_name = "budget/liquidity.html"
    columns = (
        Column("month", gettext_lazy("Monat"), value=lambda row: MONTHS[row.month]),
        Column(
            "is_expected",
            gettext_lazy("Herkunft"),
            value=lambda row: _("erwartet") if row.is_expected else _("gebucht"),
        ),
        Column("opening", gettext_lazy("Anfang"), align="right", value=lambda row: euros(row.opening)),
        Column("incoming", gettext_lazy("Eingang"), align="right", value=lambda row: euros(row.incoming)),
        Column("outgoing", gettext_lazy("Ausgang"), align="right", value=lambda row: euros(row.outgoing)),
        Column("closing", gettext_lazy("Ende"), align="right", value=lambda row: euros(row.closing)),
    )

    @cached_property
    def picture(self) -> Liquidity:
        today = timezone.localdate()
        asked = self.request.GET.get("jahr", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else today.year
        return liquidity(max(FIRST_YEAR, min(year, today.year + AHEAD)), today)

    def get_title(self) -> str:
        return _("Liquidität %s") % self.picture.year

    def get_lead(self) -> str:
        return _("Was am Ende jedes Monats auf den Konten liegt: gebucht bis heute, danach nach Plan erwartet.")

    def get_breadcrumbs(self) -> list[Crumb]:
        return [BUDGET]

    def get_actions(self) -> list[Action]:
        here, year = reverse("budget:liquidity"), self.picture.year
        return [
            Action(str(each), f"{here}?jahr={each}")
            for each in (year - 1, year + 1)
            if FIRST_YEAR <= each <= timezone.localdate().year + AHEAD
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        picture = self.picture
        title = _("Kontostand am Ende des Monats %s") % picture.year
        rows = [(str(MONTHS[month.month]), (month.closing,)) for month in picture.months]
        return super().get_context_data(
            picture=picture,
            lowest_month=MONTHS[picture.lowest.month],
            chart=bar_chart(title, rows, [_("Kontostand")]),
            table=Table(columns=self.columns, rows=picture.months, caption=title),
            steps=[each for each in expected_steps(picture) if each["value"].amount],
            expected=euros(picture.expected),
            later=picture.open_items.later(picture.year),
            **kwargs,
        )


def expected_steps(picture: Liquidity) -> Iterator[dict[str, Any]]:
    """What is still to come and to go in the year, and where each part stands in the table."""
    year, items = picture.year, picture.open_items
    overdue = items.overdue(picture.as_of) if picture.is_current else []
    now = _("im laufenden Monat erwartet")
    due = [item.amount for item in items.due(year, picture.as_of)]
    late = [item.amount for item in overdue]
    rest = [each.amount for each in picture.rest]
    in_month, as_planned = _("im Monat der Fälligkeit"), _("ohne das, was schon gefordert oder berechnet ist")
    yield step(_("Überfällige Forderungen"), incoming(late), now)
    yield step(_("Überfällige Rechnungen"), outgoing(late), now)
    if picture.is_current:
        yield step(_("Ohne Fälligkeit: Guthaben, ungeklärte Zahlungen und übrige Posten"), items.undated, now)
    yield step(_("Forderungen, die %s fällig werden") % year, incoming(due), in_month)
    yield step(_("Rechnungen, die %s zu zahlen sind") % year, outgoing(due), in_month)
    yield step(_("Rest des Haushalts, Einnahmen"), incoming(rest), as_planned)
    yield step(_("Rest des Haushalts, Ausgaben"), outgoing(rest), as_planned)


def step(label: str, amount: Decimal, detail: str) -> dict[str, Any]:
    return {"label": label, "value": euros(amount), "detail": detail}


def incoming(amounts: Iterable[Decimal]) -> Decimal:
    return sum((amount for amount in amounts if amount > 0), Decimal(0))


def outgoing(amounts: Iterable[Decimal]) -> Decimal:
    return sum((amount for amount in amounts if amount < 0), Decimal(0))
