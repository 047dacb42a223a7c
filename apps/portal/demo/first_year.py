"""The short first year: founded in June, registered in October 2025, with dues, a budget, vouchers and a bank account."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from apps.budget.issuing import print_plan
from apps.dues.domain.issuing import issue_run
from apps.dues.domain.runs import prepare_run
from apps.dues.domain.schedules import end_schedule, grant_relief, put_in_force, save_schedule
from apps.dues.domain.sending import queue_unsent
from apps.dues.enums import FeeForm, ReliefKind
from apps.dues.models import FeeSchedule, FeeTier
from apps.dues.printing import print_now
from apps.ledger.domain.cost_centres import open_cost_centre
from apps.portal.demo.budgets import CITIES_OF_2024, put_budget_in_force
from apps.portal.demo.cast import Cast
from apps.portal.demo.letters import send_everything
from apps.portal.demo.money import LEFT_OVER, book_best_proposals, book_by_text, pay_bill, read_statement
from apps.portal.demo.vouchers import HALL, PRINTER, Bill, post
from apps.resolutions.models import Resolution

DECIDED_ON, ISSUED_ON, SENT_ON = date(2025, 10, 10), date(2025, 10, 15), date(2025, 10, 16)
READ_ON = date(2026, 1, 7)
TIERS = ((300_000, 500), (600_000, 750), (1_000_000, 1000), (None, 1250))
RELIEVED = "Die Stadt gehörte 2024 noch nicht zum Kreis der tragenden Städte"

CONGRESS = replace(
    HALL,
    name="Kongress am Park Betriebs-GmbH (Demo)",
    street="Parkstraße 10",
    postcode="86159",
    place="Augsburg",
    iban="DE56370400440700000522",
)
HALL_BILL = Bill(
    CONGRESS,
    "KP-2025-311",
    date(2025, 10, 24),
    date(2025, 11, 10),
    "Saal und Technik, Mitgliederversammlung 10.10.2025",
    "1500.00",
    (("ROOM", "1785.00", "T2025"),),
)
PRINT_BILL = Bill(
    PRINTER,
    LEFT_OVER,
    date(2025, 12, 15),
    date(2026, 1, 14),
    "Satzungshefte und Faltblätter",
    "630.25",
    (("PRINT", "750.00", "A2025"),),
)


def begin_first_year(cast: Cast, decided: dict[str, Resolution]) -> None:
    """What the assembly decided in October: dues for the rest of the year, and a budget."""
    raise_dues_2025(cast, decided["dues2025"])
    plan = put_budget_in_force(cast, 2025, decided["budget2025"], on=date(2025, 9, 12))
    print_plan(plan, by=cast.treasurer, on=date(2025, 10, 20))


def raise_dues_2025(cast: Cast, resolution: Resolution) -> None:
    """Only the cities that carried the network before pay for the short year; the others are exempt."""
    schedule = FeeSchedule(
        title="Startbeitrag 2025",
        form=FeeForm.TIER_FLAT,
        due_month=11,
        due_day=14,
        valid_from=date(2025, 1, 1),
        legal_basis="§ 5 der Satzung und Beschluss vom 10.10.2025",
    )
    tiers = [FeeTier(upper=upper, value=Decimal(value)) for upper, value in TIERS]
    save_schedule(schedule, tiers=tiers, by=cast.treasurer, on=DECIDED_ON)
    schedule = put_in_force(schedule, resolution=resolution, by=cast.treasurer, on=DECIDED_ON)
    end_schedule(schedule, valid_until=date(2026, 1, 1), reason="Beitragsordnung 2026", by=cast.treasurer)
    for name, city in cast.cities.items():
        if name not in CITIES_OF_2024:
            grant_relief(
                city=city,
                kind=ReliefKind.EXEMPTION,
                percent=Decimal(100),
                valid_from=date(2025, 1, 1),
                valid_until=date(2026, 1, 1),
                resolution=resolution,
                reason=RELIEVED,
                by=cast.treasurer,
            )
    issue_run(prepare_run(2025, by=cast.treasurer, on=ISSUED_ON), by=cast.treasurer, on=ISSUED_ON)
    print_now(by=cast.treasurer)
    queue_unsent(by=cast.treasurer, on=SENT_ON)
    send_everything(cast, on=SENT_ON)


def keep_books_2025(cast: Cast) -> None:
    """Two bills, the statement of the year; dues of one city and one bill are still open when the year ends."""
    for number, name, kind in (
        ("T2025", "Mitgliederversammlung Augsburg 2025", "meeting"),
        ("A2025", "Aufbau des Vereins", "general"),
    ):
        open_cost_centre(number=number, name=name, kind=kind, valid_from=date(2025, 1, 1), by=cast.treasurer)
    hall = post(cast, HALL_BILL)
    post(cast, PRINT_BILL)
    read_statement(cast, "kontoauszug-2025.xml", on=READ_ON)
    pay_bill(cast, hall, on=READ_ON)
    book_by_text(cast, on=READ_ON)
    book_best_proposals(cast, on=READ_ON)
