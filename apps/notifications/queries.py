"""Reads of a person's notices, and of what was handed to which way."""

from collections.abc import Iterable

from django.db.models import Model, OuterRef, Q, QuerySet, Subquery

from apps.notifications.models import Delivery, MessageText, Notification
from core.models import Customer, User


def notifications_of(user: User) -> QuerySet[Notification]:
    """The person's notices, newest first."""
    return Notification.objects.filter(recipient=user).order_by("-id")


def unread_count(user: User) -> int:
    """How many notices they have not read."""
    return Notification.objects.filter(recipient=user, read_at=None).count()


def deliveries_about(*targets: tuple[type[Model], Iterable[int]]) -> QuerySet[Delivery]:
    """What was planned to be told about these objects, newest first."""
    about = Q(pk__in=[])
    for model, ids in targets:
        about |= Q(target_type=model._meta.label_lower, target_id__in=list(ids))
    return Delivery.objects.filter(about).select_related("recipient").order_by("-id")


def deliveries_of_customer(customer: Customer) -> QuerySet[Delivery]:
    """What was planned to be told about anything of this customer's, newest first."""
    return Delivery.objects.filter(customer=customer).select_related("recipient").order_by("-id")


def rewritten_kinds() -> set[str]:
    """Codes of the kinds whose newest texts are the owner's own."""
    newest = MessageText.objects.filter(kind=OuterRef("kind")).order_by("-pk").values("pk")[:1]
    own = MessageText.objects.filter(pk=Subquery(newest)).exclude(notice="", body="", sms="")
    return set(own.values_list("kind", flat=True))


def told_to_customer(rows: QuerySet[Delivery], customer_id: int) -> QuerySet[Delivery]:
    """Of these only what went to the customer's own people."""
    return rows.filter(recipient__customer_user__customer=customer_id)
