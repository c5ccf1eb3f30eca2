"""What the portal's pages show, read at a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, Max, OuterRef, Value, When
from django.urls import reverse

from apps.jobs.enums import JobStatus
from apps.jobs.models import Job
from apps.jobs.queries import open_tasks_of, with_progress
from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.portal_pages.rewards import label_with, reward_choice
from apps.repairs import viscosity
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.gallery import batch_gallery, photo_lines
from apps.repairs.glass import where_of
from apps.repairs.models import UNIT_NUMBER_LENGTH, Repair, RepairPhoto, Unit
from apps.repairs.pricing import Quote
from apps.repairs.queries import (
    photos_visible_to,
    quote_now,
    repair_history,
    resins_in_force,
    shown_repairs,
    unit_summary,
)
from apps.repairs.quotes import quotes_of
from apps.repairs.rules import allowed_moves, may_edit
from apps.repairs.wording import price_label, timeline
from apps.rewards_referrals.models import RewardRedemption
from apps.rewards_referrals.queries import reward_for, with_reward
from apps.technician_portal.signing import may_sign_now, offer_of, row_label
from apps.technicians.models import Technician
from apps.technicians.rules import technician_of
from core.keys import unit_key
from core.models import Customer, User
from core.shop import shop_settings
from core.templatetags.ui import money

Pictures = dict[int, list[RepairPhoto]]
# What "today" shows of each; the rest is one tap away, in the list.
MOST_OWN = 24
MOST_REQUESTED = 12
MOST_PLACES = 6
MOST_PAST = 10
MOST_SUGGESTED = 4
MOST_HANDED_OUT = 6
WORKING = (QueueStatus.IN_PROGRESS, QueueStatus.APPROVED, QueueStatus.PENDING)
PLAIN_MOVES = {QueueStatus.IN_PROGRESS, QueueStatus.COMPLETED}
NEXT_STEP = {
    QueueStatus.REQUESTED: (QueueStatus.APPROVED, "Take", "check"),
    QueueStatus.APPROVED: (QueueStatus.IN_PROGRESS, "Start", "play"),
}


@dataclass(frozen=True)
class Card:
    """A repair in a list, with its one next step, if it has one that is a single tap."""

    repair: Repair
    target: str = ""
    label: str = ""
    icon: str = ""
    is_of_other: bool = False
    place: str = ""
    price: str = ""


def dashboard_of(user: User) -> dict[str, Any]:
    """Own work first, then what anybody may take, then what is new."""
    technician = technician_of(user)
    own = own_work(user, technician)
    requests, queue = requests_for(user, technician)
    given = [card_of(user, repair) for repair in requests[:MOST_REQUESTED]]
    shown = own[:MOST_OWN]
    current = next((card for card in (*shown, *given) if card.label), None)
    return {
        "technician": technician,
        "current": current,
        "groups": grouped(card for card in shown if card is not current),
        "has_more_own": len(own) > MOST_OWN,
        "given": [card for card in given if card is not current],
        "has_more_given": len(requests) > MOST_REQUESTED,
        "queue": [card_of(user, repair) for repair in queue[:MOST_REQUESTED]],
        "has_more_requests": len(queue) > MOST_REQUESTED,
        "hand_out": _to_hand_out(user, [card.repair for card in own] + requests),
        "notices": notice_lines(notifications_of(user).filter(read_at=None)[:5], user),
    }


def _to_hand_out(user: User, repairs: Iterable[Repair]) -> list[RewardRedemption]:
    """What is ready for those whom one goes to anyway, the oldest first."""
    stops = {repair.customer_id for repair in repairs}
    rows = RewardRedemption.objects.visible_to(user).to_hand_out()
    theirs = rows.filter(reward__customer__in=stops).select_related("reward__customer")
    return list(theirs.order_by("pk")[:MOST_HANDED_OUT])


def resin_data() -> dict[str, Any]:
    """The table of resins, for the page's script and for who has none."""
    _, ranges = resins_in_force()
    return {"resins": viscosity.stored(ranges), "resin_lines": viscosity.in_words(ranges)}


