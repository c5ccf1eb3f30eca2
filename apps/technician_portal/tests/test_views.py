"""The technician's pages, from today to a new repair, as the cast sees them."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import User
from tests.cast import Cast
from tests.factories import approved_repair, completed_repair, field_repair, request, started_repair

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_throttle() -> None:
    cache.clear()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User, name: str, *args: Any, **query: str) -> str:
    response = signed_in(user).get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_every_page_answers(cast: Cast) -> None:
    me = cast.technician_record
    for made in (
        request(customer=cast.fleet, unit_number="1"),
        field_repair(technician=me, customer=cast.fleet, unit_number="2"),
        approved_repair(technician=me, customer=cast.fleet, unit_number="3"),
        started_repair(technician=me, customer=cast.fleet, unit_number="4"),
        completed_repair(technician=me, customer=cast.fleet, unit_number="5"),
    ):
        page_of(cast.technician, "repair_detail", made.pk)
        page_of(cast.technician, "repair_edit", made.pk)
    for name in (
        "technician_dashboard",
        "repair_list",
        "create_repair",
        "create_person",
        "technician_notices",
        "technician_profile",
    ):
        page_of(cast.technician, name)
        page_of(cast.admin, name)
    page_of(cast.technician, "create_repair", customer=str(cast.fleet.pk))
