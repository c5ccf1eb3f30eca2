"""Ways out, what became of a message, and what messages are about."""

from django.db import models


class Way(models.TextChoices):
    """A way out to a person; the notice on the pages is none, it is always there."""

    EMAIL = "email", "E-mail"
    SMS = "sms", "Text message"
    PUSH = "push", "In the browser"


class DeliveryState(models.TextChoices):
    """What became of a message on its way out."""

    PLANNED = "planned", "Planned"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Not sent"


class MessageGroup(models.TextChoices):
    """What messages are about: people choose ways out by group."""

    APPROVALS = "approvals", "Requests and approvals"
    PROGRESS = "progress", "Progress of repairs"
    VISITS = "visits", "Visits"
    JOBS = "jobs", "Jobs"
    REWARDS = "rewards", "Rewards"
    SUMMARIES = "summaries", "Reminders and summaries"
    ACCOUNT = "account", "Your account and company"
