from datetime import date

import pytest

from apps.accounts.roles import Role
from apps.closing.domain.closing import begin_accounts, prepare_accounts
from apps.closing.models import AnnualAccounts
from apps.examination.domain.examining import (
    appoint_auditors,
    conclude,
    tick,
)
from apps.examination.domain.sampling import draw_sample
from apps.examination.models import Examination
from apps.organisation.domain.seeds import load_reference_data
from tests.factories.ledger import make_expense
from tests.factories.resolutions import make_decided

DAY = date(2027, 3, 1)


@pytest.fixture
def auditors(user_with):
    return [user_with(Role.AUDITOR, last_name=name) for name in ("Lorenz", "Berg")]


@pytest.fixture
def examination(auditors, treasurer) -> Examination:
    for number in range(1, 6):
        make_expense(f"{number}00.00", on=date(2026, number, 1), by=treasurer, text=f"Miete {number}")
    return appoint_auditors(
        2026, [(user, None) for user in auditors], resolution=make_decided(kind="election"), by=None, on=DAY
    )


@pytest.fixture
def accounts(examination, treasurer) -> AnnualAccounts:
    load_reference_data()
    return prepare_accounts(begin_accounts(2026, by=treasurer, on=DAY), by=treasurer, on=DAY)


@pytest.fixture
def examined(examination, auditors) -> Examination:
    examination = draw_sample(examination, size=2, seed="Demo", by=auditors[0])
    for item in examination.items.all():
        tick(item, by=auditors[0], on=DAY)
    return conclude(examination, text="Alles belegt.", recommendation="grant", by=auditors[0])
