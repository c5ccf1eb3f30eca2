"""One address in front of the pages and the stream, as a proxy of production is: by path.

    tools/front.py --port 8080 --pages 127.0.0.1:8000 --stream 127.0.0.1:8010

For development and tests: it opens a connection for each request and keeps nothing.
"""

from __future__ import annotations

import argparse
import asyncio
from contextlib import suppress
from dataclasses import dataclass

STREAMED = b"/api/events/"
END_OF_HEAD = b"\r\n\r\n"
CHUNK = 65536

Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


@dataclass(frozen=True)
class Front:
    """Leads each request to one of two servers.

    Attributes:
        pages: Host and port of the web server.
        stream: Host and port of `manage.py stream`.
    """

    pages: tuple[str, int]
    stream: tuple[str, int]

    async def serve(self, port: int, *, host: str = "127.0.0.1") -> None:
        """Serve until cancelled."""
        server = await asyncio.start_server(self.answer, host, port)
        async with server:
            await server.serve_forever()

    async def answer(self, client: Reader, back: Writer) -> None:
        """Pass one request on, and its answer back; whoever leaves first ends both."""
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await client.readuntil(END_OF_HEAD)
            path = head.split(b" ", 2)[1]
            host, port = self.stream if path.startswith(STREAMED) else self.pages
            server, on = await asyncio.open_connection(host, port)
            on.write(closing(head))
            ways = [
                asyncio.create_task(pump(client, on)),
                asyncio.create_task(answer_back(server, back)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            on.close()
        back.close()


def closing(head: bytes) -> bytes:
    """The head with one request, or answer, to the connection."""
    lines = head.removesuffix(END_OF_HEAD).split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""])


async def answer_back(server: Reader, back: Writer) -> None:
    """Pass an answer back as it comes."""
    back.write(closing(await server.readuntil(END_OF_HEAD)))
    await pump(server, back)


async def pump(source: Reader, target: Writer) -> None:
    """Pass on what comes until it ends."""
    while part := await source.read(CHUNK):
        target.write(part)
        await target.drain()


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--pages", type=_place, default=("127.0.0.1", 8000))
    parser.add_argument("--stream", type=_place, default=("127.0.0.1", 8010))
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(Front(given.pages, given.stream).serve(given.port))


if __name__ == "__main__":
    main()
