"""A person's visits for their calendar program: what is told, to whom, and when no more."""

import datetime as dt
from typing import Any

import icalendar
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.people.services.sites import update_site
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.scheduling.models import CalendarFeed
from apps.scheduling.services import make_calendar_feed, revoke_calendar_feed
from apps.technicians.models import Technician
from core.clock import pretending
from core.models import User
from tests import factories
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def tom(cast: Cast) -> Technician:
    factories.set_hours(cast.technician_record)
    return cast.technician_record


@pytest.fixture
def repair(cast: Cast) -> Repair:
    site = factories.make_site(cast.fleet, address="1 Dock Rd", access_note="Gate 4")
    return factories.request(customer=cast.fleet, unit_number="4127", site_id=site.pk)


def path_of(user: User) -> str:
    _, address = make_calendar_feed(actor=user)
    return address.removeprefix(settings.PUBLIC_BASE_URL)


def events(answer: Any) -> list[Any]:
    found = icalendar.Calendar.from_ical(answer.content)
    assert found["prodid"] == "-//RS Systems//Visits//EN"
    return list(found.walk("VEVENT"))


def test_a_technicians_calendar(cast: Cast, tom: Technician, repair: Repair) -> None:
    visit = factories.book(tom, repair=repair)
    factories.book(cast.other_technician_record)
    type(visit).objects.filter(pk=visit.pk).update(notes="Ring, then wait")
    answer = Client().get(path_of(tom.user))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    (event,) = events(answer)
    assert event["uid"] == f"visit-{visit.pk}@127.0.0.1"
    assert event["dtstart"].dt == visit.starts_at
    assert (event["dtend"].dt - event["dtstart"].dt) == dt.timedelta(hours=1)
    assert str(event["summary"]) == "Unit 4127, Demo Fleet"
    assert str(event["location"]) == "Main yard, 1 Dock Rd, New York"
    assert str(event["description"]) == "Gate 4\nRing, then wait"
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 1)
    assert b"DTSTART:20" in answer.content
    assert b"TZID" not in answer.content


def test_a_customers_calendar_tells_who_comes_and_no_notes(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    visit = factories.book(tom, repair=repair)
    factories.book(tom, visit_at(2), repair=factories.request(customer=cast.other_fleet))
    type(visit).objects.filter(pk=visit.pk).update(notes="Slow payer")
    (event,) = events(Client().get(path_of(cast.mate)))
    assert str(event["summary"]) == "Windshields: Unit 4127"
    assert str(event["description"]) == "Tom Becker comes."


def test_what_is_off_is_told_as_cancelled_under_the_same_name(
    cast: Cast, tom: Technician, repair: Repair
) -> None:
    visit, path = factories.book(tom, repair=repair), path_of(cast.primary)
    other = factories.book(tom, visit_at(2), repair=factories.request(customer=cast.fleet))
    (before, _) = events(Client().get(path))
    use_cases.cancel_visit(actor=cast.admin, visit_id=visit.pk)
    day = visit_at(2).date()
    use_cases.add_time_off(actor=tom.user, technician_id=tom.pk, first_day=day, last_day=day)
    (after, released) = events(Client().get(path))
    assert (after["uid"], after["status"], after["sequence"]) == (before["uid"], "CANCELLED", 2)
    assert str(after["summary"]) == "Cancelled: Windshields: Unit 4127"
    assert (released["status"], "description" in released) == ("CANCELLED", False)
    assert str(released["summary"]).startswith("Needs a new time: ")
    assert other.pk


def test_a_visit_without_a_place_has_no_location(cast: Cast, tom: Technician) -> None:
    factories.book(tom)
    (event,) = events(Client().get(path_of(tom.user)))
    assert "location" not in event


def test_a_month_back_and_no_more(cast: Cast, tom: Technician) -> None:
    with pretending(visit_at(-40)):
        factories.book(tom, visit_at(1))
        recent = factories.book(tom, visit_at(20))
    (event,) = events(Client().get(path_of(tom.user)))
    assert event["dtstart"].dt == recent.starts_at


def test_an_admin_who_is_a_technician_has_their_own(cast: Cast, tom: Technician) -> None:
    own = factories.make_technician(user=cast.admin)
    mine = factories.book(own)
    factories.book(tom)
    (event,) = events(Client().get(path_of(cast.admin)))
    assert event["dtstart"].dt == mine.starts_at


def test_the_same_calendar_is_not_sent_again(cast: Cast, tom: Technician) -> None:
    factories.book(tom)
    path, client = path_of(tom.user), Client()
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert first["Cache-Control"] == again["Cache-Control"] == "private, max-age=300"
    factories.book(tom, visit_at(2))
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_unknown_replaced_and_revoked_addresses_are_not_found(cast: Cast, tom: Technician) -> None:
    old, new = path_of(tom.user), path_of(tom.user)
    assert Client().get("/calendar/none.ics").status_code == 404
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)
    feed = CalendarFeed.objects.get(revoked_at=None)
    revoke_calendar_feed(actor=tom.user, feed_id=feed.pk)
    assert Client().get(new).status_code == 404


def test_who_left_has_no_calendar(cast: Cast, tom: Technician) -> None:
    path = path_of(tom.user)
    use_cases.deactivate_person(actor=cast.owner, user_id=tom.user_id)
    assert Client().get(path).status_code == 404


def test_too_many_reads_wait(cast: Cast, tom: Technician, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.CALLS_PER_MINUTE, "calendar", 1)
    path = path_of(tom.user)
    first, second = Client().get(path), Client().get(path)
    assert (first.status_code, second.status_code) == (200, 429)
    assert 1 <= int(second["Retry-After"]) <= 60


@pytest.mark.parametrize("number", [1, 3])
def test_a_calendar_costs_the_same_whatever_is_in_it(
    cast: Cast, tom: Technician, number: int
) -> None:
    for days in range(number):
        factories.book(tom, visit_at(days + 1))
    path = path_of(tom.user)
    with CaptureQueriesContext(connection) as caught:
        Client().get(path)
    assert len(caught) == 5


def test_places_are_told_as_they_are_now(cast: Cast, tom: Technician, repair: Repair) -> None:
    factories.book(tom, repair=repair)
    site = repair.site
    assert site is not None
    update_site(
        actor=cast.admin, site_id=site.pk, version=site.version, changes={"name": "New yard"}
    )
    (event,) = events(Client().get(path_of(tom.user)))
    assert str(event["location"]).startswith("New yard")
