"""The pages of jobs cost the same whatever their length."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.jobs.models import Equipment, Job
from apps.jobs.services import add_task
from apps.jobs.services.details import TaskDetails
from apps.office_portal.tests.steps import signed_in
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import make_equipment, make_job, make_site, make_technician, request

pytestmark = pytest.mark.django_db
Args = Callable[[Job], list[int]]


def nothing(_job: Job) -> list[int]:
    return []


def job_itself(job: Job) -> list[int]:
    return [job.pk]


def its_task(job: Job) -> list[int]:
    task = job.tasks.order_by("order").first()
    assert task
    return [task.pk]


def its_customer(job: Job) -> list[int]:
    return [job.customer_id]


def its_repair(job: Job) -> list[int]:
    assert job.repair_id
    return [job.repair_id]


def its_equipment(job: Job) -> list[int]:
    item = Equipment.objects.filter(tasks__job=job).first()
    assert item
    return [item.pk]


PAGES: list[tuple[str, str, Args, int]] = [
    ("owner", "office_jobs", nothing, 9),
    ("sales_agent", "office_jobs", nothing, 9),
    ("owner", "office_job", job_itself, 13),
    ("sales_agent", "office_job", job_itself, 12),
    ("owner", "office_job_new", nothing, 7),
    ("sales_agent", "office_job_new", nothing, 7),
    ("owner", "office_customer_job", nothing, 6),
    ("owner", "office_dashboard", nothing, 12),
    ("owner", "office_customer_detail", its_customer, 11),
    ("owner", "office_repair_detail", its_repair, 17),
    ("sales_agent", "office_repair_detail", its_repair, 11),
    ("owner", "office_equipment", nothing, 5),
    ("owner", "office_equipment_item", its_equipment, 7),
    ("owner", "office_clashes", nothing, 6),
    ("owner", "office_analytics", nothing, 8),
    ("owner", "office_job_edit", job_itself, 7),
    ("owner", "office_task", its_task, 10),
]


def grow(cast: Cast, number: int) -> Job:
    """Jobs with as many tasks, which need as many items that others need too, and one of them."""
    items = [make_equipment(f"Lamp {index}") for index in range(number)]
    people = [cast.technician_record, cast.other_technician_record]
    people += [make_technician(f"Ted{index} Tech") for index in range(number)]
    repair = request(customer=cast.fleet)
    jobs = [
        make_job(
            *(f"Task {index}" for index in range(number)),
            actor=cast.sales_agent,
            customer=cast.fleet,
            technician=person,
            site_id=make_site(cast.fleet, f"Yard of {person}").pk,
            equipment=items,
            repair_id=repair.pk,
            scheduled_date=shop_today(),
        )
        for person in people
    ]
    add_task(actor=cast.admin, job_id=jobs[0].pk, details=TaskDetails("Later"))
    return jobs[0]


@pytest.mark.parametrize("case", PAGES, ids=lambda case: f"{case[0]}-{case[1]}")
@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_the_same_whatever_its_length(
    cast: Cast, case: tuple[str, str, Args, int], rows: int
) -> None:
    part, name, args, expected = case
    url = reverse(name, args=args(grow(cast, rows)))
    client = signed_in(cast.member(part))
    client.get(url)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(url).status_code == 200
    assert len(statements) == expected, [one["sql"] for one in statements]
