"""Legal moves of a repair, and by whom (DOMAIN, section 2). Pure: no database.

The table is the only statement of the rule; the trigger on PostgreSQL is generated from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from apps.repairs.enums import QueueStatus, ReasonCode

_S = QueueStatus


class Party(StrEnum):
    """In which capacity somebody moves a repair."""

    ADMIN = "admin"
    ASSIGNED = "the assigned technician"
    TECHNICIAN = "any technician"
    APPROVER = "the customer, with the right to approve"
    CUSTOMER = "the customer"
    CREATOR = "who made it"


@dataclass(frozen=True)
class Move:
    """One row of the table.

    ``needs_code`` asks for a reason code out of ``codes``; ``reason_from`` names the parties who
    must give a reason in words.
    """

    source: QueueStatus
    target: QueueStatus
    parties: frozenset[Party]
    needs_code: bool = False
    reason_from: frozenset[Party] = frozenset()

    def must_be_explained_by(self, parties: frozenset[Party]) -> bool:
        """Whether somebody who moves in these capacities must say why in words."""
        return bool(self.reason_from) and parties & self.parties <= self.reason_from


def _move(
    source: QueueStatus,
    target: QueueStatus,
    *parties: Party,
    needs_code: bool = False,
    reason_from: Iterable[Party] = (),
) -> Move:
    return Move(source, target, frozenset(parties), needs_code, frozenset(reason_from))


_P = Party
MOVES: tuple[Move, ...] = (
    _move(_S.REQUESTED, _S.APPROVED, _P.ASSIGNED, _P.TECHNICIAN, _P.ADMIN),
    _move(_S.REQUESTED, _S.PENDING, _P.ASSIGNED, _P.ADMIN),
    _move(_S.APPROVED, _S.PENDING, _P.ASSIGNED, _P.ADMIN),
    _move(_S.PENDING, _S.APPROVED, _P.APPROVER, _P.ADMIN, reason_from=[_P.ADMIN]),
    _move(_S.PENDING, _S.DENIED, _P.APPROVER, _P.ADMIN, _P.CREATOR, needs_code=True),
    _move(_S.REQUESTED, _S.DENIED, _P.CUSTOMER, _P.ADMIN, needs_code=True),
    _move(_S.APPROVED, _S.DENIED, _P.CUSTOMER, _P.ASSIGNED, _P.ADMIN, needs_code=True),
    _move(_S.APPROVED, _S.IN_PROGRESS, _P.ASSIGNED, _P.ADMIN),
    _move(_S.IN_PROGRESS, _S.APPROVED, _P.ASSIGNED, _P.ADMIN, reason_from=[_P.ASSIGNED, _P.ADMIN]),
    _move(_S.IN_PROGRESS, _S.DENIED, _P.ASSIGNED, _P.ADMIN, needs_code=True),
    _move(_S.IN_PROGRESS, _S.COMPLETED, _P.ASSIGNED, _P.ADMIN),
    _move(_S.DENIED, _S.PENDING, _P.ADMIN),
)
_TABLE = {(move.source, move.target): move for move in MOVES}
# Whoever stands at the vehicle approves by name and signature on the device of one of these.
WITNESSES = frozenset({_P.ASSIGNED, _P.ADMIN})
ENTRANCES = frozenset({_S.REQUESTED, _S.PENDING, _S.APPROVED})
REASON_CODES = frozenset(ReasonCode)


def find_move(source: str, target: str) -> Move | None:
    """The row for this move, or ``None`` where the table has none."""
    return _TABLE.get((QueueStatus(source), QueueStatus(target)))


def moves_from(source: str, parties: frozenset[Party]) -> list[QueueStatus]:
    """Where these parties may move a repair that stands at ``source``, in the table's order."""
    return [move.target for move in MOVES if move.source == source and move.parties & parties]


def ever_moves_to(target: str, parties: frozenset[Party]) -> bool:
    """Whether these parties may bring any repair to ``target`` from anywhere."""
    return any(move.target == target and move.parties & parties for move in MOVES)


def legal_pairs() -> list[tuple[str, str]]:
    """Every (from, to) of the table, sorted: what the database's trigger lets through."""
    return sorted((move.source.value, move.target.value) for move in MOVES)
