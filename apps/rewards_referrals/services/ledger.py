"""The one place where points move: entries, and the balance they leave, behind a lock."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from apps.audit.recorder import change, record, snapshot
from apps.repairs.models import Repair
from apps.rewards_referrals.enums import EntryKind
from apps.rewards_referrals.models import Reward, RewardEntry
from core.clock import now
from core.models import Customer, User
from core.rules import membership


@dataclass(frozen=True)
class Posting:
    """What one entry is to say; its place and the balance after it are found when it is written.

    Attributes:
        kind: Why the points move.
        points: How many, less than 0 when they go.
        source: What they come from; the same kind and source are written once, ever.
    """

    kind: EntryKind
    points: int
    source: str
    repair: Repair | None = None
    number: int | None = None
    reverses: RewardEntry | None = None
    reason: str = ""


def open_account(customer: Customer, *, completed: int) -> Reward:
    """The customer's account, made when there is none; the caller has locked the customer.

    Args:
        customer: Whose it is.
        completed: How many repairs count already, should it be new; their milestones are past.
    """
    account, _ = Reward.objects.get_or_create(
        customer=customer, defaults={"completed": completed, "milestone": completed}
    )
    return account


def locked_accounts(
    *customer_ids: int, or_of: QuerySet[Any, Any] | None = None
) -> dict[int, Reward]:
    """The accounts that exist of these customers, by customer, locked in the order of their ids.

    Args:
        customer_ids: Whose.
        or_of: A statement that finds further customers, read in the same one.
    """
    rows = Reward.objects.select_for_update(no_key=True, of=("self",))
    wanted = Q(customer_id__in=set(customer_ids))
    if or_of is not None:
        wanted |= Q(customer_id__in=or_of)
    rows = rows.filter(wanted).select_related("customer").order_by("pk")
    return {row.customer_id: row for row in rows}


def post(
    *, actor: User, account: Reward, postings: Sequence[Posting], verb: str, note: str = ""
) -> list[RewardEntry]:
    """Write entries to a locked account, in order, and the balance and counts they leave.

    Also stores the account's other counts, which the caller may have changed; two statements.

    Raises:
        IntegrityError: A source was written before, or what goes out is not covered.
    """
    before = snapshot(account)
    position, balance = account.entry_count, account.points
    at, member = now(), membership(actor)
    entries = []
    for posting in postings:
        position, balance = position + 1, balance + posting.points
        entries.append(
            RewardEntry(
                reward=account,
                position=position,
                kind=posting.kind,
                points=posting.points,
                balance_after=balance,
                source=posting.source,
                number=posting.number,
                reverses=posting.reverses,
                repair=posting.repair,
                customer_user=member,
                actor=actor,
                reason=posting.reason[:300],
                at=at,
            )
        )
    RewardEntry.objects.bulk_create(entries)
    account.points, account.entry_count = balance, position
    store_counts(account)
    told = [change("entry", None, f"{e.get_kind_display()}: {e.points:+d}") for e in entries]
    record(
        actor=actor,
        verb=verb,
        target=account,
        before=before,
        changes=told,
        note=note,
    )
    return entries


def store_counts(account: Reward) -> None:
    """Store what a locked account counts, and the balance that its entries have left."""
    Reward.objects.filter(pk=account.pk).write_balance(
        points=account.points,
        entry_count=account.entry_count,
        completed=account.completed,
        milestone=account.milestone,
        waiting=account.waiting,
    )


def reversal_of(entry: RewardEntry, reason: str) -> Posting:
    """What takes an entry back, once."""
    return Posting(
        EntryKind.REVERSAL,
        -entry.points,
        f"entry:{entry.pk}",
        repair=entry.repair,
        reverses=entry,
        reason=reason,
    )
