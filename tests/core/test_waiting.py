from datetime import date
from decimal import Decimal

import pytest
from django.db.models import F, Value

from apps.accounts.models import User
from apps.core.models import Job
from apps.core.registries import Duty, Found, Milestone, Waiting
from apps.core.waiting import count_together
from tests.waiting import resolve, taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _jobs():
    Job.objects.bulk_create(
        Job(kind="probe", key=str(number), title=f"Arbeit {number}", total=number) for number in (1, 2, 4)
    )


def counted(title: str):
    return lambda found: Duty(f"{title}: {found.count} über {found.total:.0f}", "/")


def test_counts_of_different_tables_need_one_query(django_assert_num_queries):
    jobs, some = Job.objects.all(), Job.objects.filter(total__gt=1)
    parts = [
        Waiting(jobs, amount="total"),
        Waiting(User.objects.all(), amount="pk", first="pk", day="date_joined", name="email"),
        Waiting(some, first=F("total") * 100, day=Value(date(2027, 1, 31)), name="title"),
    ]
    with django_assert_num_queries(1):
        assert count_together(parts) == [
            Found(3, Decimal(7)),
            Found(0),
            Found(2, Decimal(0), 200, date(2027, 1, 31), "Arbeit 2"),
        ]
    with django_assert_num_queries(0):
        assert count_together([]) == []


def test_only_what_has_rows_becomes_a_duty_and_the_order_stays():
    found = [
        Waiting(Job.objects.filter(total=9), counted("keine")),
        Duty("fest", "/"),
        Waiting(Job.objects.all()),
        Waiting(Job.objects.all(), counted("alle"), amount="total"),
    ]
    assert [duty.title for duty in resolve(found)] == ["fest", "alle: 3 über 7"]


def test_milestones_stand_in_the_order_of_the_year(django_assert_num_queries):
    steps = [
        Milestone("später", date(2027, 4, 30), "/", Job.objects.none()),
        Milestone("früher", date(2027, 1, 31), "/", Job.objects.all()),
        Milestone("zuletzt", date(2027, 12, 31), "/", Job.objects.filter(total=9)),
        Milestone("nötig", date(2027, 6, 30), "/", Job.objects.all(), needed=Job.objects.filter(total=1)),
        Milestone("unnötig", date(2027, 6, 30), "/", Job.objects.all(), needed=Job.objects.filter(total=9)),
    ]
    with django_assert_num_queries(1):
        assert [(step.title, done) for step, done in taken(steps)] == [
            ("früher", True),
            ("später", False),
            ("nötig", True),
            ("zuletzt", False),
        ]
