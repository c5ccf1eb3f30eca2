"""Taking the demonstration away again, so that it can be made anew."""

from collections import Counter
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.notifications.models import Delivery, MessageWishes, Notification, PushSubscription
from apps.photo_storage.models import StoredPhoto
from apps.queue_management import workload
from apps.queue_management.models import TechnicianWorkload
from apps.repairs.models import Repair
from apps.scheduling.models import Appointment
from apps.technicians.models import Technician
from core.errors import Conflict
from core.models import Customer, CustomerUser, User
from rs_systems.demo.cast import ADMIN, DEMO_FLEET, OTHER_FLEET, PARTS, PERSON
from rs_systems.demo.fleet_cast import FLEETS, TECHNICIANS
from rs_systems.demo.jobs import remove_catalogue
from rs_systems.demo.rewards import remove_rewards


@use_case
def remove_demo() -> int:
    """Delete the demonstration's customers with all that is theirs, and its people but the admin.

    The history stays: audit entries are never deleted, and the removal adds its own.

    Returns:
        How many customers and people went.

    Raises:
        Conflict: ``in_use``: somebody of the demonstration has a part in real work.
    """
    customers = list(Customer.objects.filter(members__in=_memberships()).order_by("pk"))
    customers += Customer.objects.filter(name=PERSON, email="", members=None).exclude(
        repairs__created_by__in=User.objects.exclude(username__in=_names())
    )
    users = list(User.objects.filter(username__in=_names()).exclude(username=ADMIN))
    system = User.objects.system()
    _release_work(customers)
    remove_rewards(customers)
    for gone in (*customers, *users):
        record(actor=system, verb=f"{gone._meta.model_name}.removed", target=gone, force=True)
    _remove_customers(customers)
    remove_catalogue()
    _remove_people(users)
    return len(customers) + len(users)


def _names() -> list[str]:
    fleets = [fleet.username for fleet in FLEETS]
    return [*(part.username for part in PARTS), *fleets, *(name for name, _ in TECHNICIANS)]


def _memberships() -> QuerySet[CustomerUser]:
    return CustomerUser.objects.filter(
        user__username__in=_names(),
        customer__name__in=[DEMO_FLEET, OTHER_FLEET, *(fleet.name for fleet in FLEETS)],
    )


def _release_work(customers: list[Customer]) -> None:
    """Whoever else was given work of these customers has that much less of it."""
    given = Repair.objects.open().filter(customer__in=customers, technician__isnull=False)
    counts = Counter(given.values_list("technician_id", flat=True))
    workload.change_counts({pk: -number for pk, number in counts.items()})


def _remove_customers(customers: list[Customer]) -> None:
    photos = StoredPhoto.objects.filter(
        pk__in=Repair.objects.filter(customer__in=customers, photos__isnull=False).values(
            "photos__stored"
        )
    )
    visits = Appointment.objects.filter(customer__in=customers).values_list("pk", flat=True)
    told = Notification.objects.filter(target_type=Appointment._meta.label_lower)
    # The office stays, but what it was told of is gone.
    told.filter(target_id__in=list(visits)).delete()
    keys = list(photos.values_list("pk", flat=True))
    names = [name for photo in photos for name in photo.names]
    for customer in customers:
        _delete_with_dependents(customer)
    StoredPhoto.objects.filter(pk__in=keys).delete()
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


def _delete_with_dependents(instance: Model) -> None:
    """Delete an object after all that hangs on it; of a customer, that is the customer's own."""
    try:
        with transaction.atomic():
            instance.delete()
    except ProtectedError as error:
        dependents: set[Any] = error.protected_objects
        for dependent in dependents:
            _delete_with_dependents(dependent)
        _delete_with_dependents(instance)


def _remove_people(users: list[User]) -> None:
    Notification.objects.filter(recipient__in=users).delete()
    Delivery.objects.filter(recipient__in=users).delete()
    MessageWishes.objects.filter(user__in=users).delete()
    PushSubscription.objects.filter(user__in=users).delete()
    TechnicianWorkload.objects.filter(technician__user__in=users).delete()
    try:
        Technician.objects.filter(user__in=users).delete()
        for user in users:
            user.delete()
    except ProtectedError as error:
        (first, *_) = sorted(map(str, error.protected_objects))
        detail = f"Somebody of the demo data has a part in other work, such as: {first}"
        raise Conflict(detail, code="in_use") from error
