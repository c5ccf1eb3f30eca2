"""What a repair is, in plain Python: no database, no code of the shop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

TIERS = [Decimal(price) for price in (50, 40, 35, 30, 25)]
OPEN = {"REQUESTED", "PENDING", "APPROVED", "IN_PROGRESS"}
OFFICE = "office"
HOLDER = "its technician"
CUSTOMER = "its customer"
ANY_TECHNICIAN = "a technician"
MOVES = {
    ("REQUESTED", "APPROVED"): {OFFICE, HOLDER, ANY_TECHNICIAN},
    ("REQUESTED", "PENDING"): {OFFICE, HOLDER},
    ("REQUESTED", "DENIED"): {OFFICE, CUSTOMER},
    ("PENDING", "APPROVED"): {OFFICE, CUSTOMER},
    ("PENDING", "DENIED"): {OFFICE, CUSTOMER},
    ("APPROVED", "PENDING"): {OFFICE, HOLDER},
    ("APPROVED", "DENIED"): {OFFICE, HOLDER, CUSTOMER},
    ("APPROVED", "IN_PROGRESS"): {OFFICE, HOLDER},
    ("IN_PROGRESS", "APPROVED"): {OFFICE, HOLDER},
    ("IN_PROGRESS", "DENIED"): {OFFICE, HOLDER},
    ("IN_PROGRESS", "COMPLETED"): {OFFICE, HOLDER},
    ("DENIED", "PENDING"): {OFFICE},
}


@dataclass
class ModelRepair:
    """One repair: where it stands, whose it is, what may and what did it cost."""

    unit: str
    status: str
    technician: int | None
    found_by: int | None = None
    approved: Decimal | None = None
    cost: Decimal = Decimal(0)
    is_voided: bool = False


@dataclass
class ModelShop:
    """All repairs of one fleet, and the counters of its units."""

    repairs: dict[int, ModelRepair] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def tier(self, unit: str) -> Decimal:
        """The list price of the next repair of the unit."""
        return TIERS[min(self.counts[unit], len(TIERS) - 1)]

    def may(self, key: int, target: str, capacities: set[str], technician: int | None) -> bool:
        """Whether somebody in these capacities may make this move."""
        repair = self.repairs[key]
        if repair.is_voided:
            return False
        found = capacities | ({HOLDER} if technician and technician == repair.technician else set())
        allowed = set(MOVES.get((repair.status, target), set()))
        if (repair.status, target) == ("PENDING", "DENIED") and technician:
            allowed |= {ANY_TECHNICIAN} if technician == repair.found_by else set()
        return bool(found & allowed)

    def move(self, key: int, target: str, technician: int | None, *, is_office: bool) -> None:
        """Make a legal move, with its effects on holder, limit and price."""
        repair = self.repairs[key]
        if (repair.status, target) == ("REQUESTED", "APPROVED") and technician and not is_office:
            repair.technician = technician
        if target == "APPROVED" and repair.status != "IN_PROGRESS":
            repair.approved = self.tier(repair.unit)
        if target == "PENDING":
            repair.approved = None
        if target == "COMPLETED":
            assert repair.approved is not None
            repair.cost = min(self.tier(repair.unit), repair.approved)
            self.counts[repair.unit] += 1
        repair.status = target

    def loads(self, technicians: list[int]) -> dict[int, int]:
        """Open repairs by technician."""
        held = Counter(r.technician for r in self.repairs.values() if r.status in OPEN)
        return {technician: held[technician] for technician in technicians}

    def has_open(self, unit: str) -> bool:
        """Whether the unit has work that has not ended."""
        return any(r.unit == unit and r.status in OPEN for r in self.repairs.values())
