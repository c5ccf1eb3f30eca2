"""Ctrl-K: everything by the beginning of its name or number, of what one may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.office_portal.search import find
from apps.office_portal.tests.steps import signed_in
from core.models import User
from tests.cast import Cast
from tests.factories import completed_repair, make_customer, make_job, request

pytestmark = pytest.mark.django_db


def found(user: User, text: str) -> dict[str, list[str]]:
    return {group.title: [hit.label for hit in group.hits] for group in find(user, text)}


def test_units_and_their_repairs_by_number(cast: Cast) -> None:
    repair = request(customer=cast.fleet, unit_number="#4127")
    hits = found(cast.admin, "unit 41")
    assert hits == {"Repairs": [f"Repair {repair.pk} of unit #4127"], "Units": ["Unit #4127"]}


def test_a_repair_by_its_number(cast: Cast) -> None:
    repair = request(customer=cast.fleet, unit_number="ABC")
    for text in (str(repair.pk), f"#{repair.pk}"):
        assert found(cast.admin, text)["Repairs"] == [f"Repair {repair.pk} of unit ABC"]
    assert "Repairs" not in found(cast.admin, "999999")


def test_customers_technicians_and_pages_by_name(cast: Cast) -> None:
    assert found(cast.admin, "DEMO fl") == {"Customers": ["Demo Fleet"]}
    assert found(cast.admin, "beck") == {"Technicians": ["Tom Becker"]}
    assert found(cast.admin, "new r") == {"Pages": ["New request"]}
    assert found(cast.admin, "assign") == {"Pages": ["Needs assignment"]}
    assert found(cast.admin, "   ") == {}


def test_a_sales_agent_finds_own_customers_only(cast: Cast) -> None:
    request(customer=cast.other_fleet, unit_number="4127")
    assert found(cast.sales_agent, "4127") == {}
    assert found(cast.sales_agent, "other") == {}
    assert found(cast.sales_agent, "beck") == {}
    assert found(cast.sales_agent, "audit") == {}
    assert found(cast.sales_agent, "demo") == {"Customers": ["Demo Fleet"]}


def test_the_page_works_without_a_script(cast: Cast) -> None:
    client = signed_in(cast.admin)
    page = client.get(reverse("office_search"), {"q": "demo"}).content.decode()
    assert reverse("office_customer_detail", args=[cast.fleet.pk]) in page
    empty = client.get(reverse("office_search"), {"q": "zeb\0ra<"}).content.decode()
    assert "Nothing begins with “zebra&lt;”." in empty
    assert "Type the beginning" in client.get(reverse("office_search")).content.decode()


def test_a_search_costs_the_same_whatever_it_finds(cast: Cast) -> None:
    client = signed_in(cast.admin)
    for number in (1, 3):
        for index in range(number):
            make_customer(f"4{number} Haulage {index}")
            completed_repair(
                technician=cast.technician_record,
                customer=cast.fleet,
                unit_number=f"4{number}{index}",
            )
        with CaptureQueriesContext(connection) as told:
            client.get(reverse("office_search"), {"q": f"4{number}"})
        assert len(told) == 10


def test_jobs_by_number_and_by_words_of_their_title(cast: Cast) -> None:
    job = make_job(actor=cast.sales_agent, customer=cast.fleet, title="Polish headlights")
    for text in (str(job.pk), f"#{job.pk}", "pol", "head"):
        assert found(cast.sales_agent, text)["Jobs"] == ["Polish headlights"]
    assert "Jobs" not in found(cast.other_sales_agent, "polish")
    assert "Jobs" not in found(cast.admin, "lights")
