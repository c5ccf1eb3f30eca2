"""The developer guide's import path of these models; nothing of our own imports them from here."""

from apps.repairs.models import RepairApproval
from core.models import CustomerPreference, CustomerUser

__all__ = ["CustomerPreference", "CustomerUser", "RepairApproval"]
