"""Models of identity, shop settings and the kernel's own books."""

from core.models.books import Heartbeat, IdempotencyRecord, OutboxMessage, ScheduledRun
from core.models.customer import Customer, CustomerPreference, CustomerUser, Site
from core.models.invitation import Invitation, JoinRequest
from core.models.saved_view import SavedView
from core.models.settings import ShopSettings
from core.models.user import User

__all__ = [
    "Customer",
    "CustomerPreference",
    "CustomerUser",
    "Heartbeat",
    "IdempotencyRecord",
    "Invitation",
    "JoinRequest",
    "OutboxMessage",
    "SavedView",
    "ScheduledRun",
    "ShopSettings",
    "Site",
    "User",
]
