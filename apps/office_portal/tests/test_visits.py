"""The schedule and the pages of visits: booked, moved, called off, told or silently."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.jobs.models import Job
from apps.notifications.models import Notification
from apps.office_portal.tests.steps import nothing_done, signed_in
from apps.repairs.models import Repair
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.services import wish_visit
from apps.technicians.models import TimeOff, WorkingHours
from core.models import User
from core.shop import shop_today, shop_zone
from tests.cast import Cast
from tests.factories import approved_repair, book, make_job, make_site, request_batch
from tests.pages import statements_of, text_of

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404


@pytest.fixture(autouse=True)
def _hours(cast: Cast) -> None:
    for technician in (cast.technician_record, cast.other_technician_record):
        for weekday in range(7):
            WorkingHours.objects.create(
                technician=technician, weekday=weekday, starts_at="08:00", ends_at="17:00"
            )


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return approved_repair(technician=cast.technician_record, customer=cast.fleet)


@pytest.fixture
def job(cast: Cast) -> Job:
    return make_job("Look", actor=cast.admin, customer=cast.fleet, title="Yard check")


def soon(days: int = 2, hour: int = 10) -> dt.datetime:
    """A working moment on the shop's clock, without its zone, as a form writes it."""
    return dt.datetime.combine(shop_today() + dt.timedelta(days=days), dt.time(hour))


def there(at: dt.datetime) -> dt.datetime:
    """The instant at which the shop's clock shows this."""
    return at.replace(tzinfo=ZoneInfo(shop_zone()))


def sent(cast: Cast, at: dt.datetime, **more: Any) -> dict[str, Any]:
    usual = {"minutes": 60, "travel_minutes": 15, "setup_minutes": 0}
    when = {"technician": cast.technician_record.pk, "starts_at": f"{at:%Y-%m-%dT%H:%M}"}
    return usual | when | more


def post(user: User, url: str, **fields: Any) -> HttpResponse:
    answer = signed_in(user).post(url, fields)
    assert isinstance(answer, HttpResponse)
    return answer


def new_url(**work: int) -> str:
    (name, pk), *_ = work.items()
    return f"{reverse('office_visit_new')}?{name}={pk}"


def told() -> set[str]:
    return set(Notification.objects.values_list("kind", flat=True))


def test_a_visit_is_booked_on_the_clock_of_its_place_and_told(cast: Cast, repair: Repair) -> None:
    site = make_site(cast.fleet, zip_code="94103", time_zone="America/Los_Angeles")
    at = soon(hour=9)
    asked = sent(cast, at, site=site.pk, promised_from="08:30", promised_until="10:00")
    answer = post(cast.admin, new_url(repair=repair.pk), **asked)
    visit = Appointment.objects.get()
    assert answer["Location"] == reverse("office_visit", args=[visit.pk])
    coast = ZoneInfo("America/New_York")
    assert visit.starts_at.astimezone(coast).replace(tzinfo=None) == at
    assert (visit.technician, visit.site, visit.repair) == (cast.technician_record, site, repair)
    assert visit.promised_until is not None
    assert "appointment_booked" in told()


def test_a_visit_is_booked_silently(cast: Cast, repair: Repair) -> None:
    post(cast.admin, new_url(repair=repair.pk), tell="no", **sent(cast, soon()))
    assert Appointment.objects.get().status == VisitStatus.BOOKED
    assert "appointment_booked" not in told()


