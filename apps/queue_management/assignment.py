"""Who gets a repair: the able technician with the least active work (DOMAIN, section 4)."""

import datetime as dt
import math
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django.db import transaction
from django.db.models import F, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.queue_management.models import (
    Assignment,
    AssignmentRule,
    DamageTypeSkill,
    TechnicianWorkload,
)
from apps.queue_management.workload import ensure_rows
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.clock import day_bounds, local_date
from core.compiled import Row, compiled_row, compiled_rows
from core.models import Customer, Site, User
from core.places import look_up_zip
from core.shop import newest_zone, shop_today, shop_zone

PREFERENCE_MARGIN = 2
# While a row is locked by somebody else's request, one that is busier by at most this is as good:
# it keeps the busiest and the idlest within two of each other after a burst.
SKIP_MARGIN = 1
UNCOUNTED = -SKIP_MARGIN - 1
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

    def lock_least(self) -> Row | None:
        """Lock the least loaded whom nobody holds; nobody who is busier by more than the margin.

        Nobody also while one of them has no counter yet, which ``loads`` makes.
        """

        def free() -> "QuerySet[TechnicianWorkload, Any]":
            able = able_technicians(self.skills, self.day)
            counted = able.annotate(load=Coalesce(F("workload__active_count"), UNCOUNTED))
            least = Subquery(counted.order_by("load").values("load")[:1])
            rows = TechnicianWorkload.objects.filter(
                pk__in=able.values("pk"), active_count__lte=least + SKIP_MARGIN
            )
            locked = rows.select_for_update(no_key=True, skip_locked=True, of=("self",))
            return locked.order_by("active_count", "pk").values("pk", "active_count")[:1]

        found = compiled_rows(("least", self), free)
        return found[0] if found else None


def able_technicians(skills: Iterable[int], day: dt.date) -> QuerySet[Technician]:
    """Active, neither off nor out that day, with every skill asked for (ids)."""
    able: QuerySet[Technician] = Technician.objects.working(day)
    for skill in skills:
        able = able.filter(expertise=skill)
    return able


def skills_for(damage_type: str) -> list[int]:
    """The skills (ids) that a type of damage asks for; one statement."""
    asks = DamageTypeSkill.objects.filter(damage_type=damage_type)
    return list(asks.values_list("skill", flat=True))


def choose(*, customer_id: int, site_id: int | None, damage_types: Iterable[str]) -> Choice | None:
    """Choose a technician for new work and lock their counter; ``None`` when nobody is able."""
    types = tuple(sorted(set(damage_types)))
    asked = _asked(customer_id, types)
    needed = {asked[f"skill_{n}"]: asked[f"name_{n}"] for n in range(len(types))}
    needed.pop(None, None)
    able = Able(tuple(sorted(needed)), local_date(asked["zone"]))
    wishes = (_on_site_today(site_id), asked["favourite"])
    rule, row = AssignmentRule.LEAST_LOAD, None
    if wishes == (None, None):
        row = _held(able, able.lock_least)
    # Somebody is wished for, or those near the least are all held: look at everybody's load.
    while row is None and (loads := able.loads()):
        rule, wished = _wished(loads, *wishes)
        if wished is not None:
            row = _held(able, partial(_lock_one, wished))
        else:
            row = _held(able, able.lock_least) or _held(able, partial(_lock_all, loads))
    if row is None:
        return None
    return Choice(row["pk"], rule, row["active_count"], ", ".join(sorted(needed.values())))


def _asked(customer_id: int, types: tuple[str, ...]) -> Row:
    """The shop's zone, whom the customer prefers, and which skill each type of damage asks for."""

    def of(pk: int) -> "QuerySet[Customer, Any]":
        columns: dict[str, Any] = {
            "favourite": F("preferred_technician__technician"),
            "zone": newest_zone(),
        }
        for n, damage_type in enumerate(types):
            asks = DamageTypeSkill.objects.filter(damage_type=damage_type)
            columns[f"skill_{n}"] = Subquery(asks.values("skill"))
            columns[f"name_{n}"] = Subquery(asks.values("skill__name"))
        return Customer.objects.filter(pk=pk).values(**columns)

    return cast("Row", compiled_row(("asked", types), of, customer_id))


def _held(able: Able, lock: Callable[[], Row | None]) -> Row | None:
    """The counter that ``lock`` finds, or nobody's: then none is held.

    Who would wait for a counter while holding another, out of the order of ids, deadlocks: all are
    let go before the next try, also those that were locked and then found busier.
    """
    savepoint = transaction.savepoint()
    row = lock()
    # Some go away while we wait for the counter; whoever goes away holds it (release_work).
    if row is not None and able.have(row["pk"]):
        # Kept open until the commit: a row locked inside and changed outside costs PostgreSQL a
        # list of its own of who has it.
        return row
    transaction.savepoint_rollback(savepoint)
    return None


def _wished(
    loads: dict[int, int], at_site: int | None, favourite: int | None
) -> tuple[AssignmentRule, int | None]:
    """Who it should be for another reason than their load, if anybody."""
    if at_site in loads:
        return AssignmentRule.SAME_SITE, at_site
    if favourite in loads and loads[favourite] <= min(loads.values()) + PREFERENCE_MARGIN:
        return AssignmentRule.PREFERRED, favourite
    return AssignmentRule.LEAST_LOAD, None


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


def _on_site_today(site_id: int | None) -> int | None:
    if site_id is None:
        return None
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
