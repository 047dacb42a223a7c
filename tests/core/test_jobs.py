"""Work in the background: taken up again after its worker was killed, alive as long as it works."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.tasks import task
from django.utils import timezone

from apps.core import jobs
from apps.core.jobs import many, start_job, working
from apps.core.models import STALE_AFTER, Job, JobState
from tests.banking.test_concurrency import at_once


@task
def nothing(job_id: int) -> None:
    with working(job_id):
        pass


def start(key: str = "1") -> Job:
    return start_job(nothing, kind="test.nothing", key=key, title="Probe", by=None)


@pytest.mark.django_db
def test_work_that_gave_no_sign_of_life_is_taken_up_again():
    first = start()
    assert start() == first
    Job.objects.filter(pk=first.pk).update(state=JobState.RUNNING, heartbeat_at=timezone.now() - STALE_AFTER * 2)
    second = start()
    first.refresh_from_db()
    assert (second == first, first.state) == (False, JobState.FAILED)


def test_three_hundred_are_few():
    assert (many(300), many(301)) == (False, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows one writer at a time")
def test_one_long_transaction_is_seen_alive_from_outside(monkeypatch):
    monkeypatch.setattr(jobs, "PULSE", timedelta(milliseconds=20))
    job = start()

    def seen() -> datetime:
        return Job.objects.values_list("heartbeat_at", flat=True).get(pk=job.pk)

    def signs() -> Iterator[bool]:
        """Another connection looks until there was a new sign of life, at most five seconds."""
        for _look in range(250):
            yield at_once(seen)[0] > begun
            time.sleep(0.02)

    with working(job.pk), transaction.atomic():
        begun = seen()
        assert any(signs())
    job.refresh_from_db()
    assert job.state == JobState.DONE
