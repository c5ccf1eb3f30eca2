"""The shop as in production: pages and stream behind one address."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.db import connection

from rs_systems.environment import BASE_DIR
from tools.front import Front

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def stream_process(port: int) -> Iterator[subprocess.Popen[str]]:
    """`manage.py stream` over the test's database, from its first word to its end."""
    database = urlsplit(os.environ["DATABASE_URL"])
    name = connection.settings_dict["NAME"]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "stream", "--port", str(port)],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": database._replace(path=f"/{name}").geturl()},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline().startswith(f"Streaming on http://{HOST}:{port}/")
        wait_for(port)
        yield process
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=15)
    assert (process.returncode, said) == (0, "Stopped.\n")


def wait_for(port: int) -> None:
    """Wait until somebody listens there."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        threading.Event().wait(0.05)
    raise AssertionError("nobody listens")


@contextmanager
def whole_shop(pages: str) -> Iterator[str]:
    """The address of the running pages with the stream beside them."""
    port, own = free_port(), free_port()
    loop = asyncio.new_event_loop()
    front = Front((HOST, urlsplit(pages).port or 80), (HOST, port))
    serving = loop.create_task(front.serve(own))
    thread = threading.Thread(target=loop.run_until_complete, args=(ended(serving),))
    with stream_process(port):
        thread.start()
        try:
            wait_for(own)
            yield f"http://{HOST}:{own}"
        finally:
            loop.call_soon_threadsafe(serving.cancel)
            thread.join()
            loop.close()


async def ended(serving: asyncio.Task[None]) -> None:
    """The end of a server that somebody cancels, and of what it still had under way."""
    await asyncio.gather(serving, return_exceptions=True)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
