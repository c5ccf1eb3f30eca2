"""Visits, the series that some belong to, and calendars to subscribe to."""

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.jobs.models import Job
from apps.repairs.models import Repair, RepairBatch
from apps.scheduling.enums import OPEN_VISITS, Repeat, VisitStatus
from apps.technicians.models import Technician
from core.clock import now, validate_zone
from core.enums import Role
from core.models import Customer, Site, User
from core.rules import membership

LONGEST_MINUTES = 12 * 60
LONGEST_BUFFER = 4 * 60
_WORK = ("repair", "batch", "job")


def _buffer() -> Any:
    return models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(LONGEST_BUFFER)]
    )


def _exactly_one_work() -> models.Q:
    wanted = models.Q()
    for name in _WORK:
        wanted |= models.Q(**{f"{other}__isnull": other != name for other in _WORK})
    return wanted


class AppointmentSeries(models.Model):
    """Visits that come round at the same local wall time, as long as their job is open."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"created_at", "created_by"}

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="visit_series")
    repeat = models.CharField(max_length=7, choices=Repeat)
    every = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    first_day = models.DateField()
    number = models.PositiveSmallIntegerField()
    local_time = models.TimeField()
    time_zone = models.CharField(max_length=50, validators=[validate_zone])
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "appointment series"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(every__gte=1), name="series_every"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="series_number"),
        ]

    def __str__(self) -> str:
        return f"{self.get_repeat_display()} from {self.first_day}, {self.local_time:%H:%M}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Visits by who sees them and how they stand."""

    def visible_to(self, user: User) -> Self:
        """The visits that this person may see."""
        if not user.is_active and not user.is_system:
            return self.none()
        if user.role == Role.ADMIN:
            return self.all()
        if user.role == Role.TECHNICIAN:
            return self.filter(technician__user=user)
        if user.role == Role.SALES_AGENT:
            return self.filter(models.Q(customer__owner=user) | models.Q(job__created_by=user))
        member = membership(user)
        return self.filter(customer_id=member.customer_id) if member else self.none()

    def open(self) -> Self:
        """Visits that are still to come about: booked, or in need of a new time."""
        return self.filter(status__in=OPEN_VISITS)

    def booked(self) -> Self:
        """Visits that take their technician's time."""
        return self.filter(status=VisitStatus.BOOKED)

    def of_repair(self, *repairs: Repair) -> Self:
        """Visits of these repairs, or of the batches that they belong to."""
        batches = {each.repair_batch_id for each in repairs} - {None}
        return self.filter(models.Q(repair__in=repairs) | models.Q(batch__in=batches))

    def between(self, start: dt.datetime, end: dt.datetime) -> Self:
        """Visits of which a part lies between two instants."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Appointment(models.Model):
    """A technician's visit for one repair, one batch or one job.

    ``busy_from`` is where its travel and set-up begin: from there to its end the technician has no
    other visit. On PostgreSQL an exclusion constraint holds that too (migration 0002).
    """

    AUDIT_INTERNAL_FIELDS: ClassVar = {"notes"}
    AUDIT_IGNORED_FIELDS: ClassVar = {
        "busy_from",
        "did_pin",
        "version",
        "created_at",
        "created_by",
        "updated_at",
        "wished_by",
        "wished_at",
    }

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="appointments")
    repair = models.ForeignKey(
        Repair, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    batch = models.ForeignKey(
        RepairBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    job = models.ForeignKey(
        Job, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    series = models.ForeignKey(
        AppointmentSeries, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    technician = models.ForeignKey(
        Technician, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    status = models.CharField(max_length=9, choices=VisitStatus, default=VisitStatus.BOOKED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    travel_minutes = _buffer()
    setup_minutes = _buffer()
    busy_from = models.DateTimeField(editable=False)
    promised_from = models.DateTimeField(null=True, blank=True)
    promised_until = models.DateTimeField(null=True, blank=True)
    notes = models.TextField(max_length=2000, blank=True)
    # Whether the repairs are kept for their technician because of this visit.
    did_pin = models.BooleanField(default=False, editable=False)
    reason = models.CharField(max_length=500, blank=True)
    wish_date = models.DateField(null=True, blank=True)
    wish_window = models.CharField(max_length=50, blank=True)
    wish_note = models.CharField(max_length=500, blank=True)
    wished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    wished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["starts_at", "id"], name="visit_start_idx"),
            models.Index(fields=["technician", "starts_at", "id"], name="visit_technician_idx"),
            models.Index(fields=["customer", "starts_at", "id"], name="visit_customer_idx"),
            models.Index(fields=["updated_at", "id"], name="visit_updated_idx"),
            models.Index(
                fields=["wished_at", "id"],
                condition=models.Q(wished_at__isnull=False),
                name="visit_wish_idx",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_exactly_one_work(), name="visit_of_one_work"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="visit_forward"
            ),
            models.CheckConstraint(
                condition=models.Q(busy_from__lte=models.F("starts_at")), name="visit_busy_before"
            ),
            models.CheckConstraint(
                condition=models.Q(promised_from=None, promised_until=None)
                | models.Q(
                    promised_from__isnull=False,
                    promised_until__isnull=False,
                    promised_until__gt=models.F("promised_from"),
                ),
                name="visit_promise_forward",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[VisitStatus.BOOKED, VisitStatus.DONE])
                & models.Q(technician__isnull=False)
                | models.Q(status=VisitStatus.RELEASED, technician=None)
                | models.Q(status=VisitStatus.CANCELLED),
                name="visit_is_somebodys",
            ),
            models.UniqueConstraint(
                fields=["repair"],
                condition=models.Q(status__in=OPEN_VISITS),
                name="visit_one_open_a_repair",
            ),
            models.UniqueConstraint(
                fields=["batch"],
                condition=models.Q(status__in=OPEN_VISITS),
                name="visit_one_open_a_batch",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep where the technician's time is taken from beside what it comes from."""
        before = dt.timedelta(minutes=self.travel_minutes + self.setup_minutes)
        self.busy_from = self.starts_at - before
        super().save(*args, **kwargs)

    def __str__(self) -> str:
        return f"Visit of {self.starts_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_open(self) -> bool:
        """Whether it is still to come about."""
        return self.status in OPEN_VISITS


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Calendars by who sees them."""

    def visible_to(self, user: User) -> Self:
        """One's own; of the office, everybody's."""
        if not user.is_active:
            return self.none()
        return self.all() if user.role == Role.ADMIN else self.filter(owner=user)


class CalendarFeed(models.Model):
    """A secret address under which a person's visits are read by their calendar program.

    Only the token's SHA-256 is kept. What it shows is what its owner may see at that moment.
    """

    AUDIT_SECRET_FIELDS: ClassVar = {"token_hash"}

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner"],
                condition=models.Q(revoked_at=None),
                name="calendar_one_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.owner}"
