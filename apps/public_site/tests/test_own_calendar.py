"""One's own visits in one's own calendar program."""

import re

import pytest
from django.test import Client

from apps.scheduling.models import CalendarFeed
from tests.cast import Cast
from tests.pages import folded, send, text_of

pytestmark = pytest.mark.django_db


def path_in(shown: str) -> str:
    found = re.search(r'value="https?://[^/"]+(/calendar/[^"]+)"', shown)
    assert found
    return found[1]


@pytest.mark.parametrize("part", ["technician", "mate"])
def test_an_address_is_made_shown_once_replaced_and_ended(cast: Cast, part: str) -> None:
    user = cast.member(part)
    assert "Have them in your own calendar" in text_of(user, "account")
    assert "There is no address yet." in text_of(user, "own_calendar")
    first = path_in(folded(send(user, "own_calendar", make="1")))
    assert Client().get(first).status_code == 200
    assert "/calendar/" not in text_of(user, "own_calendar").replace("/account/calendar/", "")
    second = path_in(folded(send(user, "own_calendar", make="1")))
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    assert send(user, "own_calendar", end="1").status_code == 303
    assert Client().get(second).status_code == 404
    assert not CalendarFeed.objects.filter(revoked_at=None).exists()
    assert send(user, "own_calendar", end="1").status_code == 404


@pytest.mark.parametrize("part", ["sales_agent", "nobody"])
def test_who_has_no_visits_has_no_calendar(cast: Cast, part: str) -> None:
    user = cast.member(part)
    assert "own calendar" not in text_of(user, "account")
    assert "You have no visits of your own" in text_of(user, "own_calendar")
    assert "no visits to subscribe to" in folded(send(user, "own_calendar", make="1"))
    assert not CalendarFeed.objects.exists()
