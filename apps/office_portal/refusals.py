"""Why rows of something done at once were refused, beside each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse

from apps.jobs.models import Job
from apps.repairs.queries import repair_list
from core.errors import DomainError
from core.models import User


@dataclass(frozen=True)
class RefusedRow:
    """One row, where to look at it, and why it is refused."""

    label: str
    about: str
    url: str
    reason: str


@dataclass(frozen=True)
class Refused:
    """A refusal of several rows.

    Attributes:
        detail: What happened, in one sentence.
        rows: Each row with its own reason.
    """

    detail: str
    rows: tuple[RefusedRow, ...] = ()


def refused_repairs(user: User, refusal: DomainError) -> Refused:
    """The refusal of a use case that works on many repairs, with what a list shows of each."""
    told = _told(refusal)
    repairs = repair_list(user).filter(pk__in=told).order_by("pk")
    rows = (
        RefusedRow(
            f"Unit {repair.unit_number}",
            str(repair.customer),
            reverse("office_repair_detail", args=[repair.pk]),
            told[repair.pk],
        )
        for repair in repairs
    )
    return Refused(refusal.detail, tuple(rows))


def refused_jobs(user: User, refusal: DomainError) -> Refused:
    """The same of jobs."""
    told = _told(refusal)
    jobs = Job.objects.visible_to(user).filter(pk__in=told).select_related("customer")
    rows = (
        RefusedRow(job.title, str(job.customer), reverse("office_job", args=[job.pk]), told[job.pk])
        for job in jobs.order_by("pk")
    )
    return Refused(refusal.detail, tuple(rows))


def _told(refusal: DomainError) -> Mapping[int, str]:
    return {int(pk): text for pk, text in refusal.extra.get("rows", {}).items()}
