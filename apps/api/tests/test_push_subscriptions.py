"""Browsers that show messages."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs
from apps.notifications.models import PushSubscription
from apps.notifications.tests.servers import POINT
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PATH = "/api/push-subscriptions/"


@pytest.fixture(autouse=True)
def service(settings: Any) -> None:
    settings.PUSH_SERVICES = ["push.example.com"]


def browser(name: str = "one") -> dict[str, str]:
    endpoint = f"https://push.example.com/{name}"
    return {"endpoint": endpoint, "p256dh": POINT, "auth": "A" * 22}


def test_a_browser_is_made_told_without_its_secrets_and_ended(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.primary)
    made = caller.post(PATH, browser())
    told = made.json()
    assert (made.status_code, made["Location"]) == (201, f"{PATH}{told['id']}/")
    assert set(told) == {"id", "service", "created_at"}
    assert caller.post(PATH, browser()).json() == told
    assert caller.get(PATH).json()["results"] == [told]
    assert caller.get(made["Location"]).json() == told
    other = call_as(cast.mate)
    assert other.get(PATH).json()["results"] == []
    for method in ("GET", "DELETE"):
        assert other.call(method, made["Location"]).status_code == 404
    assert caller.call("DELETE", made["Location"]).status_code == 204
    assert not PushSubscription.objects.exists()


def test_what_is_no_browser_is_told_by_field(call_as: CallAs, cast: Cast) -> None:
    faulty = {"endpoint": "https://10.0.0.1/", "p256dh": "A", "auth": "A"}
    refused = call_as(cast.technician).post(PATH, faulty)
    assert (refused.status_code, set(refused.json()["errors"])) == (400, set(faulty))


def test_the_list_costs_the_same_with_one_and_with_three(call_as: CallAs, cast: Cast) -> None:
    caller, costs = call_as(cast.admin), []
    for names in (["one"], ["two", "three"]):
        for name in names:
            caller.post(PATH, browser(name))
        with CaptureQueriesContext(connection) as statements:
            caller.get(PATH)
        costs.append(len(statements))
    assert costs == [2, 2]
