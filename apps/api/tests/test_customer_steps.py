"""What the office decides about a customer."""

from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, problem_of
from core.models import Customer
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("confirm", {}),
    ("refuse", {"reason": "Unpaid since May"}),
    ("serve-again", {}),
    ("active", {"is_active": False}),
]


def path(customer: Customer, step: str) -> str:
    return f"/api/customers/{customer.pk}/{step}/"


def test_a_registration_is_confirmed(call_as: CallAs, cast: Cast) -> None:
    customer = factories.make_customer("Walk-in", is_confirmed=False)
    answer = call_as(cast.admin).call("POST", path(customer, "confirm"), {}, If_Match='"1"')
    assert (answer.status_code, answer.json()["is_confirmed"]) == (200, True)
    assert answer["ETag"] == '"2"'


def test_a_customer_is_refused_served_again_laid_aside_and_taken_out(
    call_as: CallAs, cast: Cast
) -> None:
    office = call_as(cast.admin)
    for step, body, expected in (
        ("refuse", {"reason": "Unpaid"}, {"do_not_service": True, "is_active": True}),
        ("serve-again", {}, {"do_not_service": False, "do_not_service_reason": ""}),
        ("active", {"is_active": False}, {"is_active": False}),
        ("active", {"is_active": True}, {"is_active": True}),
    ):
        answer = office.call("POST", path(cast.fleet, step), body)
        assert answer.status_code == 200, answer.content
        assert answer.json().items() >= expected.items()


@pytest.mark.parametrize(("step", "body"), STEPS)
@pytest.mark.parametrize("part", ["primary", "sales_agent"])
def test_only_the_office_decides(
    call_as: CallAs, cast: Cast, step: str, body: dict[str, Any], part: str
) -> None:
    answer = call_as(cast.member(part)).call("POST", path(cast.fleet, step), body)
    assert answer.status_code == 403
    assert Customer.objects.get(pk=cast.fleet.pk).version == cast.fleet.version


@pytest.mark.parametrize(("step", "body"), STEPS)
def test_an_old_version_is_told_apart(
    call_as: CallAs, cast: Cast, step: str, body: dict[str, Any]
) -> None:
    answer = call_as(cast.admin).call("POST", path(cast.fleet, step), body, If_Match='"7"')
    assert problem_of(answer)[0] == 412


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x", "kind": "person"}])
def test_a_refusal_without_its_reason_is_refused(
    call_as: CallAs, cast: Cast, body: dict[str, Any]
) -> None:
    answer = call_as(cast.admin).call("POST", path(cast.fleet, "refuse"), body)
    assert problem_of(answer)[0] == 400
