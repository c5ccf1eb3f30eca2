"""The customer's pages, from home to team, as the cast sees them."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import User
from tests.cast import Cast
from tests.factories import (
    field_repair,
)

pytestmark = pytest.mark.django_db
SEE_OTHER = 303


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


def test_home_of_a_new_customer_offers_the_first_request(cast: Cast) -> None:
    assert "Request your first repair" in page_of(cast.primary, "customer_dashboard")


def test_home_asks_for_approval_and_states_the_money(cast: Cast) -> None:
    field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")
    shown = page_of(cast.primary, "customer_dashboard")
    assert "at most $50.00" in shown
    assert "One thing needs your approval" in shown


def test_home_of_somebody_without_a_company_leads_to_joining(cast: Cast) -> None:
    assert reverse("join") in page_of(cast.nobody, "customer_dashboard")
