"""Who carries how much work, and why it was given to them (DOMAIN, section 4)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.repairs.enums import DamageType
from apps.repairs.models import Repair
from apps.technicians.models import Skill, Technician
from core.clock import now
from core.models import Customer


class TechnicianWorkload(models.Model):
    """A technician's open repairs, counted in the transaction of each change."""

    technician = models.OneToOneField(
        Technician, on_delete=models.PROTECT, related_name="workload", primary_key=True
    )
    active_count = models.IntegerField(default=0)

    class Meta:
        # No index over the count: it would cost each change a new entry, and there are few rows.
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(active_count__gte=0), name="workload_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.technician}: {self.active_count}"


class PreferredTechnician(models.Model):
    """Whom a customer likes to see; goes first within a margin of two."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, related_name="preferred_technician"
    )
    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.customer} prefers {self.technician}"


class DamageTypeSkill(models.Model):
    """The skill that a type of damage asks for; types without a row ask for none."""

    damage_type = models.CharField(max_length=20, choices=DamageType, unique=True)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.damage_type} asks for {self.skill}"


class AssignmentRule(models.TextChoices):
    """Which consideration decided."""

    LEAST_LOAD = "least_load", "Least active work"
    PREFERRED = "preferred", "Preferred by the customer"
    SAME_SITE = "same_site", "Already at this site today"
    OFFICE = "office", "Chosen by the office"
    TAKEN = "taken", "Taken by the technician"
    OWN = "own", "Found by the technician"


class Assignment(models.Model):
    """One giving of a repair to a technician, with why; rows are never edited."""

    repair = models.ForeignKey(Repair, on_delete=models.PROTECT, related_name="assignments")
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=10, choices=AssignmentRule)
    load = models.PositiveIntegerField(help_text="Open repairs before this one")
    skill = models.CharField(max_length=60, blank=True)
    distance_miles = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    assigned_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.repair} to {self.technician}: {self.get_rule_display()}"


class ImportState(models.TextChoices):
    """How far a list has come on its way into a fleet."""

    COLUMNS = "columns", "Columns to look at"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked"
    WAITING = "waiting", "Being imported"
    DONE = "done", "Imported"
    FAILED = "failed", "Stopped"


class ListImportManager(models.Manager["ListImport"]):
    """Reads rows without the files in them, which are read when they are asked for."""

    def get_queryset(self) -> models.QuerySet["ListImport"]:
        """Leave the large columns for later."""
        return super().get_queryset().defer("content", "prepared", "faults")


class ListImport(models.Model):
    """A vehicle list that somebody is importing: the file, what was decided, how far it is.

    ``content`` is the file and ``prepared`` its good rows as they were checked, both compressed:
    what is written does not depend on a file being there or read the same again. ``report`` is
    what the page shows of the check, ``faults`` every row that is refused. ``rows`` is how many
    the file seems to have; ``done`` of ``total`` is how far the check or the import is.
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {
        *(
            "content",
            "prepared",
            "faults",
            "rows",
            "report",
            "heading",
            "columns",
            "decisions",
            "done",
            "total",
        ),
        *("version", "created_at", "finished_at"),
    }

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="list_imports"
    )
    company_name = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    file_name = models.CharField(max_length=200)
    form = models.CharField(max_length=60)
    content = models.BinaryField()
    heading = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    decisions = models.JSONField(default=dict)
    prepared = models.BinaryField(null=True)
    faults = models.BinaryField(null=True)
    rows = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=ImportState, default=ImportState.COLUMNS, editable=False
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ListImportManager()

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["customer", "id"], name="list_import_idx")]

    def __str__(self) -> str:
        return self.file_name
