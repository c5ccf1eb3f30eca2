"""The ASGI application answers as a server calls it."""

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rs_systems.asgi import application

Message = Mapping[str, Any]


async def call(path: str) -> list[Message]:
    """Sends one request by the protocol and returns what the application sent."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    incoming: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        while not incoming:  # the client stays until it is answered
            await asyncio.Event().wait()
        return incoming.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    await application(scope, receive, send)
    return sent


def test_it_answers_a_request_of_the_protocol() -> None:
    # A browser test before this one may keep an event loop in this thread.
    with ThreadPoolExecutor(1) as thread:
        start, body = thread.submit(asyncio.run, call("/health/live")).result()

    assert (start["status"], json.loads(body["body"])["status"]) == (200, "healthy")
