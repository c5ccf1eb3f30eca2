"""Enumerations of repairs; stored values and labels are the guide's."""

from django.db import models


class QueueStatus(models.TextChoices):
    """Where a repair stands."""

    REQUESTED = "REQUESTED", "Customer Requested"
    PENDING = "PENDING", "Approval Pending"
    APPROVED = "APPROVED", "Approved"
    IN_PROGRESS = "IN_PROGRESS", "In Progress"
    COMPLETED = "COMPLETED", "Completed"
    DENIED = "DENIED", "Denied"


OPEN_STATUSES = (
    QueueStatus.REQUESTED,
    QueueStatus.PENDING,
    QueueStatus.APPROVED,
    QueueStatus.IN_PROGRESS,
)


class DamageType(models.TextChoices):
    """Shapes of damage to laminated glass."""

    UNKNOWN = "Unknown", "Unknown"
    CHIP = "Chip", "Chip"
    CRACK = "Crack", "Crack"
    STAR_BREAK = "Star Break", "Star Break"
    BULLS_EYE = "Bull's Eye", "Bull's Eye"
    COMBINATION_BREAK = "Combination Break", "Combination Break"
    HALF_MOON = "Half-Moon", "Half-Moon"
    OTHER = "Other", "Other"


class ReasonCode(models.TextChoices):
    """Why a repair was denied or put back."""

    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"
    NOT_REPAIRABLE = "not_repairable", "Not repairable"
    MISTAKE = "mistake", "Mistake"


class ApprovalMethod(models.TextChoices):
    """How a decision about a repair came about."""

    REQUESTED = "requested", "The customer had asked for it"
    CUSTOMER = "customer", "Decided by the customer"
    LINK = "link", "Decided by link"
    ON_SPOT = "on_spot", "Decided on the spot"
    OFFICE = "office", "Decided by the office"
    TECHNICIAN = "technician", "Decided by the technician"
    POLICY = "policy", "Decided by the customer's policy"


class PhotoKind(models.TextChoices):
    """What a picture of a repair shows."""

    CUSTOMER = "customer", "From the customer"
    BEFORE = "before", "Before"
    AFTER = "after", "After"
    ADDITIONAL = "additional", "Additional"


class RequestSource(models.TextChoices):
    """Through which door a repair came, where that is worth knowing."""

    STICKER = "sticker", "A driver, by the unit's sticker"
