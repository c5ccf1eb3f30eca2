from decimal import Decimal
from typing import Any

import pytest

from apps.repairs.models import Repair
from apps.rewards_referrals.enums import EntryKind, RedemptionStatus, RewardKind
from apps.rewards_referrals.models import Reward, RewardEntry, RewardRedemption
from apps.rewards_referrals.wording import entry_lines, redemption_lines

OWN = Repair(pk=1, customer_id=7, unit_number="4127")
OTHER = Repair(pk=2, customer_id=8, unit_number="9999")
PENDING, APPROVED = RedemptionStatus.PENDING, RedemptionStatus.APPROVED
DONE, CANCELLED = RedemptionStatus.FULFILLED, RedemptionStatus.CANCELLED
THING, HALF = RewardKind.MERCHANDISE, RewardKind.PERCENTAGE


@pytest.mark.parametrize(
    ("kind", "fields", "told", "repair"),
    [
        (EntryKind.REPAIR, {"repair": OWN}, "Repair of unit 4127", OWN),
        (EntryKind.REPAIR, {"repair": OTHER}, "A repair", None),
        (EntryKind.MILESTONE, {"repair": OWN, "number": 5}, "The 5th completed repair", OWN),
        (EntryKind.REFERRER, {"repair": OTHER}, "A referred customer had a first repair", None),
        (EntryKind.REFERRED, {"repair": OWN}, "Welcome by a referral code", OWN),
        (EntryKind.REDEMPTION, {"reason": "Pizza"}, "Redeemed: Pizza", None),
        (EntryKind.RETURN, {"reason": "Pizza"}, "Given back: Pizza", None),
        (EntryKind.REVERSAL, {"reason": "Voided"}, "Taken back: Voided", None),
        (
            EntryKind.REVERSAL,
            {"reason": "Voided", "repair": OWN},
            "Taken back: Voided, unit 4127",
            OWN,
        ),
        (EntryKind.ADJUSTMENT, {"reason": "A gift"}, "Corrected by the shop: A gift", None),
        (EntryKind.EXPIRY, {}, "Expired", None),
        (EntryKind.MOVED, {}, "Moved when two customers were merged", None),
    ],
)
def test_an_entry_says_how_points_came_or_went(
    kind: EntryKind, fields: dict[str, Any], told: str, repair: Repair | None
) -> None:
    (line,) = entry_lines([RewardEntry(kind=kind, reward=Reward(customer_id=7), **fields)])
    assert (line.text, line.repair) == (told, repair)


@pytest.mark.parametrize(
    ("kind", "status", "fields", "word", "about"),
    [
        (THING, PENDING, {}, "Waiting", "The office gets it ready."),
        (
            THING,
            APPROVED,
            {},
            "Ready",
            "The next technician who comes, or the office, hands it out.",
        ),
        (THING, DONE, {}, "Handed out", ""),
        (HALF, PENDING, {}, "Waiting", "Comes off the next repair when it is completed."),
        (
            HALF,
            APPROVED,
            {"applied_to_repair": OWN},
            "Waiting",
            "Comes off the repair of unit 4127 when it is completed.",
        ),
        (
            HALF,
            DONE,
            {"applied_to_repair": OWN, "amount_off": Decimal("17.50")},
            "Used",
            "$17.50 came off the repair of unit 4127.",
        ),
        (HALF, CANCELLED, {}, "Cancelled", "The 1,500 points are back."),
        (
            HALF,
            RedemptionStatus.REJECTED,
            {"reason": "Sold out."},
            "Declined",
            "Sold out. The 1,500 points are back.",
        ),
    ],
)
def test_a_redemption_says_what_becomes_of_it(
    kind: RewardKind, status: RedemptionStatus, fields: dict[str, Any], word: str, about: str
) -> None:
    (line,) = redemption_lines([RewardRedemption(kind=kind, status=status, points=1500, **fields)])
    assert (line.word, line.about) == (word, about)
