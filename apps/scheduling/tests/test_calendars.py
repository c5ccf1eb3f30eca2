"""When a technician is free: hours, days off, closing days, visits; and the nearest free times."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from apps.scheduling.availability import able, free_times
from apps.scheduling.calendars import Calendar, Length, calendar_around, load_calendars, nearest
from apps.scheduling.spans import inside, merged, overlaps
from apps.technicians.models import Technician, TimeOff, WorkingHours
from core.clock import now, pretending
from core.shop import shop_settings, shop_today
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HOUR = Length(60)


def on(days: int) -> dt.date:
    return shop_today() + dt.timedelta(days=days)


def calendar_of(technician: Technician, first: int = 1, last: int = 1) -> Calendar:
    rows = Technician.objects.filter(pk=technician.pk)
    (found,) = load_calendars(rows, on(first), on(last), shop=shop_settings())
    return found


def at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    return factories.visit_at(days, hour, minute)


def test_hours_are_the_shops_clock(tom: Technician) -> None:
    factories.set_shop(time_zone="America/Denver")
    assert calendar_of(tom).hours == [(at(1, 8), at(1, 18))]
    assert at(1, 8).astimezone(ZoneInfo("America/Denver")).hour == 8


def test_spans_of_a_day_that_touch_are_one(cast: Cast) -> None:
    tom, day = cast.technician_record, on(1)
    for start, end in ((8, 12), (12, 17)):
        WorkingHours.objects.create(
            technician=tom, weekday=day.weekday(), starts_at=dt.time(start), ends_at=dt.time(end)
        )
    factories.set_shop(holiday_region="")
    assert calendar_of(tom).hours == [(at(1, 8), at(1, 17))]


def test_a_span_in_the_hour_that_the_clock_skips_is_none(cast: Cast) -> None:
    tom, sunday = cast.technician_record, dt.date(2027, 3, 14)
    WorkingHours.objects.create(
        technician=tom, weekday=6, starts_at=dt.time(2, 30), ends_at=dt.time(3, 15)
    )
    (found,) = load_calendars(
        Technician.objects.filter(pk=tom.pk), sunday, sunday, shop=shop_settings()
    )
    assert (found.has_hours, found.hours) == (True, [])


def test_days_off_and_out_have_no_hours(tom: Technician) -> None:
    TimeOff.objects.create(technician=tom, first_day=on(2), last_day=on(3))
    Technician.objects.filter(pk=tom.pk).update(out_on=on(1))
    found = calendar_of(tom, 1, 4)
    assert found.hours == [(at(4, 8), at(4, 18))]
    assert [start.date() for start, _ in found.away] == [on(1), on(2), on(3)]


def test_holidays_and_the_owners_days_have_no_hours(tom: Technician) -> None:
    factories.set_shop(holiday_region="US-CA", closing_days="2027-07-06\n2027-07-08")
    with pretending(dt.datetime(2027, 7, 1, 12, tzinfo=dt.UTC)):
        rows = Technician.objects.filter(pk=tom.pk)
        found = free_times(rows, dt.date(2027, 7, 4), dt.date(2027, 7, 8), Length(600))
    days = [dt.datetime.fromisoformat(str(slot["starts_at"])).date() for slot in found["slots"]]
    assert days == [dt.date(2027, 7, 7)]
    assert found["closed"] == [
        {"date": dt.date(2027, 7, 4), "reason": "Independence Day"},
        {"date": dt.date(2027, 7, 5), "reason": "Independence Day (observed)"},
        {"date": dt.date(2027, 7, 6), "reason": "Closed"},
        {"date": dt.date(2027, 7, 8), "reason": "Closed"},
    ]


def test_a_booked_visit_takes_its_travel_and_set_up_too(tom: Technician) -> None:
    factories.book(tom, at(1, 10), minutes=60, travel_minutes=30, setup_minutes=15)
    assert calendar_of(tom).free() == [(at(1, 8), at(1, 9, 15)), (at(1, 11), at(1, 18))]


def test_nothing_is_free_in_the_past(tom: Technician) -> None:
    last = at(1, 17)
    with pretending(at(1, 16, 50)):
        assert list(calendar_of(tom, 0, 0).starts(HOUR)) == [last]


def test_the_nearest_come_in_order_of_time(tom: Technician) -> None:
    factories.book(tom, at(1, 10))
    wanted = (at(1, 10), at(1, 11))
    around = calendar_around(tom, wanted, near=dt.timedelta(days=2))
    found = nearest(around, at(1, 10), HOUR)
    assert [slot["starts_at"] for slot in found] == [
        each.isoformat() for each in (at(1, 8, 45), at(1, 11), at(1, 11, 15))
    ]
    assert found[0] == {
        "technician": tom.pk,
        "technician_name": "Tom Becker",
        "starts_at": at(1, 8, 45).isoformat(),
        "ends_at": at(1, 9, 45).isoformat(),
    }


def test_who_has_no_hours_is_named(tom: Technician, cast: Cast) -> None:
    found = free_times(able(), on(1), on(1), HOUR)
    uma = cast.other_technician_record
    assert found["without_hours"] == [{"technician": uma.pk, "technician_name": "Uma Other"}]
    assert {slot["technician"] for slot in found["slots"]} == {tom.pk}


def test_able_means_active_with_every_skill(tom: Technician, uma: Technician) -> None:
    crack, laser = factories.make_skill("Cracks"), factories.make_skill("Laser")
    tom.expertise.set([crack, laser])
    uma.expertise.set([crack])
    assert list(able([crack.pk])) == [tom, uma]
    assert list(able([crack.pk, laser.pk])) == [tom]
    assert list(able(technician_id=uma.pk)) == [uma]
    Technician.objects.filter(pk=uma.pk).update(is_active=False)
    assert list(able([crack.pk])) == [tom]


def test_more_than_a_screenful_says_so(tom: Technician, uma: Technician) -> None:
    short = free_times(able(), on(1), on(3), Length(5))
    long = free_times(able(), on(1), on(20), Length(5))
    assert (short["is_complete"], long["is_complete"], len(long["slots"])) == (True, False, 500)


@pytest.mark.parametrize("number", [1, 3])
def test_free_times_cost_the_same_whoever_is_asked(cast: Cast, number: int) -> None:
    for _ in range(number):
        technician = factories.make_technician()
        factories.set_hours(technician)
        factories.book(technician, at(1, 10))
    first, last = on(1), on(7)
    with CaptureQueriesContext(connection) as caught:
        free_times(able(), first, last, HOUR)
    assert len(caught) == 5


class FreeTimes(DjangoTestCase):
    """Whatever is booked: what is offered is inside hours, and overlaps nothing."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        hours=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 3)), max_size=4),
        visits=st.lists(
            st.tuples(st.integers(0, 90), st.integers(5, 120), st.integers(0, 45)), max_size=6
        ),
        minutes=st.integers(5, 240),
        buffer=st.integers(0, 60),
    )
    def test_offers(
        self,
        hours: list[tuple[int, int]],
        visits: list[tuple[int, int, int]],
        minutes: int,
        buffer: int,
    ) -> None:
        calendar = Calendar(1, "Tom")
        day = now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
        calendar.hours = merged(
            (day + dt.timedelta(hours=begin), day + dt.timedelta(hours=begin + length))
            for begin, length in hours
        )
        calendar.taken = [
            (
                day + dt.timedelta(minutes=15 * place - ahead),
                day + dt.timedelta(minutes=15 * place + length),
            )
            for place, length, ahead in visits
        ]
        length = Length(minutes, buffer)
        for start in calendar.starts(length):
            busy = (start - length.before, start + length.visit)
            assert inside(busy, calendar.hours)
            assert not overlaps(busy, calendar.taken)
            assert calendar.fault(busy, confirm_hours=False) == ("", "")
