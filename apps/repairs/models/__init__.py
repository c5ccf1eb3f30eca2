"""Models of repairs."""

from apps.repairs.models.approval import RepairApproval, RepairPhoto
from apps.repairs.models.links import RepairLink, UnitSticker
from apps.repairs.models.prices import CustomerPricing, ShopPriceList
from apps.repairs.models.repair import Repair, RepairBatch
from apps.repairs.models.unit import UNIT_NUMBER_LENGTH, Unit, UnitRepairCount
from apps.repairs.models.viscosity import RESIN_LENGTH, ResinTable

__all__ = [
    "RESIN_LENGTH",
    "UNIT_NUMBER_LENGTH",
    "CustomerPricing",
    "Repair",
    "RepairApproval",
    "RepairBatch",
    "RepairLink",
    "RepairPhoto",
    "ResinTable",
    "ShopPriceList",
    "Unit",
    "UnitRepairCount",
    "UnitSticker",
]
