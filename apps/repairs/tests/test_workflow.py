"""The transition table is DOMAIN, section 2, no more and no less."""

import pytest

from apps.repairs.enums import OPEN_STATUSES, QueueStatus, ReasonCode
from apps.repairs.workflow import (
    ENTRANCES,
    MOVES,
    REASON_CODES,
    Party,
    ever_moves_to,
    find_move,
    legal_pairs,
    moves_from,
)

S, P = QueueStatus, Party
EXPECTED = {
    (S.REQUESTED, S.APPROVED): {P.ASSIGNED, P.TECHNICIAN, P.ADMIN},
    (S.REQUESTED, S.PENDING): {P.ASSIGNED, P.ADMIN},
    (S.APPROVED, S.PENDING): {P.ASSIGNED, P.ADMIN},
    (S.PENDING, S.APPROVED): {P.APPROVER, P.ADMIN},
    (S.PENDING, S.DENIED): {P.APPROVER, P.ADMIN, P.CREATOR},
    (S.REQUESTED, S.DENIED): {P.CUSTOMER, P.ADMIN},
    (S.APPROVED, S.DENIED): {P.CUSTOMER, P.ASSIGNED, P.ADMIN},
    (S.APPROVED, S.IN_PROGRESS): {P.ASSIGNED, P.ADMIN},
    (S.IN_PROGRESS, S.APPROVED): {P.ASSIGNED, P.ADMIN},
    (S.IN_PROGRESS, S.DENIED): {P.ASSIGNED, P.ADMIN},
    (S.IN_PROGRESS, S.COMPLETED): {P.ASSIGNED, P.ADMIN},
    (S.DENIED, S.PENDING): {P.ADMIN},
}


def test_table_is_the_domains() -> None:
    assert {(move.source, move.target): set(move.parties) for move in MOVES} == EXPECTED
    assert len(MOVES) == len(EXPECTED)
    assert set(legal_pairs()) == {(s.value, t.value) for s, t in EXPECTED}


def test_completed_is_terminal_and_nothing_is_requested_again() -> None:
    assert moves_from(S.COMPLETED, frozenset(Party)) == []
    assert not ever_moves_to(S.REQUESTED, frozenset(Party))


def test_entrances_and_open_statuses() -> None:
    assert {S.REQUESTED, S.PENDING, S.APPROVED} == ENTRANCES
    assert set(OPEN_STATUSES) == {S.REQUESTED, S.PENDING, S.APPROVED, S.IN_PROGRESS}


def test_denials_ask_for_a_code_of_the_list() -> None:
    with_code = {(move.source, move.target) for move in MOVES if move.needs_code}
    assert with_code == {pair for pair in EXPECTED if pair[1] == S.DENIED}
    assert set(REASON_CODES) == set(ReasonCode.values)
    assert set(ReasonCode.values) == {"declined", "cancelled", "not_repairable", "mistake"}


@pytest.mark.parametrize(
    ("source", "target", "parties", "expected"),
    [
        (S.PENDING, S.APPROVED, {P.ADMIN}, True),
        (S.PENDING, S.APPROVED, {P.APPROVER}, False),
        (S.PENDING, S.APPROVED, {P.APPROVER, P.ADMIN}, False),
        (S.IN_PROGRESS, S.APPROVED, {P.ASSIGNED, P.TECHNICIAN}, True),
        (S.IN_PROGRESS, S.APPROVED, {P.ADMIN}, True),
        (S.REQUESTED, S.APPROVED, {P.ADMIN}, False),
    ],
)
def test_who_must_say_why(
    source: QueueStatus,
    target: QueueStatus,
    parties: set[Party],
    expected: bool,  # noqa: FBT001 - a column
) -> None:
    move = find_move(source, target)
    assert move is not None
    assert move.must_be_explained_by(frozenset(parties)) is expected


def test_find_move_knows_only_the_table() -> None:
    assert find_move("COMPLETED", "DENIED") is None
    with pytest.raises(ValueError, match="LOST"):
        find_move("LOST", "DENIED")


def test_moves_from_are_those_of_the_parties() -> None:
    assert moves_from(S.APPROVED, frozenset({P.CUSTOMER})) == [S.DENIED]
    assert moves_from(S.APPROVED, frozenset({P.TECHNICIAN})) == []
