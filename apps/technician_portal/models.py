"""The developer guide's import path of these models; nothing of our own imports them from here."""

from apps.notifications.models import TechnicianNotification
from apps.repairs.models import Repair, UnitRepairCount
from apps.technicians.models import Technician

__all__ = ["Repair", "Technician", "TechnicianNotification", "UnitRepairCount"]
