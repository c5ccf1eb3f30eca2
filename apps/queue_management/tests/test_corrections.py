"""What the office puts right."""

from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.audit.queries import history_of
from apps.notifications.models import Notification
from apps.queue_management.use_cases import (
    complete_repair,
    mark_windshield_replaced,
    merge_units,
    void_repair,
)
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, Unit, UnitRepairCount
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import make_unit, repair_in

pytestmark = pytest.mark.django_db
S = QueueStatus


def at(cast: Cast, status: QueueStatus, number: str = "") -> Repair:
    return repair_in(
        status, technician=cast.technician_record, customer=cast.fleet, unit_number=number
    )


def test_void_keeps_status_price_and_count_and_leaves_revenue(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    voided = void_repair(actor=cast.admin, repair_id=repair.pk, reason=" Wrong truck ")
    assert (voided.queue_status, voided.cost) == (S.COMPLETED, Decimal(50))
    assert (voided.void_reason, voided.version) == ("Wrong truck", repair.version + 1)
    assert UnitRepairCount.objects.get().count == 1
    assert not Repair.objects.revenue().exists()
    told = Notification.objects.filter(kind="repair_voided").values_list("recipient", flat=True)
    assert set(told) == {cast.primary.pk, cast.technician.pk}
    assert invariant_violations() == []


def test_void_again_writes_nothing(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    void_repair(actor=cast.admin, repair_id=repair.pk, reason="Wrong truck")
    with nothing_written():
        void_repair(actor=cast.owner, repair_id=repair.pk, reason="Twice")


@pytest.mark.parametrize("status", [S.REQUESTED, S.PENDING, S.APPROVED, S.IN_PROGRESS, S.DENIED])
def test_only_what_is_completed_is_voided(cast: Cast, status: QueueStatus) -> None:
    repair = at(cast, status)
    with refused(Conflict, "illegal_move"):
        void_repair(actor=cast.admin, repair_id=repair.pk, reason="x")


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("technician", Forbidden),
        ("primary", Forbidden),
        ("sales_agent", Forbidden),
        ("stranger", NotFound),
        ("other_technician", NotFound),
    ],
)
def test_only_the_office_voids(cast: Cast, part: str, error: type[DomainError]) -> None:
    repair = at(cast, S.COMPLETED)
    with refused(error):
        void_repair(actor=cast.member(part), repair_id=repair.pk, reason="x")


def test_void_needs_a_reason_and_the_present_version(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    with refused(Invalid, "reason_required"):
        void_repair(actor=cast.admin, repair_id=repair.pk, reason="  ")
    with refused(PreconditionFailed, "stale"):
        void_repair(actor=cast.admin, repair_id=repair.pk, reason="x", version=1)


def test_windshield_replaced_is_told_in_the_units_history(cast: Cast) -> None:
    unit = at(cast, S.COMPLETED).unit
    counter = mark_windshield_replaced(actor=cast.technician, unit_id=unit.pk)
    assert (counter.count, counter.windshield_replaced_at is not None) == (0, True)
    entry = history_of(unit, public_only=True)[-1]
    assert entry.verb == "unit.windshield_replaced"
    assert entry.changes[0] == {"field": "repair_count", "old": 1, "new": 0}
    assert invariant_violations() == []


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("primary", Forbidden),
        ("sales_agent", Forbidden),
        ("stranger", NotFound),
        ("other_technician", NotFound),
        ("nobody", NotFound),
    ],
)
def test_who_records_no_windshield(cast: Cast, part: str, error: type[DomainError]) -> None:
    unit = at(cast, S.COMPLETED).unit
    with refused(error):
        mark_windshield_replaced(actor=cast.member(part), unit_id=unit.pk)


def test_merged_units_count_together_and_past_prices_stay(cast: Cast) -> None:
    first, second = at(cast, S.COMPLETED, "A1"), at(cast, S.COMPLETED, "B2")
    third = at(cast, S.COMPLETED, "B2")
    open_one = at(cast, S.IN_PROGRESS, "A1")
    merge_units(actor=cast.admin, unit_id=first.unit_id, into_id=second.unit_id)
    costs = Repair.objects.filter(pk__in=[first.pk, second.pk, third.pk]).order_by("pk")
    assert list(costs.values_list("cost", flat=True)) == [50, 50, 40]
    done = complete_repair(actor=cast.technician, repair_id=open_one.pk)
    assert (done.unit, done.unit_number, done.cost) == (second.unit, "B2", Decimal(30))
    assert invariant_violations() == []


def test_merge_is_in_the_history_of_both_units_and_each_repair(cast: Cast) -> None:
    first, into = at(cast, S.COMPLETED, "A1"), make_unit(cast.fleet, "B2")
    merge_units(actor=cast.admin, unit_id=first.unit_id, into_id=into.pk)
    verbs = AuditEntry.objects.order_by("position").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["repair.unit_merged", "unit.merged", "unit.absorbed"]


def test_windshield_of_the_merged_unit_counts_for_both(cast: Cast) -> None:
    first, second = at(cast, S.COMPLETED, "A1"), at(cast, S.COMPLETED, "B2")
    mark_windshield_replaced(actor=cast.admin, unit_id=first.unit_id)
    at(cast, S.COMPLETED, "A1")
    merge_units(actor=cast.admin, unit_id=first.unit_id, into_id=second.unit_id)
    assert UnitRepairCount.objects.get(unit=second.unit_id).count == 1
    assert invariant_violations() == []


def test_units_that_cannot_be_merged(cast: Cast) -> None:
    one, two, foreign = (
        make_unit(cast.fleet, "1"),
        make_unit(cast.fleet, "2"),
        make_unit(cast.other_fleet, "1"),
    )
    for into, code in ((one, "same_unit"), (foreign, "other_customer")):
        with refused(Conflict, code):
            merge_units(actor=cast.admin, unit_id=one.pk, into_id=into.pk)
    with refused(NotFound):
        merge_units(actor=cast.admin, unit_id=one.pk, into_id=0)
    merge_units(actor=cast.admin, unit_id=one.pk, into_id=two.pk)
    with refused(Conflict, "already_merged"):
        merge_units(actor=cast.admin, unit_id=one.pk, into_id=two.pk)
    assert Unit.objects.get(pk=one.pk).merged_into == two


def test_units_that_both_have_open_work_are_not_merged(cast: Cast) -> None:
    first, second = at(cast, S.REQUESTED, "1"), at(cast, S.PENDING, "2")
    with refused(Conflict, "both_open"):
        merge_units(actor=cast.admin, unit_id=first.unit_id, into_id=second.unit_id)


@pytest.mark.parametrize(
    ("part", "error"), [("primary", Forbidden), ("technician", NotFound), ("stranger", NotFound)]
)
def test_only_the_office_merges(cast: Cast, part: str, error: type[DomainError]) -> None:
    one, two = make_unit(cast.fleet, "1"), make_unit(cast.fleet, "2")
    with refused(error):
        merge_units(actor=cast.member(part), unit_id=one.pk, into_id=two.pk)
