"""A customer who was not known yet, and the first job: both or neither."""

import pytest

from apps.jobs import services
from apps.jobs.models import Job
from apps.jobs.services import JobDetails, TaskDetails
from core.enums import CustomerKind
from core.errors import Forbidden, Invalid
from tests.books import refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW = {"kind": CustomerKind.COMPANY, "name": "Hill Haulage"}


def test_both_are_made(cast: Cast) -> None:
    details = JobDetails("Survey", tasks=[TaskDetails("Drive there")])
    job = services.create_first_job(actor=cast.sales_agent, customer=NEW, details=details)
    assert (job.customer.name, job.customer.owner) == ("Hill Haulage", cast.sales_agent)
    assert Job.objects.get().tasks.get().title == "Drive there"


def test_neither_is_made_where_one_is_refused(cast: Cast) -> None:
    with refused(Invalid):
        services.create_first_job(actor=cast.admin, customer=NEW, details=JobDetails(""))
    with refused(Forbidden):
        services.create_first_job(actor=cast.technician, customer=NEW, details=JobDetails("Survey"))
