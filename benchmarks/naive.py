"""Reference A: the developer guide's ViewSet and ModelSerializer, taken literally.

The fields are those of the product's list, told the guide's way; filtering by hand, as its views.
"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from apps.jobs.models import Equipment, Job, JobTask
from apps.repairs.models import Repair

FIRST_PRICE = Decimal(50)


class RepairSerializer(serializers.ModelSerializer[Repair]):
    """The guide's serializer: names and amounts by method fields."""

    customer_name = serializers.SerializerMethodField()
    technician_name = serializers.SerializerMethodField()
    queue_status_label = serializers.SerializerMethodField()
    discounted_cost = serializers.SerializerMethodField()

    class Meta:
        model = Repair
        fields = [
            *("id", "customer", "customer_name", "technician", "technician_name", "unit"),
            *("unit_number", "description", "damage_type", "cost", "discounted_cost"),
            *("queue_status", "queue_status_label", "repair_date", "site", "repair_batch"),
            *("break_number", "voided_at", "version", "updated_at"),
        ]

    def get_customer_name(self, repair: Repair) -> str:
        """The company's name."""
        return repair.customer.name

    def get_technician_name(self, repair: Repair) -> str | None:
        """The technician's name."""
        return str(repair.technician.user) if repair.technician else None

    def get_queue_status_label(self, repair: Repair) -> str:
        """The status in words."""
        return repair.get_queue_status_display()

    def get_discounted_cost(self, repair: Repair) -> str:
        """What is charged."""
        return str(repair.get_discounted_cost())


class RepairDetailSerializer(RepairSerializer):
    """All that the product's detail tells an admin."""

    class Meta(RepairSerializer.Meta):
        fields = [
            *RepairSerializer.Meta.fields,
            *("approved_amount", "offered_amount", "redo_of", "created_at", "requested_at"),
            *("approved_at", "started_at", "completed_at", "denied_at", "done_at"),
            *("requested_by_name", "preferred_date", "preferred_window", "contact_name"),
            *("contact_phone", "po_number", "external_ref", "customer_notes", "damage_x"),
            *("damage_y", "is_pinned", "cost_override", "override_reason", "technician_notes"),
            *("internal_notes", "move_reason", "void_reason", "glass_temperature"),
            *("resin_viscosity", "drilled_before", "approval_clause", "reason_code"),
        ]


class RepairViewSet(viewsets.ModelViewSet[Repair]):
    """The guide's view set."""

    serializer_class = RepairSerializer
    permission_classes = [IsAuthenticated]

    def get_serializer_class(self) -> type[RepairSerializer]:
        """The longer one for one repair."""
        return RepairDetailSerializer if self.action == "retrieve" else RepairSerializer

    def get_queryset(self) -> QuerySet[Repair]:
        """Filter repairs by who asks, and by status."""
        user: Any = self.request.user
        if user.is_staff:
            repairs = Repair.objects.all()
        else:
            repairs = Repair.objects.filter(technician__user=user)
        status = self.request.query_params.get("status")
        return repairs.filter(queue_status=status) if status else repairs


class Costs(APIView):
    """The guide's statistics of a customer: a loop over their completed repairs."""

    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        """Repairs, charges and savings by month of a year."""
        number: Counter[str] = Counter()
        charged: Counter[str] = Counter()
        saved: Counter[str] = Counter()
        for repair in self.completed():
            month = f"{repair.completed_at:%Y-%m}"
            number[month] += 1
            charged[month] += repair.get_discounted_cost()
            if repair.redo_of is None:
                saved[month] += FIRST_PRICE - repair.get_discounted_cost()
        months = [
            {
                "month": month,
                "repairs": number[month],
                "charged": f"{charged[month]:.2f}",
                "saved": f"{saved[month]:.2f}",
            }
            for month in sorted(number)
        ]
        return Response({"months": months})

    def completed(self) -> list[Repair]:
        """What the customer had done in the year."""
        asked = self.request.query_params
        return [
            repair
            for repair in Repair.objects.filter(customer_id=asked["customer"])
            if repair.completed_at
            and repair.voided_at is None
            and repair.completed_at.year == int(asked["year"])
        ]


