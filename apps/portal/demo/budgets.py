"""Budgets with two years ahead, commitments, and what lead cities bore before there was a legal form (invented figures)."""

from datetime import date
from decimal import Decimal

from apps.budget.domain.commitments import enter_commitment
from apps.budget.domain.costs import CostEntry, record_cost, record_meeting
from apps.budget.domain.forecasts import set_forecast
from apps.budget.domain.planning import Planned, adopt_plan, draft_plan, propose_plan, set_amounts
from apps.budget.enums import CostCategory, CostKind, Valuation
from apps.budget.issuing import print_costs
from apps.budget.models import BudgetPlan, NetworkMeeting
from apps.ledger.models import Account
from apps.portal.demo.cast import Cast
from apps.resolutions.models import Resolution

# key of the account → amount, one year further, two years further, month, explanation
BUDGETS: dict[int, dict[str, tuple[str, str, str, int | None, str]]] = {
    2025: {
        "DUES": ("11750.00", "142307.34", "142307.34", 11, "Startbeitrag der 13 Städte, die das Netzwerk 2024 trugen"),
        "GRANT": ("3000.00", "0.00", "0.00", 10, "Zuschuss einer Stiftung zur Gründung"),
        "ROOM": ("1800.00", "24000.00", "25000.00", 10, "Mitgliederversammlung im Oktober"),
        "CATERING": ("1100.00", "14000.00", "14500.00", 10, ""),
        "SPEAKER": ("1500.00", "18000.00", "19000.00", 10, ""),
        "STAFF": ("0.00", "62000.00", "64000.00", None, "Geschäftsstelle ab Januar 2026"),
        "PRINT": ("800.00", "9000.00", "8000.00", 12, ""),
        "IT": ("700.00", "6500.00", "6500.00", 11, "Einrichtung der Website"),
        "NOTARY_COURT": ("350.00", "100.00", "100.00", 10, "Anmeldung zum Vereinsregister"),
        "INSURANCE": ("300.00", "1200.00", "1250.00", 11, ""),
        "BANKFEE": ("30.00", "150.00", "150.00", None, ""),
    },
    2026: {
        "DUES": ("142307.34", "142307.34", "143500.00", 2, "29 Städte, 0,85 ct je Einwohner:in"),
        "FEES_EVENT": ("3500.00", "4000.00", "4000.00", 10, ""),
        "ROOM": ("24000.00", "25000.00", "26000.00", 10, "zweitägiges Netzwerktreffen, Technik"),
        "CATERING": ("14000.00", "14500.00", "15000.00", 10, ""),
        "SPEAKER": ("18000.00", "19000.00", "19500.00", None, "Wissenschaft und Moderation"),
        "STAFF": ("62000.00", "64000.00", "66000.00", None, "eine halbe Stelle Geschäftsstelle"),
        "PRINT": ("9000.00", "8000.00", "8000.00", None, ""),
        "IT": ("6500.00", "6500.00", "6500.00", None, ""),
        "BANKFEE": ("150.00", "150.00", "150.00", None, ""),
        "INSURANCE": ("1200.00", "1250.00", "1250.00", 1, ""),
    },
    2027: {
        "DUES": ("142307.34", "143500.00", "144000.00", 2, "29 Städte, 0,85 ct je Einwohner:in"),
        "FEES_EVENT": ("4000.00", "4000.00", "4500.00", 9, ""),
        "ROOM": ("26000.00", "26500.00", "27000.00", 9, "Netzwerktreffen in Dortmund"),
        "CATERING": ("15000.00", "15500.00", "16000.00", 9, ""),
        "SPEAKER": ("20000.00", "20000.00", "20500.00", None, ""),
        "STAFF": ("64000.00", "66000.00", "68000.00", None, ""),
        "PRINT": ("8000.00", "8000.00", "8500.00", None, ""),
        "IT": ("6500.00", "6500.00", "6500.00", None, ""),
        "BANKFEE": ("150.00", "150.00", "150.00", None, ""),
        "INSURANCE": ("1250.00", "1300.00", "1300.00", 1, ""),
    },
}

NOTES = {
    2025: "Rumpfgeschäftsjahr von der Gründung bis zum 31.12.2025. Der Überschuss deckt die Ausgaben, die 2026 anfallen, "
    "bevor die ersten Beiträge eingehen.",
}

# year, title, partner, account, amount, agreed on, due on
COMMITMENTS = (
    (2026, "Jahresbericht 2026: Satz und Druck", "Druckhaus Lech (Demo)", "PRINT", "3200.00", (2026, 10, 5), (2026, 12, 15)),
    (2027, "Saal und Technik, Netzwerktreffen Dortmund", "Kongress Dortmund (Demo)", "ROOM", "18500.00", (2026, 10, 28), (2027, 9, 20)),
    (2027, "Verpflegung, Netzwerktreffen Dortmund", "Gastwerk Ruhr (Demo)", "CATERING", "11200.00", (2026, 11, 4), (2027, 9, 24)),
)  # fmt: skip

