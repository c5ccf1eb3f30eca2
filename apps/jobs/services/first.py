"""A customer who was not known yet, and the first job for it."""

from collections.abc import Mapping
from typing import Any

from apps.audit.use_case import use_case
from apps.jobs.models import Job
from apps.jobs.services.details import JobDetails
from apps.jobs.services.jobs import create_job
from apps.people.services.customers import create_customer
from core.models import User


@use_case
def create_first_job(*, actor: User, customer: Mapping[str, Any], details: JobDetails) -> Job:
    """Open a customer and make a job for it, both or neither.

    Args:
        actor: An admin, or the sales agent who looks after the customer then.
        customer: What ``create_customer`` takes.
        details: The job; it has no place and no repair yet.

    Raises:
        Forbidden, Invalid, Conflict: As ``create_customer`` and ``create_job``.
    """
    opened = create_customer(actor=actor, **customer)
    return create_job(actor=actor, customer_id=opened.pk, details=details)
