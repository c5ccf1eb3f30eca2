"""`/api/events/`, kept open: a small ASGI application beside the pages' (decision 14).

Django answers how a stream begins, and every ``CHECK_SECONDS`` whether it may go on; what happens
in between comes from the hub. Nothing here decides who may see what.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.http import HttpResponse

from apps.api.events import EventAnswer, told_events
from apps.api.stream.asking import Handler, Scope, ask
from apps.api.stream.hub import Hub, Stream
from apps.queue_management.changes import Change
from core.errors import DomainError, NotFound, Unavailable
from core.problems import problem_response

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PATHS = ("/api/events/", "/health/live", "/health/ready")
THREADS = 4
# A page that hears nothing for longer asks by itself (static/js/live.js).
BEAT_SECONDS = 10
BEAT = b"event: beat\ndata: {}\n\n"
# Who signs out, or loses the right, hears no more after this.
CHECK_SECONDS = 30
# A reader who takes nothing for so long is gone.
PATIENCE_SECONDS = 20
REFUSALS = (401, 403, 404)
# After a restart not everybody comes back at once.
AGAIN_MILLISECONDS = (1000, 4000)


class EventsApplication:
    """The ASGI application.

    Args:
        handler: Django's WSGI handler, which answers how a stream begins.
    """

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="stream")
        self.hub = Hub(self.pool)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:  # HTTP: the server is told to take no web sockets
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        listening = asyncio.create_task(self.hub.run())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        listening.cancel()
        self.hub.drop_all()
        with suppress(asyncio.CancelledError):
            await listening
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._begin(scope)
        if not isinstance(answer, EventAnswer) or scope["method"] == "HEAD":
            await _send_whole(send, answer)
            return
        with self.hub.joined(answer.user, answer.position) as stream:
            writing = asyncio.create_task(self._write(scope, answer, stream, send))
            leaving = asyncio.create_task(_until_gone(receive))
            await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
            for task in (writing, leaving):
                task.cancel()
            # A reader who is gone cannot be written to: that is no fault.
            await asyncio.gather(writing, leaving, return_exceptions=True)

    async def _begin(self, scope: Scope) -> HttpResponse:
        if scope["path"] not in PATHS:
            return problem_response(NotFound())
        answer = await self.hub.in_pool(ask, self.handler, scope)
        try:
            if isinstance(answer, EventAnswer):
                await asyncio.wait_for(self.hub.is_ready.wait(), PATIENCE_SECONDS)
                self.hub.check_room(answer.user)
        except DomainError as fault:
            return problem_response(fault)
        except TimeoutError:
            return problem_response(Unavailable(extra={"retry_after": 30}))
        return answer

    async def _write(self, scope: Scope, answer: EventAnswer, stream: Stream, send: Send) -> None:
        await send(_start_of(answer))
        again = f"retry: {random.randint(*AGAIN_MILLISECONDS)}\n\n"  # noqa: S311  # spreads load
        await _send_part(send, (again + answer.told).encode())
        await self._tell(stream, await self.hub.missed(stream), send)
        await self._go_on(scope, stream, send)
        await send({"type": "http.response.body", "body": b""})

    async def _go_on(self, scope: Scope, stream: Stream, send: Send) -> None:
        checked = time.monotonic()
        while True:
            try:
                changes = await asyncio.wait_for(stream.waiting.get(), BEAT_SECONDS)
            except TimeoutError:
                changes = []
                await _send_part(send, BEAT)
            if changes is None:
                return
            if time.monotonic() - checked >= CHECK_SECONDS:
                checked = time.monotonic()
                if not await self._still_may(scope, stream, send):
                    return
            await self._tell(stream, changes, send)

    async def _still_may(self, scope: Scope, stream: Stream, send: Send) -> bool:
        """Ask again, as if anew; what it tells was missed, for whatever reason."""
        answer = await self.hub.in_pool(_ask_again, self.handler, scope, stream.position)
        if isinstance(answer, EventAnswer):
            stream.user = answer.user
            if answer.position > stream.position:
                stream.position = answer.position
                await _send_part(send, answer.told.encode())
        return answer.status_code not in REFUSALS

    async def _tell(self, stream: Stream, changes: Iterable[Change], send: Send) -> None:
        fresh = [change for change in changes if change.position > stream.position]
        if fresh:
            stream.position = fresh[-1].position
            await _send_part(send, told_events(fresh).encode())


def _ask_again(handler: Handler, scope: Scope, position: int) -> HttpResponse:
    return ask(handler, scope, last_event_id=position)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _start_of(answer: HttpResponse) -> Message:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in answer.headers.items()
        if name.lower() != "content-length"
    ]
    return {"type": "http.response.start", "status": answer.status_code, "headers": headers}


async def _send_part(send: Send, body: bytes) -> None:
    message = {"type": "http.response.body", "body": body, "more_body": True}
    await asyncio.wait_for(send(message), PATIENCE_SECONDS)


async def _send_whole(send: Send, answer: HttpResponse) -> None:
    await send(_start_of(answer))
    await send({"type": "http.response.body", "body": answer.content})
