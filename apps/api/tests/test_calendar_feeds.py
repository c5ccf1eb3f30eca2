"""Calendars to subscribe to: whose, made anew, revoked."""

import pytest

from apps.api.tests.conftest import CallAs, problem_of
from apps.audit.models import AuditEntry
from apps.scheduling.models import CalendarFeed
from apps.scheduling.services import make_calendar_feed
from core.models import IdempotencyRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FEEDS = "/api/calendar-feeds/"


def test_an_address_is_shown_once(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.technician)
    answer = caller.post(FEEDS, {}, Idempotency_Key="k")
    told = answer.json()
    token = told.pop("address").removeprefix("http://127.0.0.1:8000/calendar/")
    feed = CalendarFeed.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == f"{FEEDS}{feed.pk}/"
    assert (token.endswith(".ics"), feed.token_hash in token) == (True, False)
    assert told == caller.get(f"{FEEDS}{feed.pk}/").json()
    assert told["owner_name"] == "Tom Becker"
    assert caller.get(FEEDS).json()["results"] == [told]
    assert not IdempotencyRecord.objects.exists()
    entry = AuditEntry.objects.get(verb="calendarfeed.created")
    assert feed.token_hash not in str(entry.changes)


def test_a_new_address_ends_the_old_one(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.primary)
    first, second = (caller.post(FEEDS, {}).json() for _ in range(2))
    states = [(feed.pk, feed.revoked_at is None) for feed in CalendarFeed.objects.order_by("pk")]
    assert states == [(first["id"], False), (second["id"], True)]
    assert first["address"] != second["address"]


def test_revoking_twice_is_once(call_as: CallAs, cast: Cast) -> None:
    feed, _ = make_calendar_feed(actor=cast.mate)
    caller, before = call_as(cast.mate), AuditEntry.objects.count()
    for _ in range(2):
        assert caller.call("DELETE", f"{FEEDS}{feed.pk}/").status_code == 204
    assert AuditEntry.objects.count() == before + 1
    assert caller.get(f"{FEEDS}{feed.pk}/").json()["revoked_at"] is not None


def test_the_office_makes_and_revokes_those_of_others(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)
    made = caller.post(FEEDS, {"user": cast.primary.pk}).json()
    assert made["owner"] == cast.primary.pk
    assert caller.get(f"{FEEDS}?owner={cast.primary.pk}").json()["results"][0]["id"] == made["id"]
    assert call_as(cast.primary).get(f"{FEEDS}{made['id']}/").status_code == 200
    assert caller.call("DELETE", f"{FEEDS}{made['id']}/").status_code == 204


@pytest.mark.parametrize("part", ["sales_agent", "admin", "nobody"])
def test_who_has_no_visits_has_no_calendar(call_as: CallAs, cast: Cast, part: str) -> None:
    answer = call_as(cast.member(part)).post(FEEDS, {})
    assert problem_of(answer) == (400, "no_calendar")


def test_unknown_people_have_none(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.admin).post(FEEDS, {"user": 9_000_000})
    assert problem_of(answer) == (400, "no_calendar")


def test_others_are_the_offices_to_make(call_as: CallAs, cast: Cast) -> None:
    answer = call_as(cast.primary).post(FEEDS, {"user": cast.mate.pk})
    assert problem_of(answer) == (403, "forbidden")


@pytest.mark.parametrize("part", ["mate", "stranger", "technician", "sales_agent"])
def test_somebody_elses_is_not_found(call_as: CallAs, cast: Cast, part: str) -> None:
    feed, _ = make_calendar_feed(actor=cast.primary)
    caller = call_as(cast.member(part))
    assert caller.get(f"{FEEDS}{feed.pk}/").status_code == 404
    assert caller.call("DELETE", f"{FEEDS}{feed.pk}/").status_code == 404
    assert caller.get(FEEDS).json()["results"] == []
    assert CalendarFeed.objects.filter(revoked_at=None).exists()
