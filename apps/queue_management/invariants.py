"""What always holds of workloads, one query each."""

from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from apps.queue_management.models import TechnicianWorkload
from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.models import Repair
from core.invariants import invariant


@invariant("A technician's workload equals their open repairs")
def _workload() -> Iterable[object]:
    counted = (
        Repair.objects.filter(technician=OuterRef("pk"), queue_status__in=OPEN_STATUSES)
        .order_by()
        .values("technician")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return TechnicianWorkload.objects.annotate(expected=Coalesce(Subquery(counted), 0)).exclude(
        active_count=F("expected")
    )


@invariant("Who has open repairs has a workload")
def _workload_exists() -> Iterable[object]:
    return Repair.objects.open().filter(technician__isnull=False, technician__workload=None)


@invariant("Work in progress has a technician")
def _in_progress_has_technician() -> Iterable[object]:
    return Repair.objects.filter(queue_status=QueueStatus.IN_PROGRESS, technician=None)


@invariant("Nobody who is deactivated has open repairs")
def _deactivated() -> Iterable[object]:
    return Repair.objects.open().filter(technician__user__is_active=False)
