"""Enumerations of rewards and referrals."""

from django.db import models


class EntryKind(models.TextChoices):
    """Why points came or went."""

    REPAIR = "repair", "Repair completed"
    MILESTONE = "milestone", "Number of repairs reached"
    REFERRER = "referrer", "You referred a customer"
    REFERRED = "referred", "Welcome by a referral"
    REDEMPTION = "redemption", "Redeemed"
    RETURN = "return", "Redemption given back"
    REVERSAL = "reversal", "Taken back"
    ADJUSTMENT = "adjustment", "Corrected by the shop"
    EXPIRY = "expiry", "Expired"
    MOVED = "moved", "Moved with a merged customer"


EARNED = (EntryKind.REPAIR, EntryKind.MILESTONE, EntryKind.REFERRER, EntryKind.REFERRED)
# Only these may leave an account below zero: what a void takes back may have been spent.
MAY_OWE = (EntryKind.REVERSAL, EntryKind.MOVED)


class RewardKind(models.TextChoices):
    """What a reward does: three come off a price, one is a thing."""

    PERCENTAGE = "percentage", "Percent off a repair"
    FIXED_AMOUNT = "fixed_amount", "Amount off a repair"
    FREE_SERVICE = "free_service", "A repair free of charge"
    MERCHANDISE = "merchandise", "Something to hand out"


class RedemptionStatus(models.TextChoices):
    """Where a redemption stands."""

    PENDING = "PENDING", "Waiting"
    APPROVED = "APPROVED", "Ready"
    FULFILLED = "FULFILLED", "Done"
    REJECTED = "REJECTED", "Declined by the shop"
    CANCELLED = "CANCELLED", "Cancelled"


WAITING = (RedemptionStatus.PENDING, RedemptionStatus.APPROVED)
# A redemption that holds its place on a repair.
STANDING = (*WAITING, RedemptionStatus.FULFILLED)


class ReferralStatus(models.TextChoices):
    """What became of a referral."""

    PENDING = "PENDING", "Waits for the first repair"
    PAID = "PAID", "Paid"
    REFUSED = "REFUSED", "Not counted"
