"""The 29 cities of the demo, their people and a fee schedule in force; the dues of 2027 are still to be raised."""

from datetime import date

from django.test import Client

from apps.accounts.models import User
from apps.organisation.domain.seeds import load_reference_data
from apps.organisation.enums import DecisionSubject
from apps.portal.demo.cast import Cast, build_cast
from apps.portal.demo.decisions import decide
from apps.portal.demo.money import STATEMENTS, adopt_fee_schedule
from apps.portal.demo.texts import ORDINANCE
from apps.resolutions.calculations import Counts
from tests.factories.dues import ensure_accounts

STATEMENT = STATEMENTS / "kontoauszug-2027.xml"
TOTAL = "142.307,34"
NUMBERS = [f"2027-{number:04d}" for number in range(1, 30)]


def build_association() -> Cast:
    load_reference_data()
    ensure_accounts()
    cast = build_cast()
    ordinance = decide(
        cast,
        body="MV",
        kind=DecisionSubject.DUES,
        title="Beitragsordnung",
        html=ORDINANCE,
        on=date(2025, 10, 10),
        counts=Counts(24, 2, 1, present=27, members=29),
        place="Augsburg",
        item="TOP 7",
    )
    adopt_fee_schedule(cast, ordinance)
    return cast


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
