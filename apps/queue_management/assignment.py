"""Who gets a repair: the able technician with the least active work (DOMAIN, section 4)."""

import datetime as dt
import math
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.db.models import F, QuerySet

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
from core.compiled import Row, compiled_row, compiled_rows
from core.models import Site, User
from core.places import look_up_zip
from core.shop import shop_today, shop_zone

PREFERENCE_MARGIN = 2
# While a row is locked by somebody else's request, one that is busier by at most this is as good:
# it keeps the busiest and the idlest within two of each other after a burst.
SKIP_MARGIN = 1
EARTH_RADIUS_MILES = 3958.8


@dataclass(frozen=True)
class Choice:
    """A technician and why; ``load`` is their open work before this."""

    technician_id: int
    rule: AssignmentRule
    load: int
    skill: str = ""


@dataclass(frozen=True)
class Able:
    """Who may be given work of one kind on one day; each read keeps its statement."""

    skills: tuple[int, ...]
    day: dt.date

    def loads(self) -> dict[int, int]:
        """The open work of each of them."""
        return _loads(("loads", self), lambda: able_technicians(self.skills, self.day))

    def have(self, technician_id: int) -> bool:
        """Whether this one is among them, looked at anew."""

        def this_one(pk: int) -> "QuerySet[Technician, Any]":
            return able_technicians(self.skills, self.day).filter(pk=pk).values("pk")

        return compiled_row(("have", self), this_one, technician_id) is not None

    def lock_least(self, limit: int) -> Row | None:
        """Lock the least loaded whom nobody holds, and who has no more than ``limit``."""

        def free(limit: int) -> "QuerySet[TechnicianWorkload, Any]":
            able = able_technicians(self.skills, self.day).values("pk")
            rows = TechnicianWorkload.objects.filter(pk__in=able, active_count__lte=limit)
            locked = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
            return locked.order_by("active_count", "pk").values("pk", "active_count")

        return compiled_row(("least", self), free, limit)


def able_technicians(skills: Iterable[int], day: dt.date) -> QuerySet[Technician]:
    """Active, neither off nor out that day, with every skill asked for (ids)."""
    able: QuerySet[Technician] = Technician.objects.working(day)
    for skill in skills:
        able = able.filter(expertise=skill)
    return able


def choose(*, customer_id: int, site_id: int | None, damage_types: Iterable[str]) -> Choice | None:
    """Choose a technician for new work and lock their counter; ``None`` when nobody is able."""
    needed = _needed(damage_types)
    able = Able(tuple(sorted({row["skill"] for row in needed})), shop_today())
    may_wait = False
    while loads := able.loads():
        savepoint = transaction.savepoint()
        rule, row = _choose_row(able, loads, customer_id, site_id, may_wait=may_wait)
        # Some go away while we wait for the counter; whoever goes away holds it (release_work).
        if row is not None and able.have(row["pk"]):
            transaction.savepoint_commit(savepoint)
            named = ", ".join(sorted({each["name"] for each in needed}))
            return Choice(row["pk"], rule, row["active_count"], named)
        # Who would wait for a counter while holding another, out of the order of ids, deadlocks:
        # all are let go before the next try, also those that were locked and then found busier.
        transaction.savepoint_rollback(savepoint)
        may_wait = row is None
    return None


def _needed(damage_types: Iterable[str]) -> list[Row]:
    """The skills that these types of damage ask for."""
    types = tuple(sorted(set(damage_types)))

    def rows() -> "QuerySet[DamageTypeSkill, Any]":
        return DamageTypeSkill.objects.filter(damage_type__in=types).values(
            "skill", name=F("skill__name")
        )

    return compiled_rows(("needed", types), rows)


def _choose_row(
    able: Able, loads: dict[int, int], customer_id: int, site_id: int | None, *, may_wait: bool
) -> tuple[AssignmentRule, Row | None]:
    """Who it should be, locked; no row where all near the least are held and it may not wait."""
    at_site = _on_site_today(site_id) if site_id is not None else None
    if at_site in loads:
        return AssignmentRule.SAME_SITE, _lock_one(at_site)
    favourite = _preferred(customer_id)
    least = min(loads.values())
    if favourite in loads and loads[favourite] <= least + PREFERENCE_MARGIN:
        return AssignmentRule.PREFERRED, _lock_one(favourite)
    # When those near the least are all held, wait for all the able and choose exactly.
    row = _lock_all(loads) if may_wait else able.lock_least(least + SKIP_MARGIN)
    return AssignmentRule.LEAST_LOAD, row


def _preferred(customer_id: int) -> int | None:
    def of(pk: int) -> "QuerySet[PreferredTechnician, Any]":
        return PreferredTechnician.objects.filter(customer_id=pk).values("technician")

    found = compiled_row("preferred", of, customer_id)
    return found["technician"] if found else None


def _loads(key: Hashable, build: "Callable[[], QuerySet[Technician]]") -> dict[int, int]:
    rows = compiled_rows(key, lambda: build().values("pk", load=F("workload__active_count")))
    if missing := [row["pk"] for row in rows if row["load"] is None]:
        ensure_rows(missing)
    return {row["pk"]: row["load"] or 0 for row in rows}


def _lock_one(technician_id: int) -> Row:
    def one(pk: int) -> "QuerySet[TechnicianWorkload, Any]":
        rows = TechnicianWorkload.objects.select_for_update(no_key=True).filter(pk=pk)
        return rows.values("pk", "active_count")

    return cast("Row", compiled_row("lock", one, technician_id))


def _lock_all(able: Iterable[int]) -> Row:
    locked = TechnicianWorkload.objects.select_for_update(no_key=True).filter(pk__in=list(able))
    rows: QuerySet[TechnicianWorkload, Any] = locked.order_by("pk").values("pk", "active_count")
    return min(rows, key=lambda row: (row["active_count"], row["pk"]))


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
    rows = Technician.objects.filter(pk=technician_id).values_list("workload__active_count")
    return rows.get()[0] or 0


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
