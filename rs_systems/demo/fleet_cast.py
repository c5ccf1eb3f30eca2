"""Who works and who drives in ``create_test_data --size fleet``: made up, in towns that are real.

Companies have names that any town could have; people have none but what they do.
"""

from dataclasses import dataclass
from decimal import Decimal

from core.enums import ApprovalPolicy


@dataclass(frozen=True)
class Kind:
    """A kind of fleet: its vehicles as (make, model), how they are numbered."""

    vehicles: tuple[tuple[str, str], ...]
    prefix: str = ""
    first: int = 100


@dataclass(frozen=True)
class Fleet:
    """A company: where its yards are, how many vehicles it has, and who must approve what."""

    name: str
    kind: Kind
    vehicles: int
    yards: tuple[tuple[str, str], ...]
    policy: ApprovalPolicy = ApprovalPolicy.REQUIRE_APPROVAL
    price_per_repair: Decimal | None = None

    @property
    def username(self) -> str:
        """Under which its contact signs in: "valley.freight"."""
        return ".".join(self.name.lower().split())


PARCELS = Kind(
    (("FORD", "TRANSIT 250"), ("MERCEDES-BENZ", "SPRINTER 2500"), ("RAM", "PROMASTER 2500")),
    "V",
    20,
)
FREIGHT = Kind(
    (("FREIGHTLINER", "CASCADIA"), ("KENWORTH", "T680"), ("VOLVO", "VNL 760"), ("MACK", "ANTHEM")),
    first=4000,
)
BUSES = Kind((("BLUE BIRD", "VISION"), ("THOMAS", "SAF-T-LINER C2"), ("IC BUS", "CE")), "Bus ", 1)
SERVICE = Kind((("FORD", "F-150"), ("CHEVROLET", "SILVERADO 2500"), ("RAM", "1500")), "S-", 10)
BOXES = Kind((("ISUZU", "NPR-HD"), ("HINO", "L6"), ("INTERNATIONAL", "MV607")), "B", 300)
RENTALS = Kind((("TOYOTA", "CAMRY"), ("NISSAN", "ROGUE"), ("CHEVROLET", "MALIBU")), "R", 1000)

FLEETS = (
    Fleet("River City Delivery", PARCELS, 60, (("North depot", "37343"), ("Main yard", "37406"))),
    Fleet("Valley Freight", FREIGHT, 80, (("Terminal", "37421"), ("Drop yard", "30720"))),
    Fleet(
        *("County School Transport", BUSES, 70),
        yards=(("Bus barn", "37311"), ("South lot", "37363")),
        policy=ApprovalPolicy.AUTO_APPROVE,
    ),
    Fleet(
        *("Ridge Power Line Crews", SERVICE, 45),
        yards=(("Yard", "37379"), ("Storm base", "37321")),
        policy=ApprovalPolicy.PRICE_THRESHOLD,
        price_per_repair=Decimal("40.00"),
    ),
    Fleet("Mill Town Haulage", FREIGHT, 50, (("Mill gate", "30720"),)),
    Fleet("Gap Road Linen Service", BOXES, 25, (("Laundry", "30736"),)),
    Fleet(
        *("Airport Car Rental", RENTALS, 90),
        yards=(("Return lot", "37421"),),
        policy=ApprovalPolicy.UNIT_THRESHOLD,
    ),
    Fleet("Lakeside Plumbing", SERVICE, 20, (("Shop", "37343"),)),
    Fleet("State Line Couriers", PARCELS, 30, (("Hub", "30742"),)),
    Fleet("Junction Building Supply", BOXES, 30, (("Lumber yard", "37303"), ("Store", "37347"))),
)
# User names and where they live.
TECHNICIANS = (
    ("tech4", "37402"),
    ("tech5", "37311"),
    ("tech6", "30720"),
    ("tech7", "37343"),
    ("tech8", "37421"),
)
