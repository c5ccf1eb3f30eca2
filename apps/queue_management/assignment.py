"""Who gets a repair: the able technician with the least active work (DOMAIN, section 4)."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from apps.queue_management.models import (
    Assignment,
    AssignmentRule,
    DamageTypeSkill,
    PreferredTechnician,
    TechnicianWorkload,
)
from apps.queue_management.workload import ensure_rows
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.clock import day_bounds
from core.models import Site, User
from core.places import look_up_zip
from core.shop import shop_today, shop_zone

PREFERENCE_MARGIN = 2
# While a row is locked by somebody else's request, one that is busier by at most this is as good:
# it keeps the busiest and the idlest within two of each other after a burst.
SKIP_MARGIN = 1
# More than ever ask at once; how many of the least loaded are tried before waiting.
FEW = 32
EARTH_RADIUS_MILES = 3958.8


@dataclass(frozen=True)
class Choice:
    """A technician and why; ``load`` is their open work before this."""

    technician_id: int
    rule: AssignmentRule
    load: int
    skill: str = ""


def needed_skill(damage_types: Iterable[str]) -> list[DamageTypeSkill]:
    """The skills that these types of damage ask for."""
    rows = DamageTypeSkill.objects.filter(damage_type__in=set(damage_types))
    return list(rows.select_related("skill"))


def able_technicians(skills: Iterable[DamageTypeSkill]) -> QuerySet[Technician]:
    """Active, neither off nor out today, with every skill asked for."""
    able: QuerySet[Technician] = Technician.objects.working(shop_today())
    for row in skills:
        able = able.filter(expertise=row.skill)
    return able


def choose(*, customer_id: int, site_id: int | None, damage_types: Iterable[str]) -> Choice | None:
    """Choose a technician for new work and lock their counter; ``None`` when nobody is able."""
    skills = needed_skill(damage_types)
    technicians = able_technicians(skills)
    named = ", ".join(sorted({row.skill.name for row in skills}))
    while loads := _loads(technicians):
        rule, row = _choose_row(loads, customer_id, site_id)
        # Some go away while we wait for the counter; whoever goes away holds it (release_work).
        if technicians.filter(pk=row.pk).exists():
            return Choice(row.pk, rule, row.active_count, named)
    return None


def _choose_row(
    loads: dict[int, int], customer_id: int, site_id: int | None
) -> tuple[AssignmentRule, TechnicianWorkload]:
    at_site = _on_site_today(site_id) if site_id is not None else None
    if at_site in loads:
        return AssignmentRule.SAME_SITE, _lock_one(at_site)
    preferred = PreferredTechnician.objects.filter(customer_id=customer_id).first()
    favourite = preferred.technician_id if preferred else None
    if favourite in loads and loads[favourite] <= min(loads.values()) + PREFERENCE_MARGIN:
        return AssignmentRule.PREFERRED, _lock_one(favourite)
    return AssignmentRule.LEAST_LOAD, _lock_least(loads)


def _loads(technicians: QuerySet[Technician]) -> dict[int, int]:
    loads: dict[int, int | None] = dict(technicians.values_list("pk", "workload__active_count"))
    if missing := [pk for pk, load in loads.items() if load is None]:
        ensure_rows(missing)
    return {pk: load or 0 for pk, load in loads.items()}


def _lock_one(technician_id: int) -> TechnicianWorkload:
    return TechnicianWorkload.objects.select_for_update(no_key=True).get(pk=technician_id)


def _lock_least(loads: dict[int, int]) -> TechnicianWorkload:
    """Lock the least loaded of the able, passing over rows that another request holds.

    Only a row within ``SKIP_MARGIN`` of the least may be taken in passing; when the first few of
    those are held, wait for all the able in the order of ids and choose exactly.
    """
    limit = min(loads.values()) + SKIP_MARGIN
    near = sorted((load, pk) for pk, load in loads.items() if load <= limit)[:FEW]
    rows = TechnicianWorkload.objects.filter(pk__in=[pk for _, pk in near])
    free = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
    least = free.filter(active_count__lte=limit).order_by("active_count", "pk").first()
    return least or _lock_all(list(loads))


def _lock_all(able: list[int]) -> TechnicianWorkload:
    locked = TechnicianWorkload.objects.select_for_update(no_key=True).filter(pk__in=able)
    return min(locked.order_by("pk"), key=lambda row: (row.active_count, row.pk))


def _on_site_today(site_id: int) -> int | None:
    newest = given_today([site_id]).order_by("-id")
    return newest.values_list("technician_id", flat=True).first()


def given_today(site_ids: Collection[int]) -> QuerySet[Repair]:
    """Open rows of today's batches at these sites that somebody has: who is there, does more."""
    start, end = day_bounds(shop_today(), shop_zone())
    return Repair.objects.open().filter(
        site_id__in=site_ids,
        repair_batch__created_at__gte=start,
        repair_batch__created_at__lt=end,
        technician__isnull=False,
    )


def lock_workloads(technician_ids: Iterable[int]) -> None:
    """Lock these counters in the order of ids, before a use case moves several of them."""
    ids = set(technician_ids)
    ensure_rows(ids)
    list(
        TechnicianWorkload.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    )


def load_of(technician_id: int) -> int:
    """A technician's open work, for information."""
    return _loads(Technician.objects.filter(pk=technician_id))[technician_id]


def write_down(
    *,
    repairs: Iterable[Repair],
    choice: Choice,
    actor: User,
) -> None:
    """Keep why each repair went to the technician chosen."""
    technician = Technician.objects.get(pk=choice.technician_id)
    Assignment.objects.bulk_create(
        Assignment(
            repair=repair,
            technician=technician,
            rule=choice.rule,
            load=choice.load,
            skill=choice.skill,
            distance_miles=distance_miles(technician.home_zip, repair.site),
            assigned_by=actor,
        )
        for repair in repairs
    )


def distance_miles(home_zip: str, site: Site | None) -> Decimal | None:
    """As the crow flies from a technician's home ZIP to a site; for information only."""
    home = look_up_zip(home_zip) if home_zip else None
    if home is None or site is None:
        return None
    corners = (home.latitude, home.longitude, site.latitude, site.longitude)
    known = [math.radians(degrees) for degrees in corners if degrees is not None]
    if len(known) < len(corners):
        return None
    here, home_meridian, there, site_meridian = known
    across = site_meridian - home_meridian
    a = math.sin((there - here) / 2) ** 2
    a += math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return Decimal(2 * EARTH_RADIUS_MILES * math.asin(math.sqrt(a))).quantize(Decimal("0.1"))
