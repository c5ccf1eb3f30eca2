"""Jobs made from the office: with their tasks, for a repair, with a customer who is new."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.jobs.models import Job
from apps.jobs.services.details import MOST_TASKS
from apps.office_portal.tests.steps import nothing_done, signed_in
from core.models import Customer, User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import completed_repair, make_equipment, make_site, request

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404


def rows(*tasks: dict[str, Any]) -> dict[str, Any]:
    """The tasks as the form sends them."""
    sent: dict[str, Any] = {"tasks-TOTAL_FORMS": len(tasks), "tasks-INITIAL_FORMS": 0}
    for place, task in enumerate(tasks):
        sent |= {f"tasks-{place}-{name}": value for name, value in task.items()}
    return sent


def post(user: User, page: str = "office_job_new", **sent: Any) -> HttpResponse:
    answer = signed_in(user).post(reverse(page), sent)
    assert isinstance(answer, HttpResponse)
    return answer


def shown(user: User, **query: str | int) -> str:
    answer = signed_in(user).get(reverse("office_job_new"), query)
    assert answer.status_code == OK
    return answer.content.decode()


def told(answer: HttpResponse) -> str:
    assert answer.status_code == OK
    return answer.content.decode()


def of_fleet(cast: Cast, **sent: Any) -> dict[str, Any]:
    fleet = f"Demo Fleet (#{cast.fleet.pk})"
    return {"customer": fleet, "title": "Yard check", "priority": "high"} | sent


def test_made_with_its_tasks_in_their_order(cast: Cast) -> None:
    yard, lamp = make_site(cast.fleet, "North yard"), make_equipment("UV lamp")
    tasks = rows({"title": "Measure", "equipment": lamp.pk}, {}, {"title": "Cut"})
    day = shop_today()
    tom = cast.technician_record
    plan = {"scheduled_date": day.isoformat(), "assigned_to": tom.pk, "site": yard.pk}
    answer = post(cast.sales_agent, **of_fleet(cast, **tasks, **plan))
    job = Job.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        SEE_OTHER,
        reverse("office_job", args=[job.pk]),
    )
    assert list(job.tasks.order_by("order").values_list("title", flat=True)) == ["Measure", "Cut"]
    assert (job.created_by, job.assigned_to, job.site) == (cast.sales_agent, tom.user, yard)
    assert (job.priority, job.scheduled_date) == ("high", day)
    assert list(job.tasks.get(order=1).equipment.all()) == [lamp]


def test_without_tasks_and_without_a_plan(cast: Cast) -> None:
    assert post(cast.admin, **of_fleet(cast)).status_code == SEE_OTHER
    assert Job.objects.get().tasks.count() == 0


def test_what_is_wrong_is_told_beside_it_and_all_is_kept(cast: Cast) -> None:
    tasks = rows({}, {"title": "Cut"}, {"title": "x" * 10, "description": "bad \x07 sign"})
    with nothing_done():
        page = told(post(cast.admin, **of_fleet(cast, scheduled_date="2020-01-01", **tasks)))
        assert "This date has passed." in page
        assert 'value="Cut"' in page
        page = told(post(cast.admin, **of_fleet(cast, **tasks)))
        assert 'id="id_tasks-2-description_error"' in page
        page = told(post(cast.admin, **of_fleet(cast, customer="Nobody Ltd", **tasks)))
        assert "There is no such customer." in page
        assert "Nobody Ltd" in page
        page = told(post(cast.admin, **of_fleet(cast, **rows({"description": "What?"}))))
        assert 'id="id_tasks-0-title_error"' in page


def test_a_sales_agent_makes_none_for_others_customers(cast: Cast) -> None:
    other = f"Other Fleet (#{cast.other_fleet.pk})"
    with nothing_done():
        assert "There is no such customer." in told(
            post(cast.sales_agent, **of_fleet(cast, customer=other))
        )
    for outsider in (cast.technician, cast.primary, cast.nobody):
        for page in ("office_job_new", "office_customer_job"):
            assert post(outsider, page, **of_fleet(cast)).status_code == NOT_FOUND
            assert signed_in(outsider).get(reverse(page)).status_code == NOT_FOUND


def test_without_a_script_rows_are_added_and_places_shown(cast: Cast) -> None:
    make_site(cast.fleet, "North yard")
    lamp = make_equipment("UV lamp")
    tasks = rows({"title": "Measure", "equipment": lamp.pk})
    page = told(post(cast.admin, **of_fleet(cast, **tasks), add_row="1"))
    assert 'name="tasks-1-title"' in page
    assert 'value="Measure"' in page
    assert f'value="{lamp.pk}" selected' in page
    assert "error-summary" not in page
    page = told(post(cast.admin, **of_fleet(cast, **tasks), places="1"))
    assert "North yard" in page
    assert 'name="tasks-1-title"' not in page
    full = {"tasks-TOTAL_FORMS": MOST_TASKS + 5, "tasks-INITIAL_FORMS": 0, "add_row": "1"}
    page = told(post(cast.admin, **of_fleet(cast, **full)))
    assert f'name="tasks-{MOST_TASKS - 1}-title"' in page
    assert f'name="tasks-{MOST_TASKS}-title"' not in page


def test_begun_at_a_customers_page_or_a_repairs(cast: Cast) -> None:
    assert f'value="Demo Fleet (#{cast.fleet.pk})"' in shown(cast.admin, customer=cast.fleet.pk)
    repair = request(customer=cast.fleet, unit_number="4127")
    page = shown(cast.sales_agent, repair=repair.pk)
    assert f'name="repair" value="{repair.pk}"' in page
    assert "unit 4127</a>: it is completed after this job." in page
    assert "completed after" not in shown(cast.other_sales_agent, repair=repair.pk)
    assert "completed after" not in shown(cast.admin, repair="x")
    post(cast.sales_agent, **of_fleet(cast), repair=repair.pk)
    job = Job.objects.get()
    assert job.repair == repair
    of_repair = signed_in(cast.admin).get(reverse("office_repair_detail", args=[repair.pk]))
    assert reverse("office_job", args=[job.pk]) in of_repair.content.decode()
    done = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    page_again = told(post(cast.admin, **of_fleet(cast), repair=done.pk))
    assert "This is no open repair of the customer." in page_again


def first(**sent: Any) -> dict[str, Any]:
    about = {"kind": "company", "name": "Hill Haulage", "email": "desk@hill.example"}
    return about | {"title": "Survey the yard", "priority": "medium"} | sent


def test_a_customer_and_the_first_job_are_made_at_once(cast: Cast) -> None:
    sent = first(**rows({"title": "Drive there"}))
    answer = post(cast.sales_agent, "office_customer_job", **sent)
    job = Job.objects.get()
    assert answer["Location"] == reverse("office_job", args=[job.pk])
    assert (job.customer.name, job.customer.owner) == ("Hill Haulage", cast.sales_agent)
    assert job.tasks.get().title == "Drive there"
    assert (
        "Survey the yard"
        in signed_in(cast.sales_agent)
        .get(reverse("office_customer_detail", args=[job.customer_id]))
        .content.decode()
    )


def test_neither_is_made_when_one_is_refused(cast: Cast) -> None:
    with nothing_done():
        page = told(post(cast.admin, "office_customer_job", **first(scheduled_date="2020-01-01")))
        assert "This date has passed." in page
        assert "Hill Haulage" in page
        page = told(post(cast.admin, "office_customer_job", **first(name="Demo Fleet")))
        assert "error-summary" in page
        page = told(post(cast.admin, "office_customer_job", **first(email="no address")))
        assert "error-summary" in page
    assert not Customer.objects.filter(name="Hill Haulage").exists()
    page = told(post(cast.admin, "office_customer_job", **first(add_row="1")))
    assert 'name="tasks-0-title"' in page
