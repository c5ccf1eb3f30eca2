"""Who is which technician."""

from apps.technicians.models import Technician
from core.enums import Role
from core.models import User


def technician_of(user: User) -> Technician | None:
    """The active technician's record of an active person, if any."""
    if not user.is_active or user.role not in {Role.ADMIN, Role.TECHNICIAN}:
        return None
    try:
        technician = user.technician
    except Technician.DoesNotExist:
        return None
    return technician if technician.is_active else None
