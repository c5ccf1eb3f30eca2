"""The stream, from its opening to its end."""

from collections.abc import Iterator

import pytest

from apps.api.stream import application as module
from apps.api.stream import hub
from apps.api.stream.application import EventsApplication
from apps.api.tests.stream.conftest import Listener, changes_in, cookie_of, elsewhere, listen, run
from apps.security.sessions import end_sessions, open_session
from tests.cast import Cast
from tests.factories import request

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quick() -> Iterator[None]:
    """Beats and checks come at once."""
    before = module.BEAT_SECONDS, module.CHECK_SECONDS
    module.BEAT_SECONDS, module.CHECK_SECONDS = 0.05, 0  # type: ignore[assignment]  # a fraction
    yield
    module.BEAT_SECONDS, module.CHECK_SECONDS = before


def test_who_may_see_it_hears_it_and_a_stranger_hears_nothing(cast: Cast, quick: None) -> None:
    cookies = [cookie_of(user) for user in (cast.mate, cast.admin, cast.stranger)]

    async def story(application: EventsApplication) -> list[list[str]]:
        listeners = [await listen(application, cookie) for cookie in cookies]
        repair = await elsewhere(request, customer=cast.fleet)
        heard = [await listener.changes() for listener in listeners[:2]]
        assert {change["id"] for changes in heard for change in changes} == {repair.pk}
        while "beat" not in await listeners[2].more():
            pass
        return [listener.text.split("\n\n") for listener in listeners]

    mate, _, stranger = run(story)
    assert mate[0].startswith("retry: ")
    assert {part.split("\n")[0] for part in stranger[1:-1]} == {"event: beat"}
    assert "id:" not in "".join(stranger)


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(cast: Cast) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> list[int]:
        first = await listen(application, cookie)
        await elsewhere(request, customer=cast.fleet)
        heard = await first.changes()
        await first.leave()
        assert not application.hub.streams
        await elsewhere(request, customer=cast.fleet)
        again = await listen(application, cookie, last_event_id=str(heard[-1]["position"]))
        heard += changes_in(again.text)
        await elsewhere(request, customer=cast.fleet)
        heard += await again.changes()
        return [change["position"] for change in heard]

    heard = run(story)
    assert len(heard) == 3
    assert heard == sorted(set(heard))


async def read_to_the_end(listener: Listener) -> None:
    while await listener.more():
        pass
    await listener.task


def test_who_signs_out_hears_no_more(cast: Cast, quick: None) -> None:
    cookie = cookie_of(cast.mate)
    token = open_session(user=cast.admin, address="127.0.0.1", user_agent="test").access

    async def story(application: EventsApplication) -> None:
        page = await listen(application, cookie)
        program = await listen(application, authorization=f"Bearer {token}")
        for user in (cast.mate, cast.admin):
            await elsewhere(end_sessions, user=user)
        await read_to_the_end(page)
        await read_to_the_end(program)
        assert (await listen(application, cookie)).status == 401

    run(story)


def test_who_left_everywhere_is_not_told_even_before_the_next_check(cast: Cast) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> str:
        listener = await listen(application, cookie)
        await elsewhere(end_sessions, user=cast.mate)
        await elsewhere(request, customer=cast.fleet)
        await read_to_the_end(listener)
        return listener.text

    assert changes_in(run(story)) == []


def test_a_check_tells_what_was_missed(cast: Cast, quick: None) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> list[dict[str, object]]:
        listener = await listen(application, cookie)
        (stream,) = application.hub.streams
        application.hub.streams.clear()  # nobody tells it anything
        await elsewhere(request, customer=cast.fleet)
        heard = await listener.changes()
        application.hub.streams.add(stream)
        return heard

    assert len(run(story)) == 1


def test_others_are_answered_as_ever(cast: Cast) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> list[tuple[int, str]]:
        listeners = [
            await listen(application),
            await listen(application, cookie, path="/api/changes/"),
            await listen(application, cookie, query="until=1"),
            await listen(application, path="/health/live"),
            await listen(application, cookie, host="elsewhere.example"),
        ]
        return [(each.status, each.headers["content-type"]) for each in listeners]

    problem = "application/problem+json"
    told = run(story)
    assert told[:3] == [(401, problem), (404, problem), (400, problem)]
    assert told[3] == (200, "application/json")
    assert told[4][0] == 400


def test_too_many_streams_are_refused(cast: Cast) -> None:
    cookies = [cookie_of(cast.mate), cookie_of(cast.primary)]
    before = hub.MOST_STREAMS, hub.MOST_OF_ONE
    hub.MOST_STREAMS, hub.MOST_OF_ONE = 2, 1

    async def story(application: EventsApplication) -> list[int]:
        mate = await listen(application, cookies[0])
        second = await listen(application, cookies[0])
        other = await listen(application, cookies[1])
        third = await listen(application, cookies[1])
        return [mate.status, second.status, other.status, third.status]

    try:
        assert run(story) == [200, 429, 200, 503]
    finally:
        hub.MOST_STREAMS, hub.MOST_OF_ONE = before


def test_before_the_database_is_heard_nobody_listens(cast: Cast) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> int:
        deaf = EventsApplication(application.handler)
        return (await listen(deaf, cookie)).status

    before, module.PATIENCE_SECONDS = module.PATIENCE_SECONDS, 0
    try:
        assert run(story) == 503
    finally:
        module.PATIENCE_SECONDS = before


def test_who_does_not_read_is_let_go(cast: Cast) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> None:
        listener = await listen(application, cookie)
        (stream,) = application.hub.streams
        for _ in range(hub.MOST_WAITING + 2):
            stream.offer([])
        assert stream.is_dropped
        await read_to_the_end(listener)

    run(story)
