"""Many jobs given to one technician at once: all of them or none."""

import pytest

from apps.jobs import services
from apps.jobs.models import Job
from apps.notifications.models import Notification
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.together import MOST_ROWS
from tests.books import refused
from tests.cast import Cast
from tests.factories import completed_job, make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(cast: Cast) -> list[Job]:
    """Two of the sales agent, which nobody has."""
    return [make_job("A", actor=cast.sales_agent, customer=cast.fleet) for _ in range(2)]


def test_they_are_given_and_the_technician_is_told_of_each(cast: Cast, jobs: list[Job]) -> None:
    ids = [job.pk for job in jobs]
    done = services.assign_jobs(
        actor=cast.sales_agent, job_ids=ids, assigned_to_id=cast.technician.pk
    )
    assert [job.pk for job in done] == ids
    assert set(Job.objects.values_list("assigned_to", flat=True)) == {cast.technician.pk}
    assert Notification.objects.filter(recipient=cast.technician).count() == len(jobs)
    services.assign_jobs(actor=cast.admin, job_ids=ids, assigned_to_id=None)
    assert set(Job.objects.values_list("assigned_to", flat=True)) == {None}


def test_one_that_is_refused_holds_back_all_and_says_why(cast: Cast, jobs: list[Job]) -> None:
    first, second = jobs
    closed = completed_job(customer=cast.fleet)
    ids = [first.pk, second.pk, closed.pk]
    with refused(Conflict, "rows_refused") as caught:
        services.assign_jobs(
            actor=cast.admin,
            job_ids=ids,
            assigned_to_id=cast.technician.pk,
            versions={first.pk: first.version, second.pk: 99},
        )
    told = caught.value.extra["rows"]
    assert told.keys() == {str(second.pk), str(closed.pk)}
    assert told[str(closed.pk)] == "This job is completed; reopen it first."


def test_who_does_not_see_one_is_told_of_none(cast: Cast, jobs: list[Job]) -> None:
    other = make_job("A", customer=cast.fleet)
    with refused(NotFound):
        services.assign_jobs(
            actor=cast.sales_agent,
            job_ids=[jobs[0].pk, other.pk],
            assigned_to_id=cast.technician.pk,
        )


def test_only_to_an_active_technician(cast: Cast, jobs: list[Job]) -> None:
    with refused(Invalid, "technician_unknown"):
        services.assign_jobs(
            actor=cast.admin, job_ids=[jobs[0].pk], assigned_to_id=cast.sales_agent.pk
        )


@pytest.mark.parametrize("number", [0, MOST_ROWS + 1])
def test_at_least_one_and_at_most_a_hundred(cast: Cast, number: int) -> None:
    ids = list(range(1, number + 1))
    with refused(Invalid, "number_of_rows"):
        services.assign_jobs(actor=cast.admin, job_ids=ids, assigned_to_id=None)


def test_technicians_give_away_none(cast: Cast) -> None:
    own = make_job("A", customer=cast.fleet, technician=cast.technician_record)
    with refused(Forbidden):
        services.assign_jobs(actor=cast.technician, job_ids=[own.pk], assigned_to_id=None)
