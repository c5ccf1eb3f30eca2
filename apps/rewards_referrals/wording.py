"""Points and rewards in words, for people who read no ledger."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.repairs.models import Repair
from apps.repairs.pricing import ordinal
from apps.rewards_referrals.enums import EntryKind, RedemptionStatus
from apps.rewards_referrals.models import RewardEntry, RewardRedemption

# Read by the customer and by the office alike.
PLAIN = {
    EntryKind.REFERRER: "A referred customer had a first repair",
    EntryKind.REFERRED: "Welcome by a referral code",
    EntryKind.EXPIRY: "Expired",
    EntryKind.MOVED: "Moved when two customers were merged",
}
WITH_REASON = {
    EntryKind.REDEMPTION: "Redeemed",
    EntryKind.RETURN: "Given back",
    EntryKind.REVERSAL: "Taken back",
    EntryKind.ADJUSTMENT: "Corrected by the shop",
}


@dataclass(frozen=True)
class EntryLine:
    """One entry of the ledger; ``repair`` is told only where it is the account's own."""

    entry: RewardEntry
    text: str
    repair: Repair | None


@dataclass(frozen=True)
class RedemptionLine:
    """A redemption: where it stands in a word with its icon, and what that means."""

    redemption: RewardRedemption
    word: str
    icon: str
    about: str


def entry_lines(entries: Iterable[RewardEntry]) -> list[EntryLine]:
    """Entries as ``entries_of`` reads them, in their order."""
    return [EntryLine(entry, entry_text(entry), _own_repair(entry)) for entry in entries]


def entry_text(entry: RewardEntry) -> str:
    """How these points came or went."""
    kind, repair = EntryKind(entry.kind), _own_repair(entry)
    if kind == EntryKind.REPAIR:
        return f"Repair of unit {repair.unit_number}" if repair else "A repair"
    if kind == EntryKind.MILESTONE:
        return f"The {ordinal(entry.number or 0)} completed repair"
    if kind in PLAIN:
        return PLAIN[kind]
    words = f"{WITH_REASON[kind]}: {entry.reason}"
    is_named = kind == EntryKind.REVERSAL and repair is not None
    return f"{words}, unit {repair.unit_number}" if is_named and repair else words


def _own_repair(entry: RewardEntry) -> Repair | None:
    """A referrer's points came by the repair of somebody else, whose business it is."""
    repair = entry.repair
    is_own = repair is not None and repair.customer_id == entry.reward.customer_id
    return repair if is_own else None


def redemption_lines(redemptions: Iterable[RewardRedemption]) -> list[RedemptionLine]:
    """Redemptions as ``redemptions_of`` reads them, in their order."""
    return [RedemptionLine(each, *_state(each), where_it_is(each)) for each in redemptions]


def _state(redemption: RewardRedemption) -> tuple[str, str]:
    status = RedemptionStatus(redemption.status)
    if status == RedemptionStatus.FULFILLED:
        return ("Used" if redemption.is_discount else "Handed out"), "check2-all"
    if status == RedemptionStatus.APPROVED and not redemption.is_discount:
        return "Ready", "check"
    if redemption.is_waiting:
        return "Waiting", "hourglass"
    return ("Declined" if status == RedemptionStatus.REJECTED else "Cancelled"), "x"


def where_it_is(redemption: RewardRedemption) -> str:
    """What becomes, or became, of it; nothing of what was handed out."""
    if redemption.is_waiting:
        return _what_it_waits_for(redemption)
    if redemption.status == RedemptionStatus.FULFILLED:
        repair = redemption.applied_to_repair
        if repair is None:
            return ""
        return f"${redemption.amount_off} came off the repair of unit {repair.unit_number}."
    back = f"The {redemption.points:,} points are back."
    return f"{redemption.reason.rstrip('.')}. {back}" if redemption.reason else back


def _what_it_waits_for(redemption: RewardRedemption) -> str:
    if redemption.is_discount:
        repair = redemption.applied_to_repair
        where = f"the repair of unit {repair.unit_number}" if repair else "the next repair"
        return f"Comes off {where} when it is completed."
    if redemption.status == RedemptionStatus.APPROVED:
        return "The next technician who comes, or the office, hands it out."
    return "The office gets it ready."
