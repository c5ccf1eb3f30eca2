"""Every move of a repair by every member of the cast, against a table written here by hand.

``ALLOWED`` is DOMAIN, section 2, once more and independently: status -> target -> who may.
"""

import itertools

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import move_repair, void_repair
from apps.repairs.enums import ApprovalMethod, QueueStatus, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.rules import allowed_moves
from apps.repairs.services import Reason
from core.errors import Conflict, DomainError, Forbidden, NotFound
from core.invariants import invariant_violations
from core.models import OutboxMessage
from tests.cast import PARTS, Cast
from tests.factories import repair_in

pytestmark = pytest.mark.django_db
R, P, A, I, C, D = QueueStatus  # noqa: E741 - the six statuses by their first letters
REASON = Reason(code=ReasonCode.NOT_REPAIRABLE, text="The crack runs to the edge")
OFFICE = {"admin", "owner"}
HOLDER = {"technician"} | OFFICE
APPROVERS = {"primary", "approver"}
CUSTOMER = APPROVERS | {"requester"}

ALLOWED: dict[QueueStatus, dict[QueueStatus, set[str]]] = {
    R: {A: HOLDER | {"other_technician"}, P: HOLDER, D: CUSTOMER | OFFICE},
    # The technician found the damage, so denying is open to them as its creator.
    P: {A: APPROVERS | OFFICE, D: APPROVERS | HOLDER},
    A: {P: HOLDER, D: CUSTOMER | HOLDER, I: HOLDER},
    I: {A: HOLDER, D: HOLDER, C: HOLDER},
    C: {},
    D: {P: OFFICE},
}
OWN_COMPANY = CUSTOMER | {"mate"}
SEES_ALWAYS = OWN_COMPANY | HOLDER | {"sales_agent"}


def may(source: QueueStatus, target: QueueStatus, part: str) -> bool:
    return part in ALLOWED[source].get(target, set())


def sees(source: QueueStatus, part: str) -> bool:
    return part in SEES_ALWAYS or (part == "other_technician" and source == R)


def expected_allowed(source: QueueStatus, part: str) -> set[str]:
    return {target.value for target, parts in ALLOWED[source].items() if part in parts}


@pytest.fixture
def stand(cast: Cast) -> "Stand":
    return Stand(cast)


class Stand:
    """A repair of Demo Fleet at a status, and everything that a refusal must leave alone."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def repair(self, status: QueueStatus) -> Repair:
        technician = self.cast.technician_record
        repair = repair_in(status, technician=technician, customer=self.cast.fleet)
        return Repair.objects.get(pk=repair.pk)

    def books(self, repair: Repair) -> tuple[object, ...]:
        row = Repair.objects.filter(pk=repair.pk).values().get()
        counts = (AuditEntry.objects.count(), OutboxMessage.objects.count())
        return row, counts, repair.approvals.count(), self.cast.technician_record.workload


@pytest.mark.parametrize("source", QueueStatus)
def test_legal_moves_succeed_and_leave_their_trace(stand: Stand, source: QueueStatus) -> None:
    for target, part in itertools.product(QueueStatus, PARTS):
        if not may(source, target, part):
            continue
        repair, actor = stand.repair(source), stand.cast.member(part)
        assert target in allowed_moves(actor, repair)
        moved = move_repair(actor=actor, repair_id=repair.pk, target=target, reason=REASON)
        entry = AuditEntry.objects.filter(target_id=repair.pk).first()
        assert entry is not None
        told = {change["field"]: (change["old"], change["new"]) for change in entry.changes}
        assert (moved.queue_status, moved.version) == (target, repair.version + 1)
        assert told["queue_status"] == (source, target)
        assert (entry.actor_id, entry.is_public) == (actor.pk, True)
    assert invariant_violations() == []


@pytest.mark.parametrize("source", QueueStatus)
def test_every_other_move_is_refused_and_changes_nothing(stand: Stand, source: QueueStatus) -> None:
    repair = stand.repair(source)
    before = stand.books(repair)
    for target, part in itertools.product(QueueStatus, PARTS):
        actor = stand.cast.member(part)
        is_repeat = target == source and repair.moved_by_id == actor.pk
        if may(source, target, part) or is_repeat:
            continue
        with pytest.raises(DomainError) as caught:
            move_repair(actor=actor, repair_id=repair.pk, target=target, reason=REASON)
        assert stand.books(repair) == before, (target, part)
        check_refusal(caught.value, source, target, part)


def check_refusal(error: DomainError, source: QueueStatus, target: QueueStatus, part: str) -> None:
    if part == "other_technician" and source == A and target == A:
        # Who lost the race for a request is told who won.
        assert (error.code, error.extra["holder"]) == ("already_claimed", "Tom Becker")
        return
    if not sees(source, part):
        assert isinstance(error, NotFound), (target, part, error)
        return
    assert isinstance(error, Forbidden | Conflict), (target, part, error)
    assert set(error.extra["allowed_moves"]) == expected_allowed(source, part)


@pytest.mark.parametrize("source", QueueStatus)
def test_allowed_moves_tell_each_of_the_cast_the_table(stand: Stand, source: QueueStatus) -> None:
    repair = stand.repair(source)
    found = {part: set(allowed_moves(stand.cast.member(part), repair)) for part in PARTS}
    # The one who does not see the repair is never asked; what the table says is the same.
    assert found == {part: expected_allowed(source, part) for part in PARTS}


@pytest.mark.parametrize("source", QueueStatus)
def test_own_last_move_repeated_changes_nothing(stand: Stand, source: QueueStatus) -> None:
    repair = stand.repair(source)
    assert repair.moved_by is not None
    before = stand.books(repair)
    again = move_repair(actor=repair.moved_by, repair_id=repair.pk, target=source, reason=REASON)
    assert again.pk == repair.pk
    assert stand.books(repair) == before


def test_voided_repair_moves_nowhere(stand: Stand) -> None:
    repair = stand.repair(C)
    void_repair(actor=stand.cast.admin, repair_id=repair.pk, reason="Wrong truck")
    before = stand.books(repair)
    for target, part in itertools.product(QueueStatus, ("technician", "admin", "primary")):
        actor = stand.cast.member(part)
        if target == C and repair.moved_by_id == actor.pk:
            continue
        with pytest.raises((Forbidden, Conflict)) as caught:
            move_repair(actor=actor, repair_id=repair.pk, target=target, reason=REASON)
        assert caught.value.extra["allowed_moves"] == []
    assert stand.books(repair) == before


def test_each_denial_says_in_whose_name(stand: Stand) -> None:
    methods = {
        "primary": ApprovalMethod.CUSTOMER,
        "admin": ApprovalMethod.OFFICE,
        "technician": ApprovalMethod.TECHNICIAN,
    }
    for part, method in methods.items():
        repair, actor = stand.repair(P), stand.cast.member(part)
        move_repair(actor=actor, repair_id=repair.pk, target=D, reason=REASON)
        decision = repair.approvals.get()
        assert (decision.method, decision.decided_by, decision.is_approved) == (
            method,
            actor,
            False,
        )
