"""Who may do what with a visit; who sees one is ``AppointmentQuerySet.visible_to``."""

from apps.scheduling.models import Appointment
from apps.technicians.rules import technician_of
from core.enums import Role
from core.models import User
from core.rules import has_customer_right, is_admin, membership


def may_book(user: User) -> bool:
    """Book, move and cancel visits: the office alone, also those of technicians."""
    return is_admin(user)


def may_wish(user: User, visit: Appointment) -> bool:
    """Ask for another time: the customer's people who may ask for repairs."""
    return has_customer_right(user, visit.customer_id, "can_request")


def has_calendar(user: User) -> bool:
    """Whether there are visits of this person's own, or of their company, to subscribe to."""
    return technician_of(user) is not None or membership(user) is not None


def sees_notes(user: User) -> bool:
    """Notes of a visit are the shop's."""
    return user.role != Role.CUSTOMER
