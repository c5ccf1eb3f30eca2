"""What the portal's pages show, read at a constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.template.defaultfilters import pluralize
from django.urls import reverse

from apps.audit.queries import history_of
from apps.jobs.queries import counts_of_open, jobs_of_repair, open_tasks_of, shown_jobs
from apps.people.queries import waiting
from apps.people.rules import customers_visible_to, join_requests_visible_to
from apps.portal_pages.rewards import reward_choice
from apps.queue_management.models import Assignment
from apps.queue_management.suggestions import Suggestion, suggest
from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.gallery import batch_gallery, photo_lines
from apps.repairs.glass_map import glass_map
from apps.repairs.models import Repair, RepairBatch, Unit, UnitRepairCount
from apps.repairs.queries import (
    photos_visible_to,
    quote_now,
    repair_history,
    repair_list,
    shown_repairs,
    spot_approval_of,
)
from apps.repairs.quotes import quotes_for_new
from apps.repairs.rules import allowed_moves
from apps.repairs.wording import timeline
from apps.rewards_referrals.queries import reward_for, with_reward
from apps.scheduling.queries import visits_for
from apps.technicians.models import Technician
from core.models import Customer, User
from core.rules import is_admin
from core.shop import today_here

SHOWN = 25
MOST_REPAIRS = 50
FIRST = 5


@dataclass(frozen=True)
class Unassigned:
    """A repair that nobody has, and whom the office would best give it to."""

    repair: Repair
    suggestion: Suggestion
    selected: int | None


def today(user: User) -> dict[str, Any]:
    """What needs the office, who carries how much, what happened last."""
    repairs = repair_list(user)
    office = is_admin(user)
    return {
        "counts": _counts(repairs),
        "jobs": counts_of_open(user, today_here()),
        "is_office": office,
        "unassigned": needs_assignment(user).order_by("id")[:FIRST] if office else [],
        "unconfirmed": _unconfirmed(user)[:SHOWN] if office else [],
        "join_requests": waiting(join_requests_visible_to(user))[:SHOWN] if office else [],
        "technicians": technicians()[:SHOWN] if office else [],
        "recent": shown_repairs(user).filter(queue_status__in=OPEN_STATUSES)[:10],
    }


def _counts(repairs: QuerySet[Repair]) -> dict[str, int]:
    """How many open ones there are by status, and how many that nobody has.

    An index of its own answers it without the rows (``repair_open_idx``).
    """
    counted = repairs.filter(queue_status__in=OPEN_STATUSES).order_by().values_list("queue_status")
    rows = list(counted.annotate(number=Count("*"), given=Count("technician")))
    counts = {status.lower(): number for status, number, _ in rows}
    return counts | {"unassigned": sum(number - given for _, number, given in rows)}


def needs_assignment(user: User) -> QuerySet[Repair]:
    """Open repairs without a technician."""
    return repair_list(user).filter(technician=None, queue_status__in=OPEN_STATUSES)


def with_suggestions(rows: Sequence[Repair], chosen: Mapping[int, int]) -> list[Unassigned]:
    """Each with a suggestion, those too that nobody is able to do; what was chosen stays chosen."""
    suggestions = suggest(rows)
    return [_row(repair, suggestions[repair.pk], chosen) for repair in rows]


def _row(repair: Repair, suggestion: Suggestion, chosen: Mapping[int, int]) -> Unassigned:
    best = suggestion.technician.pk if suggestion.technician else None
    return Unassigned(repair, suggestion, chosen.get(repair.pk, best))


def _unconfirmed(user: User) -> QuerySet[Customer]:
    return customers_visible_to(user).filter(is_confirmed=False, merged_into=None, is_active=True)


def technicians() -> QuerySet[Technician]:
    """Technicians with their load, the busiest last; ``is_out`` is today's."""
    return (
        Technician.objects.filter(is_active=True, user__is_active=True)
        .select_related("user", "workload")
        .prefetch_related("expertise")
        .annotate(is_out_today=ExpressionWrapper(Q(out_on=today_here()), BooleanField()))
        .order_by("workload__active_count", "id")
    )


