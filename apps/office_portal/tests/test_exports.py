"""The office's lists as files: what the list shows, in whole, at a constant cost."""

import csv
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.technicians.models import Technician
from core.models import User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import make_member, make_skill, make_technician, make_unit, request
from tests.pages import signed_in, text_of, visit

pytestmark = pytest.mark.django_db


def rows_of(user: User, name: str, /, *args: Any, **query: Any) -> list[dict[str, str]]:
    answer = visit(user, name, *args, **query)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def statements(user: User, name: str, /, *args: Any) -> int:
    client, url = signed_in(user), reverse(name, args=args)
    b"".join(client.get(url))
    with CaptureQueriesContext(connection) as captured:
        b"".join(client.get(url))
    return len(captured)


def test_people_as_the_filter_shows_them(cast: Cast) -> None:
    (row,) = rows_of(cast.admin, "office_people_csv", name="petra")
    assert row == {
        "Person": str(cast.primary.pk),
        "User name": cast.primary.username,
        "Name": "Petra Primary",
        "Role": "Customer",
        "E-mail": cast.primary.email,
        "Belongs to": "Demo Fleet",
        "Active": "yes",
        "Last sign-in": "",
    }
    named = [row["Name"] for row in rows_of(cast.admin, "office_people_csv", role="sales_agent")]
    assert sorted(named) == ["Otto Agent", "Sally Owns"]
    link = reverse("office_people_csv")
    assert f'href="{link}?name=petra"' in text_of(cast.admin, "office_people", name="petra")


def test_technicians_with_load_skills_and_who_is_away(cast: Cast) -> None:
    record = cast.technician_record
    record.expertise.add(make_skill("Long cracks"), make_skill("Trucks"))
    Technician.objects.filter(pk=record.pk).update(out_on=shop_today(), home_zip="98101")
    request(customer=cast.fleet)
    found = {row["Name"]: row for row in rows_of(cast.admin, "office_technicians_csv")}
    assert set(found) == {"Tom Becker", "Uma Other"}
    tom = found["Tom Becker"]
    assert (tom["Skills"], tom["Away today"], tom["Home ZIP"], tom["Open work"]) == (
        "Long cracks, Trucks",
        "yes",
        "98101",
        "0",
    )
    assert (found["Uma Other"]["Open work"], found["Uma Other"]["Away today"]) == ("1", "no")
    assert reverse("office_technicians_csv") in text_of(cast.admin, "office_technicians")


def test_changes_with_what_was_before_and_after(cast: Cast) -> None:
    made = request(customer=cast.fleet, unit_number="4127")
    query = {"kind": "repairs.repair", "number": str(made.pk)}
    (row, *_) = rows_of(cast.admin, "office_audit_csv", **query)
    assert (row["Who"], row["What"], row["Kind"]) == (
        "Petra Primary",
        "Repair requested",
        "Repair",
    )
    assert "Queue status: empty > Customer Requested" in row["Before and after"]
    assert "unit 4127" in row["About"]
    assert rows_of(cast.admin, "office_audit_csv", text="zebra") == []
    link = reverse("office_audit_csv")
    assert f'href="{link}?text=4127"' in text_of(cast.admin, "office_audit", text="4127")


def test_units_of_a_customer_as_the_filter_shows_them(cast: Cast) -> None:
    make_unit(cast.fleet, "T-100", make="Volvo")
    make_unit(cast.fleet, "B-200")
    make_unit(cast.other_fleet, "T-900")
    page, name = "office_customer_units", "office_customer_units_csv"
    for user in (cast.admin, cast.sales_agent):
        rows = rows_of(user, name, cast.fleet.pk, unit="t-")
        assert [(row["Unit"], row["Make"]) for row in rows] == [("T-100", "Volvo")]
    everything = rows_of(cast.admin, name, cast.fleet.pk, unit="x" * 60)
    assert [row["Unit"] for row in everything] == ["B-200", "T-100"]
    link = reverse(name, args=[cast.fleet.pk])
    assert f'href="{link}?unit=t"' in text_of(cast.admin, page, cast.fleet.pk, unit="t")
    assert visit(cast.other_sales_agent, name, cast.fleet.pk).status_code == 404


@pytest.mark.parametrize(
    "name", ["office_people_csv", "office_technicians_csv", "office_audit_csv"]
)
def test_files_of_people_and_changes_are_for_admins(cast: Cast, name: str) -> None:
    for part in ("sales_agent", "technician", "primary"):
        assert visit(cast.member(part), name).status_code == 404, part


@pytest.mark.parametrize("number", [1, 3])
def test_a_file_costs_the_same_whatever_its_length(cast: Cast, number: int) -> None:
    for index in range(number):
        make_member(cast.fleet, f"Max{index} Member")
        make_technician(f"Ted{index} Tech", skills=[f"skill {index}"])
        request(customer=cast.fleet, unit_number=f"U{index}")
    costs = [
        statements(cast.admin, name)
        for name in ("office_people_csv", "office_technicians_csv", "office_audit_csv")
    ]
    assert costs == [5, 7, 5]
    assert statements(cast.admin, "office_customer_units_csv", cast.fleet.pk) == 6
