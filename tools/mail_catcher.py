"""Takes mail and sends none of it on: `python -m tools.mail_catcher --smtp P --page P --folder F`.

Each message becomes a file of the folder; a small page lists them, `/messages.json` for programs.
"""

from __future__ import annotations

import argparse
import html
import json
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"
PAGE = (
    "<!doctype html><meta charset=utf-8><title>Mail caught</title><h1>Mail caught</h1><ul>{}</ul>"
)
LINE = '<li><a href="/{file}">{subject}</a> to {to}</li>'


class Keeper:
    """Writes each message into a file with the next number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = count(1)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep it whole: who lists the folder sees no half of a message."""
        name = f"{next(self.numbers):06d}.eml"
        part = self.folder / f".{name}"
        part.write_bytes(envelope.content)
        part.replace(self.folder / name)
        return "250 kept"


def caught(folder: Path) -> list[dict[str, str]]:
    """What was caught, the newest first."""
    found = []
    for file in sorted(folder.glob("[0-9]*.eml"), reverse=True):
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        told = {name: str(message[name] or "") for name in ("to", "subject")}
        found.append({"file": file.name, **told})
    return found


class Page(BaseHTTPRequestHandler):
    """The list, and each message as it came."""

    folder: Path

    def do_GET(self) -> None:  # http.server's name
        """Answer one of the three addresses."""
        kinds = {"/": "text/html", "/messages.json": "application/json"}
        body = self.told()
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", kinds.get(self.path, "text/plain") + "; charset=utf-8")
        self.end_headers()
        self.wfile.write(body or b"")

    def told(self) -> bytes | None:
        """The body."""
        if self.path == "/messages.json":
            return json.dumps(caught(self.folder)).encode()
        if self.path == "/":
            rows = [{k: html.escape(v) for k, v in row.items()} for row in caught(self.folder)]
            return PAGE.format("".join(LINE.format(**row) for row in rows)).encode()
        file = self.folder / Path(self.path).name
        return file.read_bytes() if file.suffix == ".eml" and file.is_file() else None

    def log_message(self, *_: Any) -> None:
        """Nothing: the page is asked again and again."""


def main() -> None:
    """Catches until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp", type=int, required=True)
    parser.add_argument("--page", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    Controller(Keeper(given.folder), hostname=HOST, port=given.smtp).start()
    Page.folder = given.folder
    ThreadingHTTPServer((HOST, given.page), Page).serve_forever()


if __name__ == "__main__":
    main()
