"""Server-sent events: one answer, up to now."""

import orjson
from django.test import Client

from apps.api import events
from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.audit.queries import head_position
from tests.cast import Cast
from tests.factories import request

EVENTS = "/api/events/"
ASKED = {"Accept": "text/event-stream"}


def read(caller: Caller, query: str = "", **headers: str) -> list[str]:
    answer = caller.get(EVENTS + query, **ASKED | headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    text: str = answer.content.decode()
    first, *told = text.removesuffix("\n\n").split("\n\n")
    assert first == "retry: 15000"
    return told


def test_an_event_is_a_change_and_its_id_resumes_behind_it(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.mate)
    first, second = (request(customer=cast.fleet).pk for _ in range(2))
    told = read(caller, "?since=0")
    kind, name, data = told[0].split("\n")
    change = orjson.loads(data.removeprefix("data: "))
    assert (kind, name) == ("event: change", f"id: {change['position']}")
    assert change == caller.get("/api/changes/").json()["results"][0]
    assert (len(told), change["id"], f'"id":{second},' in told[1]) == (2, first, True)
    assert read(caller, "?since=0", Last_Event_ID=str(change["position"])) == told[1:]
    assert read(caller) == []


def test_a_stranger_is_told_nothing_not_even_how_much_happened(call_as: CallAs, cast: Cast) -> None:
    request(customer=cast.fleet)
    assert read(call_as(cast.stranger), "?since=0") == []


def test_very_much_is_told_as_one(call_as: CallAs, cast: Cast) -> None:
    for _ in range(2):
        request(customer=cast.fleet)
    original, events.MOST = events.MOST, 2
    try:
        told = read(call_as(cast.mate), "?since=0")
    finally:
        events.MOST = original
    assert told == [f"event: reset\nid: {head_position()}\ndata: {{}}"]


def test_the_cookie_of_the_pages_is_enough(client: Client, cast: Cast) -> None:
    client.force_login(cast.mate)
    answer = client.get(EVENTS, headers=ASKED)
    assert (answer.status_code, answer["X-Accel-Buffering"]) == (200, "no")


def test_refusals(call_as: CallAs, anonymous: Caller, cast: Cast) -> None:
    assert problem_of(anonymous.get(EVENTS, **ASKED)) == (401, "not_signed_in")
    caller = call_as(cast.mate)
    assert problem_of(caller.get(EVENTS, Last_Event_ID="x")) == (400, "invalid")
    assert problem_of(caller.get(EVENTS + "?until=1")) == (400, "invalid")
