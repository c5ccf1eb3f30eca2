from typing import Any

import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from core.models import User
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    details,
    field_repair,
    request,
    started_repair,
)
from tests.pages import send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def field_batch(cast: Cast, *numbers: str) -> None:
    use_cases.create_field_batch(
        actor=cast.technician, customer_id=cast.fleet.pk, rows=[details(n) for n in numbers]
    )


def test_a_new_customer_is_offered_the_first_request(cast: Cast) -> None:
    assert "Request your first repair" in text_of(cast.primary, "customer_dashboard")


def test_money_is_stated_where_approval_is_asked(cast: Cast) -> None:
    field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")
    shown = text_of(cast.primary, "customer_dashboard")
    assert "One thing needs your approval" in shown
    assert "Approve the repair of unit 4127, at most $50.00?" in shown


def test_who_may_not_approve_gets_no_button(cast: Cast) -> None:
    made = field_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.requester, "customer_dashboard")
    assert reverse("customer_repair_approve", args=[made.pk]) not in shown
    assert "A colleague with the right to approve" in shown


def test_rows_of_a_batch_are_one_question(cast: Cast) -> None:
    field_batch(cast, "7", "7", "8")
    shown = text_of(cast.primary, "customer_dashboard")
    assert "One thing needs your approval" in shown
    assert "at most $140.00" in shown


def test_figures_count_what_is_open_and_charged(cast: Cast) -> None:
    completed_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="1")
    completed_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="1")
    started_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.primary, "customer_dashboard")
    assert "<dt>Open repairs</dt><dd>1</dd>" in shown
    assert "<dt>Spent in all</dt><dd>$90.00</dd>" in shown


def test_other_companies_are_not_shown(cast: Cast) -> None:
    request(customer=cast.fleet, unit_number="SECRET-1")
    assert "SECRET-1" not in text_of(cast.stranger, "customer_dashboard")


def test_somebody_of_no_company_is_led_to_joining_one(cast: Cast) -> None:
    assert reverse("join") in text_of(cast.nobody, "customer_dashboard")
    assert visit(cast.nobody, "customer_repairs").status_code == 404
    assert reverse("customer_team") not in text_of(cast.nobody, "customer_dashboard")
    assert reverse("customer_team") in text_of(cast.mate, "customer_dashboard")


def test_home_costs_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    def grow(number: int) -> None:
        work: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
        completed_repair(unit_number=f"D{number}", **work)
        started_repair(unit_number=f"S{number}", **work)
        field_repair(unit_number=f"F{number}", **work)

    grow(1)
    assert statements_of(cast.primary, "customer_dashboard") == 12
    grow(2)
    grow(3)
    assert statements_of(cast.primary, "customer_dashboard") == 12


def test_notices_are_read_all_at_once(cast: Cast) -> None:
    field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="9")
    assert "Your approval is needed: unit 9" in text_of(cast.primary, "customer_notices")
    assert send(cast.primary, "customer_notices").status_code == 303
    assert not User.objects.get(pk=cast.primary.pk).notifications.filter(read_at=None).exists()


def test_notices_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    field_repair(technician=cast.technician_record, customer=cast.fleet)
    assert statements_of(cast.primary, "customer_notices") == 5
    field_batch(cast, "1", "2")
    field_repair(technician=cast.technician_record, customer=cast.fleet)
    assert statements_of(cast.primary, "customer_notices") == 5
