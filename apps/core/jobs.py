"""Start, follow and resume work in the background.

A task is a function decorated with `django.tasks.task` that takes the id of its `Job`, opens it with `working(job_id)` and
reports with `progress.step()`. It must be idempotent: after `kill -9` the job is started again and does only what is missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.core.errors import DomainError
from apps.core.models import STALE_AFTER, Job, JobState

# up to so many rows a page does it at once
FEW = 300
PULSE = timedelta(seconds=30)


def many(count: int) -> bool:
    return count > FEW


def start_job(task: Any, *, kind: str, key: str, title: str, by: Any, total: int = 0, return_url: str = "") -> Job:
    """Put a job into the queue after commit and return it; the same open job is returned instead of a second one.

    What a killed worker left is taken up again.
    """
    release_stale_jobs()
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, title=title, started_by=by, total=total, return_url=return_url)
    except IntegrityError:
        return Job.objects.get(kind=kind, key=key, state__in=[JobState.WAITING, JobState.RUNNING])
    transaction.on_commit(lambda: task.enqueue(job_id=job.pk))
    return job


class Progress:
    """What the work says of itself; `return_url` may lead to what it made."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.report = ""
        self.return_url = job.return_url

    def begin(self, total: int) -> None:
        Job.objects.filter(pk=self.job.pk).update(total=total, done=0, heartbeat_at=timezone.now())

    def step(self, count: int = 1) -> None:
        Job.objects.filter(pk=self.job.pk).update(done=F("done") + count, heartbeat_at=timezone.now())


@contextmanager
def pulse(job_id: int) -> Iterator[None]:
    """Give a sign of life now and then on a connection of its own: what one long transaction writes nobody sees before its end.

    SQLite knows one writer at a time, so that there the work itself would have to wait.
    """
    done = Event()

    def beat() -> None:
        try:
            while not done.wait(PULSE.total_seconds()):
                Job.objects.filter(pk=job_id).update(heartbeat_at=timezone.now())
        finally:
            connection.close()

    thread = Thread(target=beat, daemon=True)
    if connection.vendor != "sqlite":
        thread.start()
    try:
        yield
    finally:
        done.set()


@contextmanager
def working(job_id: int) -> Iterator[Progress]:
    """Mark the job running, then done with the report the work left, refused by a rule, or failed with the reason."""
    job = Job.objects.get(pk=job_id)
    Job.objects.filter(pk=job_id).update(state=JobState.RUNNING, heartbeat_at=timezone.now(), report="")
    progress = Progress(job)
    try:
        with pulse(job_id):
            yield progress
    except DomainError as error:
        Job.objects.filter(pk=job_id).update(state=JobState.REFUSED, report=error.message)
        return
    except Exception as error:
        Job.objects.filter(pk=job_id).update(state=JobState.FAILED, report=str(error))
        raise
    Job.objects.filter(pk=job_id).update(state=JobState.DONE, report=progress.report, return_url=progress.return_url)


def release_stale_jobs() -> int:
    """Mark jobs whose worker was killed as failed, so that they can be started again; return how many."""
    limit = timezone.now() - STALE_AFTER
    return Job.objects.filter(
        Q(heartbeat_at__lt=limit) | Q(heartbeat_at__isnull=True, created_at__lt=limit), state=JobState.RUNNING
    ).update(state=JobState.FAILED)