class UnitCosts(Costs):
    """The same by vehicle, the dearest first."""

    def get(self, request: Request) -> Response:
        """Repairs and charges by unit of a year."""
        units: dict[int, dict[str, Any]] = {}
        for repair in self.completed():
            unit = units.setdefault(
                repair.unit_id,
                {
                    "unit": repair.unit_id,
                    "unit_number": repair.unit.number,
                    "repairs": 0,
                    "charged": Decimal(0),
                    "last_at": repair.completed_at,
                },
            )
            unit["repairs"] += 1
            unit["charged"] += repair.get_discounted_cost()
            unit["last_at"] = max(unit["last_at"], repair.completed_at)
        return Response({"units": sorted(units.values(), key=lambda unit: -unit["charged"])[:20]})


class EquipmentSerializer(serializers.ModelSerializer[Equipment]):
    """An item."""

    class Meta:
        model = Equipment
        fields = ["id", "name", "type", "serial_number", "is_active"]


class TaskSerializer(serializers.ModelSerializer[JobTask]):
    """A task with what it needs, and what its job says."""

    equipment = EquipmentSerializer(many=True)
    job_title = serializers.CharField(source="job.title")
    priority = serializers.CharField(source="job.priority")
    customer = serializers.IntegerField(source="job.customer_id")
    customer_name = serializers.CharField(source="job.customer.name")
    site_name = serializers.CharField(source="job.site.name", default=None)
    technician_name = serializers.CharField(source="job.assigned_to.get_full_name")
    date = serializers.DateField(source="job.scheduled_date")

    class Meta:
        model = JobTask
        fields = [
            *("id", "job", "job_title", "order", "title", "status", "version", "equipment"),
            *("priority", "customer", "customer_name", "site_name", "technician_name", "date"),
        ]


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job as the product's list tells it, its progress counted task by task."""

    customer_name = serializers.CharField(source="customer.name")
    site_name = serializers.CharField(source="site.name", default=None)
    created_by_name = serializers.CharField(source="created_by.get_full_name")
    assigned_to_name = serializers.CharField(source="assigned_to.get_full_name", default=None)
    status_label = serializers.CharField(source="get_status_display")
    priority_label = serializers.CharField(source="get_priority_display")
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            *("id", "title", "description", "customer", "customer_name", "site", "site_name"),
            *("repair", "template", "follows_repair", "created_by", "created_by_name"),
            *("assigned_to", "assigned_to_name", "status", "status_label", "priority"),
            *("priority_label", "scheduled_date", "progress", "started_at", "completed_at"),
            *("created_at", "updated_at", "version"),
        ]

    def get_progress(self, job: Job) -> dict[str, int]:
        """How many tasks are done."""
        tasks = [task for task in job.tasks.all() if task.status != "cancelled"]
        return {
            "done": len([task for task in tasks if task.status == "completed"]),
            "total": len(tasks),
        }


class JobViewSet(viewsets.ModelViewSet[Job]):
    """Jobs with the day of a technician, as a plain view set has them."""

    serializer_class = JobSerializer
    permission_classes = [IsAuthenticated]
    queryset = Job.objects.all()

    @action(detail=False)
    def day(self, request: Request) -> Response:
        """Open tasks and repairs of a technician, by date."""
        technician = request.query_params["technician"]
        jobs = Job.objects.filter(
            assigned_to__technician=technician, status__in=["pending", "in_progress"]
        )
        last = timezone.localdate() + timedelta(days=7)
        tasks = [
            task
            for job in jobs
            for task in job.tasks.all()
            if task.status in {"pending", "in_progress"}
            and (job.scheduled_date is None or job.scheduled_date <= last)
        ]
        told = TaskSerializer(tasks, many=True).data
        repairs = Repair.objects.filter(
            technician=technician, queue_status__in=["REQUESTED", "APPROVED", "IN_PROGRESS"]
        )
        dates = sorted({str(task["date"]) for task in told})
        days = {day: [task for task in told if str(task["date"]) == day] for day in dates}
        return Response({"days": days, "repairs": RepairSerializer(repairs, many=True).data})


router = DefaultRouter()
router.register("jobs", JobViewSet, basename="job")
router.register("repairs", RepairViewSet, basename="repair")
urlpatterns = [
    *router.urls,
    path("costs/", Costs.as_view()),
    path("unit-costs/", UnitCosts.as_view()),
]
