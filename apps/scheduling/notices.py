"""Who is told what about a visit: each message is written in the transaction of what it tells."""

from collections.abc import Iterable

from apps.notifications.services import notify
from apps.scheduling.models import Appointment
from core.enums import Role
from core.models import CustomerUser, User
from core.shop import shop_zone
from core.templatetags.times import full_words


def tell_booked(visit: Appointment, actor: User, *, number: int = 1) -> None:
    """Tell the technician and the customer; of a series once, with how many visits it has."""
    _tell("appointment_booked", visit, [*_technician(visit), *_customers(visit)], actor, number)


def tell_moved(visit: Appointment, actor: User, former: User | None = None) -> None:
    """Tell the technician, the one whose visit it was, and the customer."""
    people = [*_technician(visit), *_customers(visit), *([former] if former else [])]
    _tell("appointment_moved", visit, people, actor)


def tell_cancelled(visit: Appointment, actor: User, *, number: int = 1) -> None:
    """Tell the technician and the customer; of a series once, with how many are cancelled."""
    people = [*_technician(visit), *_customers(visit)]
    _tell("appointment_cancelled", visit, people, actor, number)


def tell_released(visit: Appointment, actor: User) -> None:
    """Tell the office that a visit needs a new time."""
    _tell("appointment_released", visit, _office(), actor)


def tell_wished(visit: Appointment, actor: User) -> None:
    """Tell the office that a customer wishes another time."""
    _tell("appointment_wished", visit, _office(), actor)


def work_of(visit: Appointment) -> str:
    """What a visit is for, in a few words."""
    if visit.repair is not None:
        return f"unit {visit.repair.unit_number}"
    if visit.job is not None:
        return f"“{visit.job.title}”"
    return f"{visit.batch.repairs.count()} repairs" if visit.batch else ""


def zone_of(visit: Appointment) -> str:
    """The zone of the visit's clock: its site's, else the shop's."""
    return (visit.site.time_zone if visit.site else "") or shop_zone()


def when(visit: Appointment) -> str:
    """The visit's begin on the clock of its place."""
    return full_words(visit.starts_at, zone_of(visit))


def _technician(visit: Appointment) -> list[User]:
    return [visit.technician.user] if visit.technician else []


def _customers(visit: Appointment) -> list[User]:
    """The customer's primary contact, and who asked for the repair if they are the customer's."""
    asker = visit.repair.created_by_id if visit.repair else None
    members = CustomerUser.objects.filter(customer=visit.customer_id, user__is_active=True)
    return [
        member.user
        for member in members.select_related("user")
        if member.is_primary_contact or member.user_id == asker
    ]


def _office() -> list[User]:
    return list(User.objects.people().filter(role=Role.ADMIN, is_active=True))


def _tell(
    kind: str, visit: Appointment, people: Iterable[User], actor: User, number: int = 1
) -> None:
    fields = {
        "appointment_id": visit.pk,
        "work": work_of(visit),
        "customer": visit.customer.name,
        "when": when(visit),
        "site": str(visit.site or ""),
        "technician": str(visit.technician or ""),
        "reason": visit.reason,
        "wish": " ".join(map(str, filter(None, [visit.wish_date, visit.wish_window]))),
        "wish_note": visit.wish_note,
        "number": number,
    }
    others = [user for user in people if user.pk != actor.pk]
    key = f"{kind}:{visit.pk}:{visit.version}"
    notify(kind=kind, recipients=others, target=visit, fields=fields, key=key)