def repair_page(user: User, repair: Repair) -> dict[str, Any]:
    """One repair: price, pictures, history, assignments, what may be done."""
    is_office = is_admin(user)
    moves = allowed_moves(user, repair) if is_office else []
    photos = photos_visible_to(user).filter(repair=repair) if is_office else ()
    jobs = list(jobs_of_repair(user, repair))
    reward = reward_for(repair)
    quote = None if repair.queue_status == QueueStatus.DENIED else quote_now(repair)
    return {
        "repair": repair,
        "is_office": is_office,
        "quote": quote and with_reward(quote, reward),
        "reward": reward_choice(user, repair, reward) if is_office else None,
        "price_label": _price_label(repair),
        "photos": photo_lines(
            photos,
            url_name="office_photo",
            archive_url=reverse("office_repair_photos", args=[repair.pk]),
        ),
        "timeline": timeline(repair_history(user, repair)),
        "jobs": jobs,
        "visits": visits_for(user, repair=repair) if is_office else [],
        "assignments": _assignments(repair) if is_office else [],
        "spot": spot_approval_of(repair) if is_office else None,
        "moves": moves,
        "easy_moves": _easy_moves(repair, moves, jobs),
    }


class EasyMove(NamedTuple):
    """A move that takes one press; the others ask for a reason or a confirmation."""

    status: str
    label: str
    finish_tasks: str = ""


def _easy_moves(repair: Repair, moves: list[str], jobs: list[Any]) -> list[EasyMove]:
    easy = {QueueStatus.IN_PROGRESS: "Start", QueueStatus.COMPLETED: "Complete"}
    if repair.queue_status == QueueStatus.REQUESTED:
        easy[QueueStatus.APPROVED] = "Approve"
    if repair.is_open:
        easy[QueueStatus.PENDING] = "Ask the customer"
    found = {move: EasyMove(move, easy[QueueStatus(move)]) for move in moves if move in easy}
    if QueueStatus.COMPLETED in found and any(job.is_open for job in jobs):
        tasks = open_tasks_of(jobs)
        label = f"Finish {tasks} task{pluralize(tasks)} and the repair"
        found[QueueStatus.COMPLETED] = EasyMove(QueueStatus.COMPLETED.value, label, "on")
    return list(found.values())


def _price_label(repair: Repair) -> str:
    if repair.voided_at is not None:
        return "Voided, not charged"
    return "Charged" if repair.priced_at is not None else "If completed now"


def _assignments(repair: Repair) -> QuerySet[Assignment]:
    return repair.assignments.select_related("technician__user", "assigned_by")[:10]


def batch_page(user: User, batch: RepairBatch) -> dict[str, Any]:
    """The rows of a batch, what they come to, what waits."""
    rows = list(repair_list(user).filter(repair_batch=batch).order_by("break_number"))
    waiting = [row for row in rows if row.queue_status == QueueStatus.PENDING]
    offered = [row.offered_amount for row in waiting if row.offered_amount is not None]
    return {
        "batch": batch,
        "repairs": rows,
        "waiting": waiting,
        "at_most": sum(offered, Decimal("0.00")),
        "is_office": is_admin(user),
        "photos": batch_gallery(
            user,
            rows,
            url_name="office_photo",
            archive_url=reverse("office_batch_photos", args=[batch.pk]),
        ),
    }


def customer_page(user: User, customer: Customer) -> dict[str, Any]:
    """One customer: places, people, last repairs, history."""
    return {
        "customer": customer,
        "is_office": is_admin(user),
        "sites": customer.sites.order_by("-is_active", "-is_default", "name", "id"),
        "members": customer.members.select_related("user").order_by("-is_primary_contact", "id"),
        "units": customer.units.in_use().count(),
        "repairs": repair_list(user).filter(customer=customer)[:10],
        "jobs": shown_jobs(user, today_here()).filter(customer=customer).order_by("-id")[:FIRST],
        "timeline": timeline(history_of(customer, public_only=not is_admin(user))),
    }


def unit_page(user: User, unit: Unit) -> dict[str, Any]:
    """One vehicle: what the next repair costs, what was done."""
    (next_quote,) = quotes_for_new(unit.customer, [unit.number])
    counter = UnitRepairCount.objects.filter(unit=unit).first()
    repairs = list(repair_list(user).filter(unit=unit)[:MOST_REPAIRS])
    is_office = is_admin(user)
    return {
        "unit": unit,
        "is_office": is_office,
        "count": counter.count if counter else 0,
        "replaced_at": counter.windshield_replaced_at if counter else None,
        "next_quote": next_quote,
        "repairs": repairs,
        **(glass_map(user, repairs, photo_page="office_photo") if is_office else {}),
        "timeline": timeline(history_of(unit, public_only=not is_office)),
    }
