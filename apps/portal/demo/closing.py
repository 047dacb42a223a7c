"""The short first year is closed: prepared in February, examined in March, adopted and discharged in October."""

from datetime import date
from decimal import Decimal

from apps.closing.domain.closing import adopt_accounts, begin_accounts, prepare_accounts, set_note
from apps.closing.domain.datev import set_adviser
from apps.closing.domain.reserves import move_reserve
from apps.closing.enums import Direction, ReserveKind
from apps.closing.issuing import close_and_file
from apps.closing.models import AnnualAccounts
from apps.organisation.domain.values import set_tax_status
from apps.organisation.enums import DecisionSubject, TaxStatus
from apps.portal.demo.cast import REGISTERED_ON, Cast
from apps.portal.demo.decisions import decide
from apps.portal.demo.texts import ACCOUNTS_2025, RESERVE_2025
from apps.resolutions.calculations import Counts

NOTE = (
    "Das erste Geschäftsjahr begann mit der Gründung und umfasst die Monate bis Dezember 2025. Eine Stiftung gab einen Zuschuss "
    "zur Gründung; den Startbeitrag zahlten die 13 Städte, die das Netzwerk 2024 getragen hatten. Die Geschäftsstelle arbeitet "
    "seit Januar 2026, Personalausgaben fielen noch nicht an. Das Netzwerktreffen im Juni 2025 trug die Stadt Augsburg."
)


def prepare_2025(cast: Cast) -> None:
    """Tax-privileged since the registration: part of the surplus is kept for the meeting of 2026 (§ 62 (1) Nr. 1 AO)."""
    notice = "Bescheid nach § 60a AO vom 02.12.2025 (Demo)"
    set_tax_status(TaxStatus.CHARITABLE, valid_from=REGISTERED_ON, source=notice, by=cast.admin)
    resolution = decide(
        cast,
        body="VS",
        kind=DecisionSubject.RESERVES,
        title="Projektrücklage für das Netzwerktreffen 2026",
        html=RESERVE_2025,
        on=date(2026, 2, 9),
        counts=Counts(3, 0, 0, present=3, members=3),
        place="Augsburg",
        item="TOP 3",
    )
    move_reserve(
        kind=ReserveKind.PROJECT,
        direction=Direction.FORM,
        year=2025,
        amount=Decimal(3000),
        purpose="Netzwerktreffen im Juni 2026 in Augsburg, Saal und Technik",
        resolution=resolution,
        by=cast.treasurer,
        on=date(2026, 2, 10),
    )
    accounts = begin_accounts(2025, by=cast.treasurer, on=date(2026, 2, 2))
    set_note(accounts, NOTE, by=cast.treasurer)
    prepare_accounts(accounts, by=cast.treasurer, on=date(2026, 2, 16))


def close_2025(cast: Cast) -> None:
    """The assembly adopts what the auditors have examined; the week after the books are closed for good."""
    resolution = decide(
        cast,
        body="MV",
        kind=DecisionSubject.ACCOUNTS,
        title="Jahresabschluss 2025",
        html=ACCOUNTS_2025,
        on=date(2026, 10, 22),
        counts=Counts(27, 0, 1, present=28, members=29),
        place="Augsburg",
        item="TOP 4",
    )
    accounts = adopt_accounts(AnnualAccounts.objects.get(year=2025), resolution, by=cast.treasurer)
    close_and_file(accounts, by=cast.treasurer, on=date(2026, 10, 29))
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=cast.treasurer)
    begin_accounts(2026, by=cast.treasurer, on=date(2026, 11, 16))
