"""A job of Demo Fleet."""

import pytest

from apps.jobs.models import Job, JobTask
from tests import factories
from tests.cast import Cast


@pytest.fixture
def job(cast: Cast) -> Job:
    """Three tasks, made by Demo Fleet's sales agent, given to the technician."""
    return factories.make_job(
        "Measure",
        "Cut",
        "Clean",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        title="Yard check",
    )


@pytest.fixture
def tasks(job: Job) -> list[JobTask]:
    """Its tasks in their order."""
    return list(job.tasks.order_by("order"))
