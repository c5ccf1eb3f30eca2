"""What a database holds after healing, told so that another process can judge it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from apps.audit.chain import faults
from apps.notifications.models import Notification
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from core.models import OutboxMessage


@dataclass(frozen=True)
class Books:
    """All that is counted.

    Attributes:
        repairs: Each with what its client calls it, and its id.
        waiting: Rows of the outbox that are not done.
        mails: Rows of the outbox that are mails.
        notices: Each by its recipient and key.
        faults: Of the invariants and of the audit chain.
    """

    repairs: list[tuple[str, int]]
    waiting: int
    mails: int
    notices: list[tuple[int, str]]
    faults: list[str]


def read_books() -> Books:
    """The books of the database that this process works on."""
    return Books(
        repairs=list(Repair.objects.values_list("external_ref", "id")),
        waiting=OutboxMessage.objects.filter(done_at=None).count(),
        mails=OutboxMessage.objects.filter(kind="email.send").count(),
        notices=list(Notification.objects.values_list("recipient", "key")),
        faults=[str(fault) for fault in (*invariant_violations(), *faults())],
    )


def check_books(
    books: Books, journal: Mapping[str, int], *, given_up: Collection[str] = ()
) -> None:
    """Every acknowledged operation once, every other at most once, all books in order.

    Args:
        books: As they are after healing.
        journal: The id that each acknowledged operation was answered with.
        given_up: Operations that their client let go of without an answer.
    """
    names = {name for name, _ in books.repairs}
    assert len(names) == len(books.repairs)
    assert lost(books, journal) == {}
    assert names - journal.keys() <= set(given_up)
    assert books.waiting == 0
    assert len(books.notices) == len({tuple(each) for each in books.notices}) == books.mails
    assert books.faults == []


def lost(books: Books, journal: Mapping[str, int]) -> dict[str, int]:
    """What was acknowledged and is not there."""
    found = dict(books.repairs)
    return {name: pk for name, pk in journal.items() if found.get(name) != pk}
