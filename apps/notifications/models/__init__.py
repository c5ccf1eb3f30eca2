"""Notices, what was handed to which channel, what people want, what the owner rewrote."""

from apps.notifications.models.deliveries import Delivery
from apps.notifications.models.notices import Notification, TechnicianNotification
from apps.notifications.models.pushes import PushSubscription
from apps.notifications.models.texts import MessageText
from apps.notifications.models.wishes import MessageWishes

__all__ = [
    "Delivery",
    "MessageText",
    "MessageWishes",
    "Notification",
    "PushSubscription",
    "TechnicianNotification",
]
