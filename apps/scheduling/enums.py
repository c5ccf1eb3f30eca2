"""Enumerations of the schedule."""

from django.db import models


class VisitStatus(models.TextChoices):
    """Where a visit stands; one that needs a new time is nobody's until it has one."""

    BOOKED = "booked", "Booked"
    RELEASED = "released", "Needs a new time"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


OPEN_VISITS = (VisitStatus.BOOKED, VisitStatus.RELEASED)


class Repeat(models.TextChoices):
    """How often a series comes round."""

    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"
