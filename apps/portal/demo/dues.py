"""What is drafted and announced beside the dues of the year: next year's schedule, expected dues for the budgets."""

from datetime import date
from decimal import Decimal

from apps.core.money import euros
from apps.dues.announcement_printing import print_announcements
from apps.dues.domain.announcements import announce, prepare_announcement
from apps.dues.domain.schedules import save_schedule
from apps.dues.enums import FeeForm, PopulationRule, ProRata
from apps.dues.models import FeeSchedule, FeeTier
from apps.portal.demo.cast import Cast


def announce_dues_2027(cast: Cast) -> None:
    """In April 2026 every city learned what it will probably owe in 2027 and 2028."""
    run = prepare_announcement(2027, decided_by=date(2026, 11, 30), by=cast.treasurer, on=date(2026, 4, 13))
    announce(run, by=cast.treasurer, on=date(2026, 4, 20))
    print_announcements(by=cast.treasurer)


def draft_fee_schedule_2028(cast: Cast) -> None:
    """A draft to compare: rates that fall with the size of the city, for the assembly to decide."""
    schedule = FeeSchedule(
        title="Beitragsordnung 2028",
        form=FeeForm.MARGINAL,
        minimum=euros(500),
        pro_rata=ProRata.QUARTER_STARTED,
        population_rule=PopulationRule.END_YEAR_BEFORE_LAST,
        valid_from=date(2028, 1, 1),
        legal_basis="§ 5 der Satzung und Beitragsordnung (Entwurf)",
    )
    tiers = [
        FeeTier(upper=upper, value=Decimal(rate))
        for upper, rate in ((300_000, "0.009"), (600_000, "0.0085"), (None, "0.004"))
    ]
    save_schedule(schedule, tiers=tiers, by=cast.treasurer, on=date(2026, 11, 12))
