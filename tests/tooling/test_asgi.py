"""The ASGI application answers as a server calls it."""

import json
from typing import Any

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator

from rs_systems.asgi import application


async def call(path: str) -> tuple[int, bytes]:
    """Sends one request by the protocol; returns the status and the body."""
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    communicator: Any = ApplicationCommunicator  # it carries no types
    server = communicator(application, scope)
    await server.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await server.receive_output(timeout=10)
    body = await server.receive_output(timeout=10)
    await server.wait(timeout=10)
    return start["status"], body["body"]


def test_it_answers_a_request_of_the_protocol() -> None:
    status, body = async_to_sync(call)("/health/live")

    assert (status, json.loads(body)["status"]) == (200, "healthy")
