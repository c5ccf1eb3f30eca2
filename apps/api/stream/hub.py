"""Who listens, and what they are told: one LISTEN, one read of what is new, many streams."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from django.db import close_old_connections, connection

from apps.audit.models import CHANNEL, AuditEntry
from apps.audit.queries import entries_after, head_position
from apps.queue_management.changes import KINDS, Change, changes_among, changes_between
from apps.security.errors import TooManyRequests
from core.connections import ready_for_request
from core.errors import Unavailable
from core.models import User

logger = logging.getLogger(__name__)
T = TypeVar("T")

MOST_STREAMS = 5000
MOST_OF_ONE = 8
# Blocks of changes that wait for a slow reader; one more, and the stream is dropped.
MOST_WAITING = 100
MOST_READ = 500
# Commits of so short a time are read together.
GATHER_SECONDS = 0.05
# Between two attempts to listen again.
REST_SECONDS = 1.0
UNKNOWN = -1
OF_DJANGO = ("cursor_factory", "context", "prepare_threshold")


@dataclass(eq=False)
class Stream:
    """One open answer.

    Attributes:
        user: Who listens.
        position: Up to where they were told.
        waiting: Blocks of changes on their way; ``None`` is the end.
    """

    user: User
    position: int
    waiting: "asyncio.Queue[Sequence[Change] | None]" = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )
    is_dropped: bool = False

    def offer(self, changes: Sequence[Change]) -> None:
        """Hand over what is new; who does not keep up is dropped, and comes back by itself."""
        if self.waiting.full():
            self.drop()
        elif not self.is_dropped:
            self.waiting.put_nowait(changes)

    def drop(self) -> None:
        """End this stream as soon as its writer looks."""
        self.is_dropped = True
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Hub:
    """All streams of this process."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool
        self.streams: set[Stream] = set()
        self.position = UNKNOWN
        self.is_ready = asyncio.Event()
        self._rung = asyncio.Event()

    async def in_pool(self, work: Callable[..., T], *given: Any) -> T:
        """Do database work in a thread, on a connection that stands."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, _ready, work, given)

    def check_room(self, user: User) -> None:
        """Refuse a stream too many.

        Raises:
            Unavailable: All places are taken.
            TooManyRequests: This person has as many as one may have.
        """
        if len(self.streams) >= MOST_STREAMS:
            raise Unavailable(extra={"retry_after": 30})
        if sum(each.user.pk == user.pk for each in self.streams) >= MOST_OF_ONE:
            raise TooManyRequests(
                f"One person has at most {MOST_OF_ONE} streams.", extra={"retry_after": 60}
            )

    @contextmanager
    def joined(self, user: User, position: int) -> Iterator[Stream]:
        """A stream among those that are told, from ``position`` on; see ``missed``."""
        stream = Stream(user, position)
        self.streams.add(stream)
        try:
            yield stream
        finally:
            self.streams.discard(stream)

    async def missed(self, stream: Stream) -> Sequence[Change]:
        """What was told to others between the stream's first answer and its joining."""
        if self.position <= stream.position:
            return []
        found = await self.in_pool(_missed, stream.user, stream.position, self.position)
        if len(found) >= MOST_READ:
            stream.drop()
        return found

    async def run(self) -> None:
        """Listen and tell until cancelled; a database that is away is waited for."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen_always())
            group.create_task(self._tell_always())

    async def _listen_always(self) -> None:
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("the stream does not hear PostgreSQL: %s", error)
            await asyncio.sleep(REST_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(**_parameters(), autocommit=True) as own:
            await own.execute(f"LISTEN {CHANNEL}".encode())
            self._rung.set()  # what was committed while nobody listened
            async for _notice in own.notifies():
                self._rung.set()

    async def _tell_always(self) -> None:
        while True:
            await self._rung.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._rung.clear()
            try:
                while await self._tell():
                    pass
            except Exception:  # whatever it is, the process must outlive it
                # Some were told and some not: everybody comes back and says where they are.
                logger.exception("the streams begin anew")
                self.drop_all()
                await asyncio.sleep(REST_SECONDS)
                self._rung.set()

    async def _tell(self) -> bool:
        """Read what is new once, tell each person theirs; whether there may be more."""
        entries, position = await self.in_pool(_news, self.position)
        # From here to the end of grouping nobody can join in between (no ``await``).
        self.position = position
        self.is_ready.set()
        by_person: dict[int, list[Stream]] = defaultdict(list)
        for stream in self.streams:
            by_person[stream.user.pk].append(stream)
        if entries:
            told = (self._tell_person(streams, entries) for streams in by_person.values())
            await asyncio.gather(*told)
        return len(entries) == MOST_READ

    async def _tell_person(self, streams: list[Stream], entries: list[AuditEntry]) -> None:
        changes = await self.in_pool(_changes_for, streams[0].user, entries)
        for stream in streams:
            if changes is None:
                stream.drop()
            elif changes:
                stream.offer(changes)

    def drop_all(self) -> None:
        """End every stream; readers come back and miss nothing."""
        for stream in self.streams:
            stream.drop()


def _ready(work: Callable[..., T], given: tuple[Any, ...]) -> T:
    ready_for_request()
    try:
        return work(*given)
    finally:
        close_old_connections()


def _news(position: int) -> tuple[list[AuditEntry], int]:
    head = head_position()
    if position == UNKNOWN:
        return [], head
    if head < position:  # a copy of the database from before was put back
        position = max(0, head - MOST_READ)
    entries = entries_after(position, kinds=KINDS, limit=MOST_READ)
    if len(entries) == MOST_READ:
        return entries, entries[-1].position
    return entries, max([head, *(entry.position for entry in entries)])


def _changes_for(user: User, entries: Sequence[AuditEntry]) -> list[Change] | None:
    """What this person may know, by the rights of this moment; nothing once they left."""
    known = User.objects.filter(pk=user.pk, is_active=True, session_version=user.session_version)
    present = known.first()
    return None if present is None else changes_among(present, entries)


def _missed(user: User, after: int, until: int) -> list[Change]:
    return changes_between(user, after=after, until=until, limit=MOST_READ)


def _parameters() -> dict[str, Any]:
    """How Django connects, for a connection of psycopg's own."""
    known: dict[str, Any] = connection.get_connection_params()
    return {name: value for name, value in known.items() if name not in OF_DJANGO}
