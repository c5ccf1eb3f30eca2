"""Which messages one wants, as one chooses it on one's own page."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from apps.notifications.models import MessageWishes, PushSubscription
from apps.notifications.subscribing import public_key
from apps.notifications.tests.servers import POINT
from tests.cast import Cast
from tests.pages import folded, send, statements_of, text_of

pytestmark = pytest.mark.django_db


def test_the_table_has_what_there_is_for_the_reader_and_stores_it(cast: Cast) -> None:
    user = cast.primary
    assert "Choose what you are told, and when" in text_of(user, "account")
    for reader, page in ((user, "customer_preferences"), (cast.technician, "technician_profile")):
        assert reverse("own_messages") in text_of(reader, page)
    shown = text_of(user, "own_messages")
    assert shown.count('name="wanted"') == shown.count(" checked") == 5
    assert ("Always" in shown, "Jobs by e-mail" in shown) == (True, False)
    form: dict[str, Any] = {"wanted": ["visits.email"], "quiet_from": "21:00", "version": 1}
    answer = send(user, "own_messages", **form, quiet_until="07:00", time_zone="America/Chicago")
    assert answer.status_code == 303
    stored = MessageWishes.objects.get(user=user)
    unwanted = ("approvals", "progress", "rewards", "summaries")
    assert stored.choices == {f"{group}.email": False for group in unwanted}
    assert (stored.quiet_from, stored.quiet_until) == (dt.time(21), dt.time(7))
    shown = text_of(user, "own_messages")
    assert shown.count(" checked") == 1
    assert 'value="21:00"' in shown
    # An older view of it is told, and keeps what was entered.
    stale = folded(send(user, "own_messages", **form, quiet_until="06:00"))
    assert "changed by somebody else" in stale


def test_text_messages_are_offered_where_the_shop_sends_them(cast: Cast, settings: Any) -> None:
    settings.SMS_PROVIDER = "console"
    shown = text_of(cast.technician, "own_messages")
    assert 'value="jobs.sms"' in shown
    assert "Text messages need a phone number" in shown
    send(cast.technician, "own_messages", wanted=["jobs.sms", "jobs.email"])
    assert MessageWishes.objects.get().choices["jobs.sms"] is True


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"quiet_from": "21:00"}, "Fill in both, or neither."),
        ({"quiet_until": "21:00"}, "Fill in both, or neither."),
        ({"quiet_from": "7:00", "quiet_until": "7:00"}, "another time than the begin"),
        ({"quiet_from": "nine"}, "Enter a valid time."),
        ({"time_zone": "Mars/Olympus"}, "is no time zone"),
    ],
)
def test_what_is_no_quiet_hour_is_told(cast: Cast, entered: dict[str, str], told: str) -> None:
    answer = send(cast.admin, "own_messages", **entered)
    assert told in folded(answer)
    assert not MessageWishes.objects.exists()


def test_a_browser_is_subscribed_and_taken_back_by_the_pages_script(
    cast: Cast, settings: Any
) -> None:
    assert "data-push" not in text_of(cast.primary, "own_messages")
    settings.VAPID_PRIVATE_KEY = "A" * 42 + "E"
    settings.PUSH_SERVICES = ["push.example.com"]
    shown = text_of(cast.primary, "own_messages")
    assert 'value="visits.push"' in shown
    assert f'data-key="{public_key()}"' in shown
    told = {"endpoint": "https://push.example.com/1", "p256dh": POINT, "auth": "A" * 22}
    assert send(cast.primary, "own_browser", **told).status_code == 204
    assert PushSubscription.objects.get().user == cast.primary
    ended = {"endpoint": told["endpoint"], "end": "1"}
    assert send(cast.mate, "own_browser", **ended).status_code == 404
    assert send(cast.primary, "own_browser", **ended).status_code == 204
    assert not PushSubscription.objects.exists()
    assert send(cast.primary, "own_browser", endpoint="https://10.0.0.1/").status_code == 400


def test_the_page_costs_the_same_with_and_without_choices(cast: Cast) -> None:
    before = statements_of(cast.mate, "own_messages")
    send(cast.mate, "own_messages", wanted=[])
    assert (before, statements_of(cast.mate, "own_messages")) == (5, 5)