def own_work(user: User, technician: Technician | None) -> list[Card]:
    """What they work on: in progress, then approved, then waiting for the customer; one more."""
    if technician is None:
        return []
    places = [When(queue_status=status, then=Value(nth)) for nth, status in enumerate(WORKING)]
    repairs = shown_repairs(user).filter(technician=technician, queue_status__in=WORKING)
    rows = repairs.order_by(Case(*places), "-repair_date", "-id")
    return [card_of(user, repair) for repair in rows[: MOST_OWN + 1]]


def requests_for(user: User, technician: Technician | None) -> tuple[list[Repair], list[Repair]]:
    """Requests given to this technician, and everybody else's; of each one more than is shown."""
    requests = shown_repairs(user).filter(queue_status=QueueStatus.REQUESTED)
    if technician is None:
        return [], list(requests[: MOST_REQUESTED + 1])
    others = requests.exclude(technician=technician)[: MOST_REQUESTED + 1]
    return list(requests.filter(technician=technician)[: MOST_REQUESTED + 1]), list(others)


def card_of(user: User, repair: Repair) -> Card:
    """The repair with its next step."""
    own = technician_of(user)
    is_of_other = repair.technician is not None and repair.technician != own
    if repair.queue_status == QueueStatus.IN_PROGRESS:
        return Card(repair, label="Finish", icon="check2-all", is_of_other=is_of_other)
    target, label, icon = NEXT_STEP.get(QueueStatus(repair.queue_status), ("", "", ""))
    if target not in allowed_moves(user, repair):
        return Card(repair, is_of_other=is_of_other)
    return Card(repair, target, label, icon, is_of_other)


def grouped(cards: Iterable[Card]) -> list[tuple[str, list[Card]]]:
    """Own work under its headings, empty ones left out."""
    headings = (
        ("In progress", QueueStatus.IN_PROGRESS),
        ("Approved, ready to start", QueueStatus.APPROVED),
        ("Waiting for the customer", QueueStatus.PENDING),
    )
    rows = list(cards)
    groups = [
        (heading, [card for card in rows if card.repair.queue_status == status])
        for heading, status in headings
    ]
    return [group for group in groups if group[1]]


def batch_page(user: User, rows: list[Repair]) -> dict[str, Any]:
    """The breaks found together: each with its price and next step, and what can be signed."""
    number = max(repair.break_number or 1 for repair in rows)
    offer = offer_of(rows)
    archive_url = reverse("technician_batch_photos", args=[rows[0].repair_batch_id])
    return {
        "customer": rows[0].customer,
        "units": sorted({repair.unit_number for repair in rows}),
        "cards": [
            replace(
                card_of(user, repair),
                place=row_label(repair, number),
                price=_price(repair, offer.quotes[repair.pk].amount),
            )
            for repair in rows
        ],
        "number": number,
        "offer": offer,
        "photos": batch_gallery(user, rows, url_name="technician_photo", archive_url=archive_url),
    }


def _price(repair: Repair, quoted: Decimal) -> str:
    if repair.priced_at is not None:
        return money(repair.discounted_cost)
    return "" if repair.queue_status == QueueStatus.DENIED else f"at most {money(quoted)}"


@dataclass(frozen=True)
class Past:
    """An earlier repair of a unit as whoever works on it may know it."""

    repair: Repair
    where: str
    photos: list[dict[str, Any]]


def unit_history_of(others: Iterable[Repair], photos: Pictures) -> list[Past]:
    """The unit's other repairs, whoever did them: no prices, no notes."""
    return [
        Past(
            other,
            where_of(other.damage_x, other.damage_y),
            photo_lines(photos[other.pk], url_name="technician_photo"),
        )
        for other in others
    ]


def _pictures(user: User, repairs: Iterable[Repair]) -> Pictures:
    """The pictures that this person may see, by repair."""
    found: Pictures = defaultdict(list)
    for photo in photos_visible_to(user).filter(repair__in=repairs):
        found[photo.repair_id].append(photo)
    return found


def _quote(repair: Repair) -> Quote | None:
    if repair.queue_status == QueueStatus.DENIED:
        return None
    if repair.priced_at is not None:
        return quote_now(repair)
    return quotes_of(repair.customer, [repair])[repair.pk]


