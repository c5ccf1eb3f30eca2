"""What is told to whom, when the database or a reader is in trouble."""

import asyncio
from collections.abc import Iterator
from typing import cast as typed

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from apps.api.stream import hub
from apps.api.stream.application import EventsApplication
from apps.api.stream.hub import Hub
from apps.api.tests.stream.conftest import cookie_of, elsewhere, listen, run
from apps.audit.models import AuditHead
from apps.repairs.models import Repair
from core.models import User
from tests.cast import Cast
from tests.factories import request, request_batch

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def restless() -> Iterator[None]:
    before = hub.REST_SECONDS
    hub.REST_SECONDS = 0.05
    yield
    hub.REST_SECONDS = before


async def changed_from(own: Hub, position: int) -> None:
    """Wait until the hub has read on."""
    while own.position == position:  # noqa: ASYNC110  # it tells nobody of that
        await asyncio.sleep(0.01)


def deafen() -> None:
    """End the connection that listens."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN %%'"
        )
    connection.close()


def test_a_lost_connection_is_made_anew_and_what_happened_meanwhile_is_told(
    cast: Cast, restless: None
) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> int:
        listener = await listen(application, cookie)
        await elsewhere(deafen)
        repair = await elsewhere(request, customer=cast.fleet)
        (change,) = await listener.changes()
        assert change["id"] == repair.pk
        return len(application.hub.streams)

    assert run(story) == 1


def test_what_was_told_before_one_joined_is_told_then(cast: Cast) -> None:
    async def story(application: EventsApplication) -> list[int]:
        own = application.hub
        await own.is_ready.wait()
        before = own.position
        repair = await elsewhere(request, customer=cast.fleet)
        await changed_from(own, before)
        with own.joined(cast.mate, before) as stream, own.joined(cast.mate, own.position) as late:
            assert await own.missed(late) == []
            found = [change.id for change in await own.missed(stream)]
            hub.MOST_READ = len(found)
            await own.missed(stream)
            assert stream.is_dropped
        assert found == [repair.pk]
        return found

    most = hub.MOST_READ
    try:
        run(story)
    finally:
        hub.MOST_READ = most


def test_a_fault_ends_all_streams_which_come_back(cast: Cast, restless: None) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> list[int]:
        listener = await listen(application, cookie)
        with application.hub.joined(typed("User", AnonymousUser()), 0):  # has no session_version
            await elsewhere(request, customer=cast.fleet)
            while await listener.more():
                pass
        again = await listen(application, cookie, query="since=0")
        await elsewhere(request, customer=cast.fleet)
        return [change["id"] for change in await again.changes()]

    assert len(run(story)) == 1


def test_very_many_changes_are_read_part_by_part(cast: Cast) -> None:
    cookie = cookie_of(cast.admin)

    async def story(application: EventsApplication) -> list[int]:
        listener = await listen(application, cookie)
        await elsewhere(request_batch, customer=cast.fleet, unit_numbers=["1", "2"])
        heard: set[int] = set()
        while len(heard) < 2:
            heard |= {change["id"] for change in await listener.changes()}
        return sorted(heard)

    most, hub.MOST_READ = hub.MOST_READ, 1
    try:
        assert run(story) == sorted(Repair.objects.values_list("pk", flat=True))
    finally:
        hub.MOST_READ = most


def test_a_chain_that_was_put_back_is_followed_from_there(cast: Cast) -> None:
    cookie = cookie_of(cast.mate)

    async def story(application: EventsApplication) -> list[int]:
        await application.hub.is_ready.wait()
        application.hub.position += 1000
        listener = await listen(application, cookie, query="since=0")
        (stream,) = application.hub.streams
        stream.position = 0
        await elsewhere(request, customer=cast.fleet)
        return [change["position"] for change in await listener.changes()]

    assert run(story)[-1] == AuditHead.objects.get().position
