"""Visits that come round are booked at once."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.queue_management.use_cases import book_series, cancel_visit
from apps.queue_management.use_cases.series import Rule
from apps.scheduling.models import Appointment, AppointmentSeries
from apps.technicians.models import Technician, TimeOff
from core.clock import pretending
from core.errors import Conflict, Forbidden, Invalid
from core.invariants import invariant_violations
from core.shop import shop_today
from tests import factories
from tests.books import refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NINE = dt.time(9)
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Sydney", "America/Phoenix")


def on(days: int) -> dt.date:
    return shop_today() + dt.timedelta(days=days)


def weekly(number: int = 4, **fields: Any) -> Rule:
    values: dict[str, Any] = {
        "repeat": "weekly",
        "first_day": on(1),
        "local_time": NINE,
        "number": number,
    }
    return Rule(**values | fields)


def book(
    cast: Cast, job: Job, technician: Technician, rule: Rule | None = None, **fields: Any
) -> tuple[AppointmentSeries, list[Appointment], list[tuple[dt.date, str]]]:
    slot = factories.slot(technician, confirm_hours=False)
    return book_series(actor=cast.admin, job_id=job.pk, rule=rule or weekly(), slot=slot, **fields)


def test_a_series_is_booked_and_told_once(cast: Cast, tom: Technician, job: Job) -> None:
    series, visits, refusals = book(cast, job, tom, notes="Yard", tell=True)
    job.refresh_from_db()
    assert [visit.starts_at for visit in visits] == [
        factories.visit_at(days) for days in (1, 8, 15, 22)
    ]
    assert (refusals, job.assigned_to, visits[3].notes) == ([], cast.technician, "Yard")
    assert (series.number, str(series)) == (4, f"Weekly from {on(1)}, 09:00")
    told = Notification.objects.filter(recipient=cast.technician, kind="appointment_booked")
    assert told.count() == 1
    assert invariant_violations() == []


@pytest.mark.parametrize("zone", ZONES)
def test_a_weekly_visit_stays_at_nine_through_both_changes(
    cast: Cast, tom: Technician, job: Job, zone: str
) -> None:
    site = factories.make_site(cast.fleet, time_zone=zone)
    slot = factories.slot(tom, site_id=site.pk)
    with pretending(dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC)):
        rule = weekly(52, first_day=dt.date(2027, 1, 11))
        series, visits, _ = book_series(
            actor=cast.admin, job_id=job.pk, rule=rule, slot=slot, tell=False
        )
    local = [visit.starts_at.astimezone(ZoneInfo(zone)) for visit in visits]
    assert ({each.time() for each in local}, series.time_zone) == ({NINE}, zone)
    assert [each.date() for each in local] == rule.days()


def test_without_a_place_the_shops_clock_counts(cast: Cast, tom: Technician, job: Job) -> None:
    factories.set_shop(time_zone="America/Denver", holiday_region="")
    series, _, _ = book(cast, job, tom)
    assert series.time_zone == "America/Denver"


def test_all_or_none_and_the_days_are_told(cast: Cast, tom: Technician, job: Job) -> None:
    factories.book(tom, factories.visit_at(8))
    TimeOff.objects.create(technician=tom, first_day=on(15), last_day=on(15))
    with refused(Conflict, "visits_refused") as caught:
        book(cast, job, tom)
    assert caught.value.extra["refused"] == [
        {"date": on(8).isoformat(), "code": "slot_taken"},
        {"date": on(15).isoformat(), "code": "technician_away"},
    ]


def test_days_that_are_not_possible_are_left_out_if_wished(
    cast: Cast, tom: Technician, job: Job
) -> None:
    factories.book(tom, factories.visit_at(8))
    series, visits, refusals = book(cast, job, tom, skip_taken=True)
    assert (series.number, len(visits), refusals) == (3, 3, [(on(8), "slot_taken")])


def test_a_series_of_nothing_is_refused(cast: Cast, tom: Technician, job: Job) -> None:
    factories.book(tom, factories.visit_at(1))
    with refused(Conflict, "visits_refused"):
        book(cast, job, tom, weekly(1), skip_taken=True)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"number": 0}, "number"),
        ({"number": 61}, "number"),
        ({"number": 60}, "number"),
        ({"repeat": "monthly", "number": 14}, "number"),
        ({"every": 0}, "every"),
        ({"first_day": dt.date(2020, 1, 1)}, "first_day"),
        ({"first_day": dt.date.max}, "first_day"),
    ],
)
def test_series_have_bounds(
    cast: Cast, tom: Technician, job: Job, fields: dict[str, Any], field: str
) -> None:
    with refused(Invalid) as caught:
        book(cast, job, tom, weekly(**fields), skip_taken=True)
    assert list(caught.value.errors) == [field]


def test_a_time_of_today_that_has_passed_is_told_by_the_first_day(
    cast: Cast, tom: Technician, job: Job
) -> None:
    day = on(0)
    with pretending(factories.visit_at(0, 12)), refused(Invalid) as caught:
        book(cast, job, tom, weekly(first_day=day))
    assert list(caught.value.errors) == ["first_day"]


def test_only_the_office_books_series_of_open_jobs(cast: Cast, tom: Technician, job: Job) -> None:
    slot = factories.slot(tom)
    with refused(Forbidden):
        book_series(actor=cast.sales_agent, job_id=job.pk, rule=weekly(), slot=slot)
    done = factories.completed_job()
    with refused(Conflict, "work_closed"):
        book(cast, done, tom)


def test_a_series_is_called_off_from_here_on(cast: Cast, tom: Technician, job: Job) -> None:
    _, visits, _ = book(cast, job, tom, tell=False)
    cancel_visit(actor=cast.admin, visit_id=visits[1].pk, and_later=True, reason="Season over")
    statuses = Appointment.objects.order_by("starts_at").values_list("status", flat=True)
    assert list(statuses) == ["booked", "cancelled", "cancelled", "cancelled"]
    told = Notification.objects.filter(recipient=cast.technician, kind="appointment_cancelled")
    assert told.count() == 1
    again = cancel_visit(actor=cast.admin, visit_id=visits[1].pk, and_later=True)
    assert again.status == "cancelled"


def test_later_of_a_single_visit_is_itself(cast: Cast, tom: Technician, job: Job) -> None:
    first = factories.book(tom, job=job)
    second = factories.book(tom, factories.visit_at(2), job=job)
    cancel_visit(actor=cast.admin, visit_id=first.pk, and_later=True)
    second.refresh_from_db()
    assert second.status == "booked"
