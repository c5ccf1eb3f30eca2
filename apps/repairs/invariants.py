"""What always holds of repairs, one query each."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.models import Repair, RepairApproval, Unit, UnitRepairCount
from core.invariants import invariant


@invariant("A repair belongs to the customer of its unit")
def _same_customer() -> Iterable[object]:
    return Repair.objects.exclude(unit__customer=F("customer"))


@invariant("The charge never exceeds what was approved")
def _within_approval() -> Iterable[object]:
    return Repair.objects.filter(priced_at__isnull=False, cost__gt=F("approved_amount"))


@invariant("Work is only done on what was approved")
def _worked_is_approved() -> Iterable[object]:
    worked = Repair.objects.filter(
        queue_status__in=[QueueStatus.APPROVED, QueueStatus.IN_PROGRESS, QueueStatus.COMPLETED]
    )
    # "Not in" a list of a million is looked through for each row; this is joined once.
    approved = RepairApproval.objects.filter(is_approved=True, repair=OuterRef("pk"))
    return worked.exclude(Exists(approved))


@invariant("A unit's counter equals its completed repairs since its last new windshield")
def _counters() -> Iterable[object]:
    counted = (
        Repair.objects.filter(unit=OuterRef("unit"), queue_status=QueueStatus.COMPLETED)
        .filter(redo_of=None)
        .filter(
            Q(priced_at__gt=OuterRef("windshield_replaced_at"))
            | Q(pk__isnull=False, unit__repair_count__windshield_replaced_at=None)
        )
        .order_by()
        .values("unit")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        UnitRepairCount.objects.filter(unit__merged_into=None)
        .annotate(expected=Coalesce(Subquery(counted), 0))
        .exclude(count=F("expected"))
    )


@invariant("A completed repair that counts has a counter")
def _counter_exists() -> Iterable[object]:
    done = Repair.objects.filter(queue_status=QueueStatus.COMPLETED, redo_of=None)
    return done.filter(unit__repair_count=None)


@invariant("A merged unit has no open repairs")
def _merged_units() -> Iterable[object]:
    return Unit.objects.filter(merged_into__isnull=False, repairs__queue_status__in=OPEN_STATUSES)


@invariant("A denied repair has a reason, a voided one too")
def _reasons() -> Iterable[object]:
    denied = Q(queue_status=QueueStatus.DENIED, reason_code="")
    return Repair.objects.filter(denied | Q(voided_at__isnull=False, void_reason=""))
