"""People through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs, Caller
from core.models import User
from tests.cast import Cast
from tests.factories import make_member, make_technician

ME = "/api/users/me/"
USERS = "/api/users/"


def test_me_tells_a_technician_their_record(call_as: CallAs, cast: Cast) -> None:
    me = call_as(cast.technician).get(ME).json()

    assert me["role"] == "technician"
    assert me["technician"] == cast.technician_record.pk
    assert (me["customer"], me["email"]) == (None, cast.technician.email)


def test_me_tells_a_customers_person_their_company_and_rights(call_as: CallAs, cast: Cast) -> None:
    me = call_as(cast.requester).get(ME).json()

    assert (me["role"], me["technician"]) == ("customer", None)
    assert (me["customer"], me["rights"]) == (cast.fleet.pk, ["can_request"])


def test_a_person_without_a_company_is_told_so(call_as: CallAs, cast: Cast) -> None:
    me = call_as(cast.nobody).get(ME).json()

    assert (me["customer"], me["rights"]) == (None, [])


def ids(call_as: CallAs, cast: Cast, who: str) -> set[int]:
    caller = call_as(cast.member(who))
    return {row["id"] for row in caller.get(f"{USERS}?page_size=200").json()["results"]}


@pytest.mark.parametrize("who", ["admin", "technician", "sales_agent"])
def test_the_shop_sees_everybody(call_as: CallAs, cast: Cast, who: str) -> None:
    assert {cast.stranger.pk, cast.primary.pk, cast.owner.pk} <= ids(call_as, cast, who)


def test_a_company_sees_its_own_people(call_as: CallAs, cast: Cast) -> None:
    own = {cast.primary.pk, cast.approver.pk, cast.requester.pk, cast.mate.pk}

    assert ids(call_as, cast, "mate") == own


def test_who_belongs_to_nobody_sees_themselves(call_as: CallAs, cast: Cast) -> None:
    assert ids(call_as, cast, "nobody") == {cast.nobody.pk}


def test_technicians_see_names_and_roles_only(call_as: CallAs, cast: Cast) -> None:
    row = call_as(cast.technician).get(f"{USERS}{cast.primary.pk}/").json()

    assert (row["name"], row["role"]) == (str(cast.primary), "customer")
    assert (row["email"], row["phone"], row["customer"]) == (None, None, None)


def test_a_foreign_person_answers_like_a_missing_one(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.mate)

    foreign, missing = caller.get(f"{USERS}{cast.stranger.pk}/"), caller.get(f"{USERS}999999/")
    assert (foreign.status_code, foreign.content) == (404, missing.content)


def test_people_can_be_asked_for_by_role(call_as: CallAs, cast: Cast) -> None:
    rows = call_as(cast.admin).get(f"{USERS}?role=sales_agent").json()["results"]

    assert {row["id"] for row in rows} == {cast.sales_agent.pk, cast.other_sales_agent.pk}


def test_a_list_costs_the_same_with_one_row_and_with_more(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)

    def cost(size: int) -> int:
        with CaptureQueriesContext(connection) as statements:
            assert len(caller.get(f"{USERS}?page_size={size}").json()["results"]) == size
        return len(statements)

    make_technician()
    make_member(cast.fleet)
    assert (cost(1), cost(3), cost(10)) == (2, 2, 2)


NEW = {
    "first_name": "New",
    "email": "new@shop.example",
    "password": "a long one nobody knows 7",
    "role": "technician",
}


def change(caller: Caller, person: User, body: object, version: int | None = None) -> Any:
    number = User.objects.get(pk=person.pk).version if version is None else version
    return caller.call("PATCH", f"{USERS}{person.pk}/", body, If_Match=f'"{number}"')


def test_who_manages_people_makes_accounts(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.owner).post(USERS, NEW)
    made = User.objects.get(email="new@shop.example")

    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"{USERS}{made.pk}/"
    assert answer.json()["technician"] == made.technician.pk
    assert "password" not in answer.json()


@pytest.mark.parametrize(("who", "status"), [("admin", 403), ("technician", 403), ("primary", 403)])
def test_others_make_none(call_as: CallAs, cast: Cast, who: str, status: int) -> None:
    assert call_as(cast.member(who)).post(USERS, NEW).status_code == status
    assert not User.objects.filter(email="new@shop.example").exists()


def test_a_role_is_changed_with_the_version_read(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.owner)
    answer = change(caller, cast.sales_agent, {"role": "admin", "manages_prices": True})

    assert (answer.status_code, answer.json()["role"]) == (200, "admin")
    assert User.objects.get(pk=cast.sales_agent.pk).manages_prices
    assert change(caller, cast.sales_agent, {"role": "technician"}, version=1).status_code == 412
    without = caller.call("PATCH", f"{USERS}{cast.sales_agent.pk}/", {"role": "admin"})
    assert without.status_code == 428


def test_a_person_is_let_in_no_more_and_again(call_as: CallAs, cast: Cast) -> None:
    caller, other = call_as(cast.owner), call_as(cast.technician)

    assert change(caller, cast.technician, {"is_active": False}).json()["is_active"] is False
    assert other.get(ME).status_code == 401
    assert change(caller, cast.technician, {"is_active": True}).json()["is_active"] is True


@pytest.mark.parametrize(
    "body", [{}, {"reason": "x"}, {"role": "admin", "is_active": True}, {"username": "x"}]
)
def test_a_change_that_says_too_little_or_too_much_is_400(
    call_as: CallAs, cast: Cast, body: object
) -> None:
    assert change(call_as(cast.owner), cast.technician, body).status_code == 400


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("admin", "technician", 403),
        ("technician", "other_technician", 403),
        ("mate", "requester", 403),
        ("mate", "stranger", 404),
        ("owner", "owner", 403),
    ],
)
def test_others_change_nobody(
    call_as: CallAs, cast: Cast, who: str, whom: str, status: int
) -> None:
    person = cast.member(whom)
    answer = change(call_as(cast.member(who)), person, {"is_active": False})

    assert answer.status_code == status
    assert User.objects.get(pk=person.pk).is_active


@pytest.mark.parametrize(
    ("who", "number"),
    [("admin", 4), ("mate", 4), ("technician", 0), ("sales_agent", 0), ("stranger", 0)],
)
def test_the_filter_by_customer_tells_nobody_what_the_rows_hide(
    call_as: CallAs, cast: Cast, who: str, number: int
) -> None:
    found = call_as(cast.member(who)).get(f"{USERS}?customer={cast.fleet.pk}").json()

    assert len(found["results"]) == number
