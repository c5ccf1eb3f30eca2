"""A fleet of clients with a journal, and what must be true of it after healing."""

from __future__ import annotations

import logging
from typing import Any

from apps.security.sessions import open_session
from core.clock import now
from core.models import OutboxMessage
from tests.cast import Cast
from tests.faults.books import Books, check_books, read_books
from tests.faults.conftest import Forge, MailServer

logger = logging.getLogger(__name__)


class Fleet:
    """Clients that ask for repairs, each until it is answered."""

    def __init__(self, cast: Cast, forge: Forge) -> None:
        pair = open_session(user=cast.requester, address="127.0.0.1", user_agent="test")
        self._token, self.forge = pair.access, forge
        self.journal: dict[str, int] = {}

    def order(self) -> dict[str, Any]:
        """What the next client asks."""
        key = f"client-{len(self.journal)}"
        body = {"unit_number": str(1000 + len(self.journal)), "external_ref": key}
        return {"token": self._token, "key": key, **body}

    def ask(self, *, kill_at: int = 0) -> dict[str, Any]:
        """Ask, and where the server dies before it has answered, ask the same again."""
        order = self.order()
        told = self.forge.run("ask", kill_at=kill_at, **order)
        if "status" not in told:
            told = self.forge.run("ask", **order)
        assert told["status"] == 201
        self.journal[order["key"]] = told["id"]
        return told


def let_leases_pass() -> None:
    """What time does: whoever died has had their time."""
    OutboxMessage.objects.filter(done_at=None, dead_at=None).update(next_at=now())


def check(
    fleet: Fleet, mail_server: MailServer, *, in_the_window: int = 0, harms: str = ""
) -> None:
    """Every acknowledged operation once, every message by its key once, all books in order.

    Args:
        fleet: With its journal.
        mail_server: That took the mail.
        in_the_window: How many processes died between the server's 250 and their commit: so many
            mails have come twice.
        harms: What was done to it, if not processes killed at their points.
    """
    harms = harms or f"{fleet.forge.killed} processes killed, each at another point"
    books = read_books()
    check_books(books, fleet.journal)
    assert doubled(books, mail_server) == in_the_window
    tell(
        f"{harms}, {len(fleet.journal)} operations acknowledged, 0 lost, "
        f"{in_the_window} of {books.mails} mails twice"
    )


def doubled(books: Books, mail_server: MailServer) -> int:
    """How many mails came twice; every one has come."""
    assert len(mail_server.taken) == books.mails
    return sum(mail_server.taken.values()) - books.mails


def tell(what: str) -> None:
    """Say what was counted, for who runs the round with ``-rP``."""
    logger.warning("figures: %s", what)
