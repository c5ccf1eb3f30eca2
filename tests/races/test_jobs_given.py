"""Sixteen give overlapping jobs away at once: nobody is lost in a deadlock, no change is lost."""

from functools import partial

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.jobs.services import assign_jobs
from core.invariants import invariant_violations
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TECHNICIANS, JOBS, EACH = 5, 12, 8
Outcomes = list[list[Job] | Exception]


def give_away() -> Outcomes:
    """Each gives eight of twelve jobs to one technician, in an order of their own."""
    people = [factories.make_technician(f"Tech {number}") for number in range(TECHNICIANS)]
    customer, office = factories.make_customer(), factories.make_admin()
    jobs = [factories.make_job("A", customer=customer).pk for _ in range(JOBS)]
    calls = []
    for place in range(CROWD):
        chosen = [jobs[(place + step) % JOBS] for step in range(EACH)]
        calls.append(
            partial(
                assign_jobs,
                actor=office,
                job_ids=chosen[:: -1 if place % 2 else 1],
                assigned_to_id=people[place % TECHNICIANS].user_id,
            )
        )
    return at_once(calls)


def is_lost() -> bool:
    """Whether a job has seen fewer versions than the trail tells of changes."""
    return any(
        job.version != 1 + AuditEntry.objects.filter(verb="job.edited", target_id=job.pk).count()
        for job in Job.objects.all()
    )


def test_everybody_is_answered_and_every_change_is_told() -> None:
    assert failed(give_away()) == []
    assert not is_lost()
    assert invariant_violations() == []


def test_control_without_the_locks_changes_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, Job)
    assert happens(lambda: bool(failed(give_away())) or is_lost())
