"""The short first year is closed: prepared, examined by the auditors, adopted by the assembly."""

from datetime import date

from apps.closing.domain.closing import (
    adopt_accounts,
    begin_accounts,
    prepare_accounts,
    record_examination,
    set_note,
)
from apps.closing.domain.datev import set_adviser
from apps.closing.issuing import close_and_file
from apps.organisation.enums import DecisionSubject
from apps.portal.demo.cast import Cast
from apps.portal.demo.decisions import decide
from apps.portal.demo.texts import ACCOUNTS_2025
from apps.resolutions.calculations import Counts

NOTE = (
    "Das erste Geschäftsjahr begann mit der Gründung im Oktober. Die Gründungsstädte gaben eine Starthilfe; Beiträge werden "
    "erst ab 2026 erhoben. Ausgaben fielen nicht an: Das Treffen im Herbst trug die Stadt Augsburg."
)


def close_2025(cast: Cast) -> None:
    """Prepared in February, examined in March, adopted by the assembly in October, closed the week after."""
    accounts = begin_accounts(2025, by=cast.treasurer, on=date(2026, 2, 2))
    set_note(accounts, NOTE, by=cast.treasurer)
    accounts = prepare_accounts(accounts, by=cast.treasurer, on=date(2026, 2, 16))
    accounts = record_examination(
        accounts,
        result="Bücher und Belege vollständig, Bestand nachgewiesen. Keine Beanstandungen; die Entlastung wird empfohlen.",
        by=cast.people["pruefung"],
        on=date(2026, 3, 20),
    )
    resolution = decide(
        cast,
        body="MV",
        kind=DecisionSubject.ASSEMBLY,
        title="Jahresabschluss 2025",
        html=ACCOUNTS_2025,
        on=date(2026, 10, 22),
        counts=Counts(27, 0, 1, present=28, members=29),
        place="Augsburg",
        item="TOP 5",
    )
    accounts = adopt_accounts(accounts, resolution, by=cast.treasurer)
    close_and_file(accounts, by=cast.treasurer, on=date(2026, 10, 29))
    set_adviser(consultant_number=1501, client_number=23, chart="42", by=cast.treasurer)
    begin_accounts(2026, by=cast.treasurer, on=date(2026, 11, 16))
