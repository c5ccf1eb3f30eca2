"""Whom the office would best give waiting work to, and why, in words; locks nothing.

The rules are those of ``assignment.choose``; here they are told instead of carried out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.queue_management.assignment import PREFERENCE_MARGIN, Choice, given_today
from apps.queue_management.models import AssignmentRule, DamageTypeSkill, PreferredTechnician
from apps.repairs.models import Repair
from apps.technicians.models import Skill, Technician
from core.shop import shop_today

Group = Sequence[Repair]


@dataclass(frozen=True)
class Suggestion:
    """Whom to give a repair to.

    Attributes:
        technician: The one suggested; nobody where nobody who works today is able.
        choice: The same as assignment keeps it.
        reasons: Why, in short sentences; the last ones say who was passed over.
        able: Who else could do it, the least loaded first.
    """

    technician: Technician | None
    choice: Choice | None
    reasons: tuple[str, ...]
    able: tuple[Technician, ...]


def suggest(repairs: Iterable[Repair]) -> dict[int, Suggestion]:
    """A suggestion for each of these, by the repair's id, from a constant number of statements.

    Each one counts as load for the next, so that following them all stays balanced. Rows of one
    batch go to one person.
    """
    rows = list(repairs)
    shop = _Shop(rows)
    suggestions = {}
    for group in _together(rows):
        told = shop.suggest(group)
        suggestions.update(dict.fromkeys((repair.pk for repair in group), told))
    return suggestions


def explain(repairs: Iterable[Repair], given: Mapping[int, int]) -> dict[int, Choice]:
    """Why each of these would go to the active technician named for it, by the repair's id."""
    rows = list(repairs)
    shop = _Shop(rows)
    return {repair.pk: shop.explain(repair, given[repair.pk]) for repair in rows}


def _together(repairs: Iterable[Repair]) -> list[list[Repair]]:
    groups: dict[object, list[Repair]] = {}
    for repair in repairs:
        groups.setdefault(repair.repair_batch_id or f"repair {repair.pk}", []).append(repair)
    return list(groups.values())


class _Shop:
    """What suggestions depend on, read once."""

    def __init__(self, repairs: Sequence[Repair]) -> None:
        skills = DamageTypeSkill.objects.select_related("skill")
        self.needed = {row.damage_type: row.skill for row in skills}
        people = Technician.objects.filter(is_active=True, user__is_active=True)
        people = people.select_related("user", "workload").prefetch_related("expertise")
        self.people = {technician.pk: technician for technician in people}
        self.working = set(Technician.objects.working(shop_today()).values_list("pk", flat=True))
        self.loads = {pk: _load(technician) for pk, technician in self.people.items()}
        preferred = PreferredTechnician.objects.filter(
            customer_id__in={repair.customer_id for repair in repairs}
        )
        self.preferred = dict(preferred.values_list("customer_id", "technician_id"))
        sites = {repair.site_id for repair in repairs if repair.site_id is not None}
        self.there = _who_is_there(sites) if sites else {}

    def suggest(self, group: Group) -> Suggestion:
        """For repairs that go to one person; counts them as their load."""
        skills = self._skills(group)
        able = self._able(skills)
        if not able:
            return Suggestion(None, None, (_nobody(skills.values()),), ())
        chosen = self._choose(group[0], able)
        choice = self._choice(group[0], chosen, able, skills.values())
        reasons = (*_reasons(group, choice), *self._passed_over(group[0], choice, able))
        self.loads[chosen] += len(group)
        others = tuple(self.people[pk] for pk in able)
        return Suggestion(self.people[chosen], choice, reasons, others)

    def explain(self, repair: Repair, technician_id: int) -> Choice:
        """Why it would go to this technician; counts it as their load."""
        skills = self._skills([repair])
        choice = self._choice(repair, technician_id, self._able(skills), skills.values())
        self.loads[technician_id] += 1
        return choice

    def _skills(self, group: Group) -> dict[int, Skill]:
        needed = (self.needed.get(repair.damage_type) for repair in group)
        return {skill.pk: skill for skill in needed if skill is not None}

    def _choice(
        self, repair: Repair, technician_id: int, able: Sequence[int], skills: Iterable[Skill]
    ) -> Choice:
        rule = self._rule(repair, technician_id, able)
        return Choice(technician_id, rule, self.loads[technician_id], _named(skills))

    def _able(self, skills: Iterable[int]) -> list[int]:
        wanted = set(skills)
        able = [
            pk
            for pk, technician in self.people.items()
            if pk in self.working and wanted <= {own.pk for own in technician.expertise.all()}
        ]
        return sorted(able, key=lambda pk: (self.loads[pk], pk))

    def _choose(self, repair: Repair, able: Sequence[int]) -> int:
        at_site = self.there.get(repair.site_id)
        favourite = self.preferred.get(repair.customer_id)
        wished = [pk for pk in (at_site, favourite) if pk is not None]
        fitting = (pk for pk in wished if self._rule(repair, pk, able) != AssignmentRule.OFFICE)
        return next(fitting, able[0])

    def _rule(self, repair: Repair, technician_id: int, able: Sequence[int]) -> AssignmentRule:
        """Which consideration speaks for a technician; the office's own will, where none does."""
        if technician_id not in able:
            return AssignmentRule.OFFICE
        if technician_id == self.there.get(repair.site_id):
            return AssignmentRule.SAME_SITE
        more = self.loads[technician_id] - self.loads[able[0]]
        if technician_id == self.preferred.get(repair.customer_id) and more <= PREFERENCE_MARGIN:
            return AssignmentRule.PREFERRED
        return AssignmentRule.OFFICE if more else AssignmentRule.LEAST_LOAD

    def _passed_over(self, repair: Repair, choice: Choice, able: Sequence[int]) -> Iterable[str]:
        favourite = self.preferred.get(repair.customer_id)
        person = self.people.get(favourite) if favourite is not None else None
        if person is None or person.pk == choice.technician_id:
            return
        if person.pk not in self.working:
            yield f"{person}, whom they like to see, is away today"
        elif person.pk not in able:
            yield f"{person}, whom they like to see, lacks the skill"
        elif choice.rule == AssignmentRule.LEAST_LOAD:
            more = self.loads[person.pk] - choice.load
            yield f"{person}, whom they like to see, has {more} more open"


def _reasons(group: Group, choice: Choice) -> Iterable[str]:
    if choice.rule == AssignmentRule.SAME_SITE:
        yield "Is at this site today"
    elif choice.rule == AssignmentRule.PREFERRED:
        yield "The customer likes to see them"
    least = "Least work: " if choice.rule == AssignmentRule.LEAST_LOAD else ""
    yield f"{least}{choice.load} open"
    if choice.skill:
        yield f"Can do: {choice.skill}"
    if len(group) > 1:
        yield f"One person for all {len(group)} asked for together"


def _who_is_there(site_ids: Collection[int]) -> dict[int | None, int | None]:
    given = given_today(site_ids).order_by("id")
    return dict(given.values_list("site_id", "technician_id"))


def _load(technician: Technician) -> int:
    return technician.workload.active_count if hasattr(technician, "workload") else 0


def _named(skills: Iterable[Skill]) -> str:
    return ", ".join(sorted(skill.name for skill in skills))


def _nobody(skills: Iterable[Skill]) -> str:
    named = _named(skills)
    return f"Nobody who works today can do: {named}." if named else "Nobody works today."
