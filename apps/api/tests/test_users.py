"""People through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs
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