def test_a_time_that_is_taken_offers_those_that_are_free(cast: Cast, repair: Repair) -> None:
    other = approved_repair(technician=cast.technician_record, customer=cast.fleet)
    book(cast.technician_record, repair=other, at=there(soon()))
    with nothing_done():
        answer = post(cast.admin, new_url(repair=repair.pk), **sent(cast, soon()))
    shown = answer.content.decode()
    assert answer.status_code == OK
    assert "has another visit then." in shown
    assert shown.count('name="starts_at" value="') == 4
    free = shown.split('<button class="btn btn-secondary" name="starts_at" value="')[1][:16]
    asked = sent(cast, soon()) | {"starts_at": [f"{soon():%Y-%m-%dT%H:%M}", free]}
    assert post(cast.admin, new_url(repair=repair.pk), **asked).status_code == SEE_OTHER


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"starts_at": "soon"}, "Enter a day and a time."),
        ({"starts_at": ""}, "This field is required."),
        ({"starts_at": "2020-01-01T10:00"}, "This moment has passed."),
        ({"minutes": 0}, "greater than or equal to 5"),
        ({"technician": ""}, "This field is required."),
        ({"promised_from": "15:00", "promised_until": "16:00"}, "begins outside this window"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_kept(
    cast: Cast, repair: Repair, changed: dict[str, Any], sentence: str
) -> None:
    with nothing_done():
        asked = sent(cast, soon(), notes="By the gate") | changed
        answer = post(cast.admin, new_url(repair=repair.pk), **asked)
    shown = answer.content.decode()
    assert answer.status_code == OK
    assert sentence in shown
    assert "By the gate" in shown


def test_the_free_times_of_everybody_able_are_offered_first(cast: Cast, repair: Repair) -> None:
    shown = text_of(cast.admin, "office_visit_new", repair=repair.pk)
    assert "Free first" in shown
    assert "Tom Becker, " in shown
    assert "Uma Other, " in shown


def test_what_the_address_asks_for_stands_in_the_form(cast: Cast, repair: Repair) -> None:
    at = f"{soon():%Y-%m-%dT%H:%M}"
    who = cast.other_technician_record.pk
    shown = text_of(cast.admin, "office_visit_new", repair=repair.pk, technician=who, at=at)
    assert f'value="{at}"' in shown
    assert f'<option value="{who}" selected>' in shown


def test_a_job_is_visited_again_and_again(cast: Cast, job: Job) -> None:
    asked = sent(cast, soon(), repeat="weekly", every=1, number=3)
    assert post(cast.admin, new_url(job=job.pk), **asked).status_code == SEE_OTHER
    days = sorted(visit.starts_at.date() for visit in Appointment.objects.all())
    assert [(day - days[0]).days for day in days] == [0, 7, 14]
    shown = text_of(cast.admin, "office_job", job.pk)
    assert shown.count("/office/schedule/") >= 3


def test_a_series_on_a_day_that_is_not_free_is_refused_or_leaves_it_out(
    cast: Cast, job: Job, repair: Repair
) -> None:
    book(cast.technician_record, repair=repair, at=there(soon(days=9)))
    asked = sent(cast, soon(), repeat="weekly", every="", number=2)
    with nothing_done():
        refused = post(cast.admin, new_url(job=job.pk), **asked)
    assert "Not possible on" in refused.content.decode()
    answer = post(cast.admin, new_url(job=job.pk), skip_taken="on", **asked)
    assert answer.status_code == SEE_OTHER
    assert Appointment.objects.filter(job=job).count() == 1


def test_a_batch_is_visited_once(cast: Cast) -> None:
    batch = request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    assert "2 repairs together" in text_of(cast.admin, "office_visit_new", batch=batch.pk)
    post(cast.admin, new_url(batch=batch.pk), **sent(cast, soon()))
    assert Appointment.objects.get().batch == batch


@pytest.mark.parametrize("query", ["repair=999999", "job=x", "batch=999999", "job=999999"])
def test_what_there_is_not_is_not_booked(cast: Cast, query: str) -> None:
    url = f"{reverse('office_visit_new')}?{query}"
    assert signed_in(cast.admin).get(url).status_code == NOT_FOUND


def test_a_visit_is_moved_to_somebody_else_and_told(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    url = reverse("office_visit", args=[visit.pk])
    asked = sent(cast, soon(days=3), technician=cast.other_technician_record.pk)
    assert post(cast.admin, url, version=visit.version, **asked).status_code == SEE_OTHER
    visit.refresh_from_db()
    repair.refresh_from_db()
    assert visit.technician == repair.technician == cast.other_technician_record
    assert "appointment_moved" in told()


def test_a_visit_is_moved_silently(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    url = reverse("office_visit", args=[visit.pk])
    post(cast.admin, url, version=visit.version, tell="no", **sent(cast, soon(days=3)))
    assert "appointment_moved" not in told()


def test_who_saw_an_older_visit_is_told(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    url = reverse("office_visit", args=[visit.pk])
    with nothing_done():
        answer = post(cast.admin, url, version=visit.version - 1, **sent(cast, soon(days=3)))
    assert answer.status_code == OK
    with nothing_done():
        empty = post(cast.admin, url, version=visit.version)
    assert "This field is required." in empty.content.decode()


def test_a_drag_is_asked_about_on_the_page(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    at = f"{soon(days=4, hour=14):%Y-%m-%dT%H:%M}"
    who = cast.other_technician_record.pk
    shown = text_of(cast.admin, "office_visit", visit.pk, technician=who, at=at)
    assert f'value="{at}"' in shown
    assert f'<option value="{who}" selected>' in shown
    shown = text_of(cast.admin, "office_visit", visit.pk, technician="x", at="soon")
    assert f'value="{soon():%Y-%m-%dT%H:%M}"' in shown


def test_a_wish_is_shown_and_answered_by_moving(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    day = shop_today() + dt.timedelta(days=5)
    wish_visit(actor=cast.requester, visit_id=visit.pk, day=day, window="mornings", note="Back")
    board = text_of(cast.admin, "office_schedule")
    assert "Needs a new time" in board
    assert "mornings" in board
    assert "Moving the visit answers it." in text_of(cast.admin, "office_visit", visit.pk)
    visit.refresh_from_db()
    url = reverse("office_visit", args=[visit.pk])
    post(cast.admin, url, version=visit.version, **sent(cast, soon(days=5)))
    assert "Needs a new time" not in text_of(cast.admin, "office_schedule")


def test_a_visit_is_called_off(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    url = reverse("office_visit_cancel", args=[visit.pk])
    with nothing_done():
        assert post(cast.admin, url, version=visit.version - 1, reason="Sold").status_code == OK
        assert post(cast.admin, url, version=visit.version, reason="x" * 501).status_code == OK
    answer = post(cast.admin, url, version=visit.version, reason="Sold")
    assert answer.status_code == SEE_OTHER
    visit.refresh_from_db()
    assert visit.status == VisitStatus.CANCELLED
    shown = text_of(cast.admin, "office_visit", visit.pk)
    assert "Move..." not in shown
    assert "Cancelled" in shown


def test_the_later_visits_of_a_series_are_called_off_together(cast: Cast, job: Job) -> None:
    post(cast.admin, new_url(job=job.pk), **sent(cast, soon(), repeat="weekly", number=3))
    first, second, third = Appointment.objects.order_by("starts_at")
    url = reverse("office_visit_cancel", args=[second.pk])
    post(cast.admin, url, version=second.version, and_later="on", tell="no")
    states = Appointment.objects.order_by("starts_at").values_list("status", flat=True)
    assert list(states) == [VisitStatus.BOOKED, VisitStatus.CANCELLED, VisitStatus.CANCELLED]
    assert first.pk < third.pk


def test_visits_are_of_the_office_alone(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    url = reverse("office_visit", args=[visit.pk])
    for user in (cast.sales_agent, cast.technician, cast.primary):
        assert signed_in(user).get(url).status_code == NOT_FOUND
    assert (
        signed_in(cast.admin).get(reverse("office_visit", args=[999999])).status_code == NOT_FOUND
    )


def test_the_week_shows_who_is_where_who_is_away_and_what_waits(cast: Cast, repair: Repair) -> None:
    visit = book(cast.technician_record, repair=repair, at=there(soon()))
    TimeOff.objects.create(
        technician=cast.other_technician_record,
        first_day=shop_today(),
        last_day=shop_today() + dt.timedelta(days=1),
    )
    waiting = approved_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.admin, "office_schedule")
    assert reverse("office_visit", args=[visit.pk]) in shown
    assert shown.count(">away<") == 2
    assert f"?repair={waiting.pk}" in shown
    assert f"?repair={repair.pk}" not in shown
    later = text_of(
        cast.admin, "office_schedule", day=(shop_today() + dt.timedelta(days=30)).isoformat()
    )
    assert reverse("office_visit", args=[visit.pk]) not in later


def test_the_day_shows_its_hours_and_earlier_ones_that_are_taken(
    cast: Cast, repair: Repair
) -> None:
    day = shop_today() + dt.timedelta(days=2)
    empty = text_of(cast.admin, "office_schedule", view="day", day=day.isoformat())
    assert ">05:00<" not in empty
    book(cast.technician_record, repair=repair, at=there(soon(hour=5)), confirm_hours=True)
    shown = text_of(cast.admin, "office_schedule", view="day", day=day.isoformat())
    assert ">05:00<" in shown
    assert "05:00\N{EN DASH}06:00" in shown
    assert "no day" not in text_of(cast.admin, "office_schedule", day="no day", view="year")


def test_a_technician_without_hours_and_one_out_today_are_marked(cast: Cast) -> None:
    WorkingHours.objects.filter(technician=cast.technician_record).delete()
    cast.other_technician_record.out_on = shop_today()
    cast.other_technician_record.save()
    shown = text_of(cast.admin, "office_schedule")
    assert "no hours entered" in shown
    assert ">away<" in shown


@pytest.mark.parametrize(("page", "number"), [("office_schedule", 11)])
def test_it_costs_the_same_with_one_visit_and_with_three(
    cast: Cast, page: str, number: int
) -> None:
    def grow(hour: int) -> None:
        made = approved_repair(technician=cast.technician_record, customer=cast.fleet)
        book(cast.technician_record, repair=made, at=there(soon(hour=hour)))

    grow(9)
    assert statements_of(cast.admin, page) == number
    grow(11)
    grow(13)
    assert statements_of(cast.admin, page) == number


def test_without_work_the_schedule_offers_some(cast: Cast) -> None:
    answer = signed_in(cast.admin).get(reverse("office_visit_new"))
    assert (answer.status_code, answer["Location"]) == (SEE_OTHER, reverse("office_schedule"))
