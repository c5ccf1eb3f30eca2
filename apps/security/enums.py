"""Enumerations of sign-in."""

from django.db import models


class KeyScope(models.TextChoices):
    """What a key may do in its owner's name."""

    READ = "read", "Read"
    REQUEST = "request", "Request repairs"
    APPROVE = "approve", "Approve and deny"
