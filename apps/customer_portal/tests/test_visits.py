"""Booked visits as the customer sees them, and the wish for another time."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from apps.notifications.models import Notification
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from core.clock import now
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import approved_repair, book
from tests.pages import folded, send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return approved_repair(technician=cast.technician_record, customer=cast.fleet)


def booked(cast: Cast, repair: Repair, *, days: int = 2, **more: Any) -> Appointment:
    at = (now() + dt.timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
    return book(cast.technician_record, at, repair=repair, confirm_hours=True, **more)


def wish(days: int = 3) -> dict[str, str]:
    day = shop_today() + dt.timedelta(days=days)
    return {"date": day.isoformat(), "window": "mornings", "note": "The truck is back then"}


def test_visits_are_listed_with_who_comes_and_on_the_repairs_page(
    cast: Cast, repair: Repair
) -> None:
    assert "No visit is booked." in text_of(cast.mate, "customer_visits")
    made = booked(cast, repair)
    page = reverse("customer_visit", args=[made.pk])
    for name, args in (
        ("customer_visits", []),
        ("customer_dashboard", []),
        ("customer_repair_detail", [repair.pk]),
    ):
        assert page in text_of(cast.mate, name, *args)
    assert "Tom Becker" in text_of(cast.mate, "customer_visit", made.pk)


def test_what_was_stands_below(cast: Cast, repair: Repair) -> None:
    made = booked(cast, repair)
    before = dt.timedelta(days=9)
    Appointment.objects.filter(pk=made.pk).update(
        status="done",
        starts_at=made.starts_at - before,
        ends_at=made.ends_at - before,
        busy_from=made.busy_from - before,
    )
    shown = text_of(cast.mate, "customer_visits")
    assert "No visit is booked." in shown
    assert "Before" in shown


def test_another_time_is_wished_and_the_office_is_told(cast: Cast, repair: Repair) -> None:
    made = booked(cast, repair)
    answer = send(cast.requester, "customer_visit", made.pk, version=made.version, **wish())
    assert answer["Location"] == reverse("customer_visits")
    made.refresh_from_db()
    assert (made.wish_window, made.wished_by) == ("mornings", cast.requester)
    assert Notification.objects.filter(kind="appointment_wished", recipient=cast.admin).exists()
    assert "You wished" in text_of(cast.mate, "customer_visit", made.pk)
    assert "You wished" in text_of(cast.mate, "customer_visits")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"date": ""}, "This field is required."),
        ({"date": "2020-01-01"}, "Choose a day from today on, within two years."),
        ({"window": "x" * 51}, "at most 50 characters"),
    ],
)
def test_a_wish_that_cannot_be_is_told(
    cast: Cast, repair: Repair, changed: dict[str, str], sentence: str
) -> None:
    made = booked(cast, repair)
    answer = send(cast.requester, "customer_visit", made.pk, **wish() | changed)
    assert sentence in folded(answer)
    assert "The truck is back then" in folded(answer)
    made.refresh_from_db()
    assert made.wished_at is None


def test_who_may_not_ask_wishes_nothing(cast: Cast, repair: Repair) -> None:
    made = booked(cast, repair)
    assert "Another time" not in text_of(cast.mate, "customer_visit", made.pk)
    assert "Only the customer" in folded(send(cast.mate, "customer_visit", made.pk, **wish()))


def test_a_foreign_visit_is_missing(cast: Cast, repair: Repair) -> None:
    made = booked(cast, repair)
    assert visit(cast.stranger, "customer_visit", made.pk).status_code == 404
    assert send(cast.stranger, "customer_visit", made.pk, **wish()).status_code == 404


def test_it_costs_the_same_with_one_visit_and_with_three(cast: Cast) -> None:
    def grow(days: int) -> None:
        made = approved_repair(technician=cast.technician_record, customer=cast.fleet)
        booked(cast, made, days=days)

    grow(2)
    assert statements_of(cast.mate, "customer_visits") == 6
    grow(3)
    grow(4)
    assert statements_of(cast.mate, "customer_visits") == 6