def repair_page(user: User, repair: Repair) -> dict[str, Any]:
    """One repair: the next step, the price explained, pictures, its history and the unit's."""
    others = list(unit_summary(repair.unit_id).exclude(pk=repair.pk)[:MOST_PAST])
    pictures = _pictures(user, [repair, *others])
    photos = pictures[repair.pk]
    has_after = any(photo.kind == PhotoKind.AFTER for photo in photos)
    is_own = may_edit(user, repair)
    moves = allowed_moves(user, repair)
    is_requested = repair.queue_status == QueueStatus.REQUESTED
    plain = PLAIN_MOVES | ({QueueStatus.APPROVED} if is_requested else set())
    price, reward = _quote(repair), reward_for(repair)
    choice = reward_choice(user, repair, reward)
    return {
        "repair": repair,
        # What is agreed to is the price; a reward comes off what is charged in the end.
        "price": price,
        "quote": price and with_reward(price, reward),
        "reward": choice,
        "price_label": label_with(choice, price_label(repair)),
        "photos": photo_lines(
            photos,
            url_name="technician_photo",
            archive_url=reverse("repair_photos", args=[repair.pk]),
        ),
        "needs_after_photo": shop_settings().require_after_photo and not has_after,
        "timeline": timeline(repair_history(user, repair)),
        "unit_history": unit_history_of(others, pictures),
        "where": where_of(repair.damage_x, repair.damage_y),
        "may_sign": may_sign_now([repair]),
        "moves": moves,
        "next_is_take": is_requested and QueueStatus.APPROVED in moves,
        "has_other_moves": bool(set(moves) - plain),
        "may_edit": is_own and repair.voided_at is None,
        "sees_contact": is_own,
        "jobs": jobs_of(user, repair),
    }


@dataclass(frozen=True)
class RepairJobs:
    """The jobs of a repair, as its technician sees them.

    Attributes:
        own: Those that the reader sees, with how far they are.
        others: Open ones of somebody else, which hold the repair up.
    """

    own: list[Any]
    others: list[Any]

    @property
    def is_open(self) -> bool:
        """Whether one of the reader's own is open, so that finishing the repair finishes it too."""
        return any(job.is_open for job in self.own)

    @property
    def open_tasks(self) -> int:
        """How many tasks of those are open."""
        return open_tasks_of(self.own)


def jobs_of(user: User, repair: Repair) -> RepairJobs:
    """The jobs of a repair; one statement."""
    seen = Job.objects.visible_to(user).filter(pk=OuterRef("pk"))
    rows = Job.objects.filter(repair=repair).exclude(status=JobStatus.CANCELLED)
    jobs = list(with_progress(rows).annotate(is_seen=Exists(seen)).order_by("pk"))
    return RepairJobs(
        [job for job in jobs if job.is_seen],
        [job for job in jobs if job.is_open and not job.is_seen],
    )


@dataclass(frozen=True)
class Place:
    """A customer and the place of theirs where this technician worked."""

    customer_id: int
    customer: str
    site_id: int | None
    site: str


def recent_places(user: User) -> list[Place]:
    """Where this technician worked, the last place first."""
    rows = (
        Repair.objects.filter(technician__user=user)
        .filter(customer__is_active=True, customer__merged_into=None)
        .exclude(site__is_active=False)
        .values("customer_id", "customer__name", "site_id", "site__name")
        .annotate(last=Max("repair_date"))
        .order_by("-last")[:MOST_PLACES]
    )
    return [
        Place(row["customer_id"], row["customer__name"], row["site_id"], row["site__name"] or "")
        for row in rows
    ]


def suggested_units(customer: Customer, text: str) -> list[dict[str, str]]:
    """The first few units of the customer whose number begins so, with what kind of vehicle.

    A private person's few are told at once, a fleet's only by their first digit.
    """
    key = unit_key(text[:UNIT_NUMBER_LENGTH])
    if not key and customer.is_company:
        return []
    units = Unit.objects.in_use().filter(customer=customer, number_key__startswith=key)
    rows = units.order_by("number_key").values("number", "year", "make", "model")
    return [
        {
            "number": row["number"],
            "vehicle": " ".join(str(row[part]) for part in ("year", "make", "model") if row[part]),
        }
        for row in rows[:MOST_SUGGESTED]
    ]