CITIES_OF_2024 = (
    "Frankfurt am Main", "Wiesbaden", "Augsburg", "Dortmund", "Köln", "Hamburg", "München",
    "Dresden", "Leipzig", "Stuttgart", "Hannover", "Nürnberg", "Bonn",
)  # fmt: skip

CASH, IN_KIND = CostKind.CASH, CostKind.IN_KIND
C = CostCategory
type Row = tuple[CostCategory, CostKind, str, str, str, str]
# category, kind, net, VAT, valuation, explanation
FRANKFURT: tuple[Row, ...] = (
    (C.ROOM, IN_KIND, "2600.00", "0", Valuation.RENT_LIST, "Saal und zwei Räume, zwei Tage nach Mietverzeichnis"),
    (C.CATERING, CASH, "1680.67", "319.33", "", "38 Personen, zwei Tage"),
    (C.MODERATION, CASH, "1008.40", "191.60", "", "ein Tag"),
    (C.STAFF, IN_KIND, "3850.00", "0", Valuation.HOURS, "70 Stunden × 55,00 €"),
    (C.TECHNOLOGY, IN_KIND, "0", "0", Valuation.NONE, "Tontechnik des Hauses"),
)
WIESBADEN: tuple[Row, ...] = (
    (C.ROOM, IN_KIND, "1900.00", "0", Valuation.OFFER, "Angebot eines Tagungshauses"),
    (C.CATERING, CASH, "1512.61", "287.39", "", "32 Personen, zwei Tage"),
    (C.SPEAKER, CASH, "700.00", "0", "", "Vortrag Bildungsmonitoring"),
    (C.STAFF, IN_KIND, "2750.00", "0", Valuation.HOURS, "50 Stunden × 55,00 €"),
)
AUGSBURG: tuple[Row, ...] = (
    (C.ROOM, IN_KIND, "2400.00", "0", Valuation.RENT_LIST, "zwei Tage × 1.200,00 €"),
    (C.CATERING, CASH, "1960.00", "0", "", "35 Personen × 2 Tage × 28,00 €"),
    (C.SPEAKER, CASH, "800.00", "0", "", "Honorar Wissenschaft"),
    (C.STAFF, IN_KIND, "3300.00", "0", Valuation.HOURS, "60 Stunden × 55,00 €"),
)
MEETINGS: tuple[tuple[str, str, date, date, int, tuple[Row, ...]], ...] = (
    ("Netzwerktreffen Frankfurt am Main", "Frankfurt am Main", date(2024, 3, 14), date(2024, 3, 15), 38, FRANKFURT),
    ("Netzwerktreffen Wiesbaden", "Wiesbaden", date(2024, 11, 7), date(2024, 11, 8), 32, WIESBADEN),
    ("Netzwerktreffen Augsburg", "Augsburg", date(2025, 6, 26), date(2025, 6, 27), 35, AUGSBURG),
)


def put_budget_in_force(cast: Cast, year: int, resolution: Resolution, *, on: date) -> BudgetPlan:
    accounts = {account.key: account for account in Account.objects.result()}
    amounts = {
        accounts[key]: Planned(Decimal(amount), text, Decimal(following), Decimal(after_next), month)
        for key, (amount, following, after_next, month, text) in BUDGETS[year].items()
    }
    plan = draft_plan(year, by=cast.treasurer, on=on)
    set_amounts(plan, amounts, note=NOTES.get(year, ""), by=cast.treasurer)
    propose_plan(plan, by=cast.treasurer, on=on)
    return adopt_plan(plan, resolution, by=cast.board)


def bind_money(cast: Cast) -> None:
    """Contracts of 2026 and 2027, and a forecast somebody gave reasons for."""
    accounts = {account.key: account for account in Account.objects.result()}
    for year, title, partner, key, amount, agreed_on, due_on in COMMITMENTS:
        enter_commitment(
            year=year,
            title=title,
            partner=partner,
            account=accounts[key],
            amount=Decimal(amount),
            agreed_on=date(*agreed_on),
            due_on=date(*due_on),
            by=cast.treasurer,
        )
    set_forecast(
        2026, accounts["SPEAKER"], rule="own", figure=Decimal(17250), reason="ein Vortrag entfällt", by=cast.treasurer
    )


def record_lead_city_costs(cast: Cast) -> None:
    """The meetings of 2024 and 2025, before the association had an account of its own."""
    for title, host, starts_on, ends_on, participants, rows in MEETINGS:
        meeting = record_meeting(
            title=title,
            host=cast.cities[host],
            starts_on=starts_on,
            ends_on=ends_on,
            participants=participants,
            cities=[cast.cities[name] for name in CITIES_OF_2024],
            is_example=True,
            by=cast.treasurer,
        )
        record_costs(cast, meeting, rows)
    for year in (2024, 2025):
        print_costs(year, by=cast.treasurer, on=date(2026, 11, 10))


def record_costs(cast: Cast, meeting: NetworkMeeting, rows: tuple[Row, ...]) -> None:
    for category, kind, net, vat, valuation, explanation in rows:
        cost = CostEntry(category, kind, Decimal(net), Decimal(vat), valuation, explanation)
        record_cost(meeting, meeting.host, cost, by=cast.treasurer, on=meeting.ends_on)
