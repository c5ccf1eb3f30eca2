"""The stream's application with people who listen, without a server around it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from django.conf import settings
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client

from apps.api.stream.application import EventsApplication, Message
from core.models import User

T = TypeVar("T")
SECONDS = 10


def run(story: Callable[[EventsApplication], Awaitable[T]]) -> T:
    """Play a story on a running application; in a thread, for a browser test may own ours."""

    async def played() -> T:
        async with running() as application:
            return await asyncio.wait_for(story(application), SECONDS)

    def alone() -> T:
        try:
            return asyncio.run(played())
        finally:
            connections.close_all()

    cache.clear()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(alone).result()


@asynccontextmanager
async def running() -> AsyncIterator[EventsApplication]:
    """The application, from its start to its end."""
    application = EventsApplication(get_wsgi_application())
    incoming: asyncio.Queue[Message] = asyncio.Queue()
    outgoing: asyncio.Queue[Message] = asyncio.Queue()
    living = asyncio.create_task(application({"type": "lifespan"}, incoming.get, outgoing.put))
    await incoming.put({"type": "lifespan.startup"})
    assert (await outgoing.get())["type"] == "lifespan.startup.complete"
    try:
        yield application
    finally:
        await incoming.put({"type": "lifespan.shutdown"})
        assert (await outgoing.get())["type"] == "lifespan.shutdown.complete"
        await living


async def elsewhere(work: Callable[..., T], **given: Any) -> T:
    """Do what another process would do, on a connection of its own."""

    def done() -> T:
        try:
            return work(**given)
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


@dataclass
class Listener:
    """Somebody with an open stream."""

    task: "asyncio.Task[None]"
    sent: "asyncio.Queue[Message]"
    coming: "asyncio.Queue[Message]"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""

    async def more(self) -> str:
        """What is sent next; nothing at the end."""
        part = str((await self.sent.get())["body"], "utf-8")
        self.text += part
        return part

    async def changes(self) -> list[dict[str, Any]]:
        """The next changes that are told; beats are passed over."""
        while not (told := changes_in(part := await self.more())):
            assert part, "the stream has ended"
        return told

    async def leave(self) -> None:
        await self.coming.put({"type": "http.disconnect"})
        await self.task


def changes_in(text: str) -> list[dict[str, Any]]:
    return [
        orjson.loads(line.removeprefix("data: "))
        for event in text.split("\n\n")
        if event.startswith("event: change\n")
        for line in event.split("\n")
        if line.startswith("data: ")
    ]


async def listen(
    application: EventsApplication,
    cookie: str = "",
    *,
    path: str = "/api/events/",
    query: str = "",
    **headers: str,
) -> Listener:
    """Open a stream and read its beginning."""
    named = {"host": "localhost", "accept": "text/event-stream", "cookie": cookie} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items() if value],
    }
    sent: asyncio.Queue[Message] = asyncio.Queue()
    coming: asyncio.Queue[Message] = asyncio.Queue()
    coming.put_nowait({"type": "http.request", "body": b"", "more_body": False})
    task = asyncio.create_task(application(scope, coming.get, sent.put))
    listener = Listener(task, sent, coming)
    start = await sent.get()
    listener.status = start["status"]
    listener.headers = {name.decode(): value.decode() for name, value in start["headers"]}
    await listener.more()
    return listener


def cookie_of(user: User) -> str:
    """A session of the pages, begun now."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"
