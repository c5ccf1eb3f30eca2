"""What assignment depends on: technicians' profiles, hours and days off, skills, preferences."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from apps.audit.recorder import Change, Snapshot, change, record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import CORRECT, apply, found, refuse_others, save_or_conflict
from apps.people.rules import customers_visible_to
from apps.queue_management.models import DamageTypeSkill, PreferredTechnician
from apps.queue_management.use_cases.dispatch import active_technician, release_if_away
from apps.repairs import services
from apps.repairs.enums import DamageType
from apps.technicians.models import Skill, Technician, TimeOff, WorkingHours
from apps.technicians.rules import technician_of
from core.errors import Forbidden, Invalid
from core.keys import fold_key, is_printable
from core.models import Customer, User
from core.phones import normalise_phone
from core.places import look_up_zip
from core.rules import is_admin
from core.shop import shop_today

OWN_FIELDS = ("phone", "home_zip")
OFFICE_FIELDS = (*OWN_FIELDS, "skills", "override_limit")
LONGEST_SKILL = 60
DAYS_OF_WEEK = range(7)
Span = tuple[int, dt.time, dt.time]


@use_case
def edit_technician(
    *,
    actor: User,
    technician_id: int,
    version: int | None,
    values: Mapping[str, Any],
    skills: Sequence[str] | None = None,
) -> Technician:
    """Change phone, home ZIP or override limit, and with ``skills`` all skills, by name.

    A name that is new becomes a skill of the shop. What is assigned already stays where it is.

    Raises:
        NotFound: There is no such technician.
        Forbidden: Only admins, and technicians for themselves.
        PreconditionFailed: The version is old.
        Invalid: A field is unknown, not theirs to change (nobody changes their own limit,
            technicians no skills), or has an impossible value.
    """
    technician = _locked(actor, technician_id)
    services.check_version(technician, version)
    asked = values if skills is None else {**values, "skills": skills}
    refuse_others(asked, _fields_of(actor, technician))
    before = snapshot(technician)
    apply(technician, _as_stored(values))
    changes = [] if skills is None else _set_skills(actor, technician, skills)
    return _save_next(actor, technician, before, "technician.changed", changes)


def _fields_of(actor: User, technician: Technician) -> Collection[str]:
    if not is_admin(actor):
        return OWN_FIELDS
    is_own = technician.user_id == actor.pk
    return [name for name in OFFICE_FIELDS if not (is_own and name == "override_limit")]


def _as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    stored = dict(values)
    if "phone" in stored:
        stored["phone"] = normalise_phone(str(stored["phone"]))
    if written := str(stored.get("home_zip", "")).strip():
        place = look_up_zip(written)
        if place is None:
            raise Invalid(CORRECT, errors={"home_zip": ["This ZIP code is not known."]})
        stored["home_zip"] = place.zip_code
    return stored


def _set_skills(actor: User, technician: Technician, names: Iterable[str]) -> list[Change]:
    skills = {_skill(actor, name) for name in names}
    old = sorted(technician.expertise.values_list("name", flat=True))
    new = sorted(skill.name for skill in skills)
    technician.expertise.set(skills)
    return [] if old == new else [change("skills", ", ".join(old), ", ".join(new))]


def _skill(actor: User, name: str) -> Skill:
    shown = " ".join(name.split())
    if known := Skill.objects.filter(name_key=fold_key(shown)).first():
        return known
    if not shown or len(fold_key(shown)) > LONGEST_SKILL or not is_printable(shown):
        message = f"A skill is a name of at most {LONGEST_SKILL} characters."
        raise Invalid(CORRECT, errors={"skills": [message]})
    skill = Skill(name=shown[:LONGEST_SKILL])
    save_or_conflict(skill)
    record(actor=actor, verb="skill.created", target=skill)
    return skill


@use_case
def set_working_hours(
    *, actor: User, technician_id: int, hours: Sequence[Span], version: int | None = None
) -> Technician:
    """Replace the hours of the week, each a weekday (Monday is 0), a start and an end.

    Raises:
        NotFound: There is no such technician.
        Forbidden: Only admins, and technicians for themselves.
        PreconditionFailed: The version is old.
        Invalid: ``hours_not_valid``: one row is no span of a day or overlaps an earlier one;
            ``extra["row"]`` and the error's name, ``rows.2.ends_at``, tell which.
    """
    technician = _locked(actor, technician_id)
    services.check_version(technician, version)
    _check_week(hours)
    rows = technician.hours.order_by("weekday", "starts_at")
    old, new = list(rows.values_list("weekday", "starts_at", "ends_at")), sorted(hours)
    if old == new:
        return technician
    rows.delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(technician=technician, weekday=weekday, starts_at=start, ends_at=end)
        for weekday, start, end in new
    )
    changes = [change("hours", _week_in_words(old), _week_in_words(new))]
    return _save_next(actor, technician, snapshot(technician), "technician.hours_set", changes)


def _check_week(hours: Sequence[Span]) -> None:
    for row, (weekday, start, end) in enumerate(hours):
        earlier = [span for span in hours[:row] if span[0] == weekday]
        if weekday not in DAYS_OF_WEEK:
            raise _bad_row(row, "weekday", "There is no such day.")
        if start >= end:
            raise _bad_row(row, "ends_at", "This must be later than the start.")
        if any(start < ended and began < end for _, began, ended in earlier):
            raise _bad_row(row, "starts_at", "This overlaps other hours of the day.")


def _bad_row(row: int, field: str, message: str) -> Invalid:
    errors = {f"rows.{row}.{field}": [message]}
    return Invalid(CORRECT, code="hours_not_valid", errors=errors, extra={"row": row})


def _week_in_words(hours: Iterable[Span]) -> str:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return ", ".join(f"{names[day]} {start:%H:%M}-{end:%H:%M}" for day, start, end in hours)


@use_case
def set_technician_out(
    *, actor: User, technician_id: int, day: dt.date | None, version: int | None = None
) -> Technician:
    """Mark a technician as away for a day (``None``: back again); what waits is given to others.

    Raises:
        NotFound: There is no such technician.
        Forbidden: Only admins, and technicians for themselves.
        PreconditionFailed: The version is old.
    """
    technician = _locked(actor, technician_id)
    services.check_version(technician, version)
    before = snapshot(technician)
    technician.out_on = day
    _save_next(actor, technician, before, "technician.out")
    if day is not None:
        release_if_away(actor=actor, technician=technician, first_day=day, last_day=day)
    return technician


@use_case
def update_technician(
    *, actor: User, technician_id: int, version: int | None, changes: Mapping[str, Any]
) -> Technician:
    """What ``edit_technician`` and ``set_technician_out`` do, by what is named; both or neither.

    Args:
        actor: As there.
        technician_id: Whose record it is.
        version: The one that the changes are based on.
        changes: Of ``phone``, ``home_zip``, ``override_limit``, ``skills`` and ``out_on``.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Invalid: As there.
    """
    values = dict(changes)
    is_about_day, day = "out_on" in values, values.pop("out_on", None)
    skills = values.pop("skills", None)
    technician = edit_technician(
        actor=actor, technician_id=technician_id, version=version, values=values, skills=skills
    )
    if is_about_day:
        return set_technician_out(actor=actor, technician_id=technician_id, day=day)
    return technician


@use_case
def add_time_off(
    *,
    actor: User,
    technician_id: int,
    first_day: dt.date,
    last_day: dt.date,
    reason: str = "",
) -> TimeOff:
    """Give days off, both ends included; when today is one, what waits is given to others.

    Raises:
        NotFound: There is no such technician.
        Forbidden: Only admins, and technicians for themselves.
        Invalid: The days are over, end before they begin, or overlap others.
    """
    technician = _locked(actor, technician_id)
    days = TimeOff(technician=technician, first_day=first_day, last_day=last_day)
    apply(days, {"reason": reason})
    _check_days(days)
    days.save()
    _record_days(actor, days, "technician.time_off_added", old=None, new=_in_words(days))
    release_if_away(actor=actor, technician=technician, first_day=first_day, last_day=last_day)
    return days


def _check_days(days: TimeOff) -> None:
    others = days.technician.time_off.filter(
        first_day__lte=days.last_day, last_day__gte=days.first_day
    )
    if days.last_day < days.first_day:
        raise Invalid(CORRECT, errors={"last_day": ["This must not be before the first day."]})
    if days.last_day < shop_today():
        raise Invalid(CORRECT, errors={"last_day": ["These days are over."]})
    if other := others.first():
        raise Invalid(CORRECT, errors={"first_day": [f"Off already: {_in_words(other)}."]})


@use_case
def remove_time_off(*, actor: User, technician_id: int, time_off_id: int) -> Technician:
    """Take days off back; new work comes again, what was given to others stays theirs.

    Raises:
        NotFound: There is no such technician, or they have no such days off.
        Forbidden: Only admins, and technicians for themselves.
    """
    technician = _locked(actor, technician_id)
    days = found(TimeOff.objects.filter(technician=technician), time_off_id)
    _record_days(actor, days, "technician.time_off_removed", old=_in_words(days), new=None)
    days.delete()
    return technician


def _record_days(actor: User, days: TimeOff, verb: str, *, old: object, new: object) -> None:
    record(
        actor=actor,
        verb=verb,
        target=days.technician,
        before=snapshot(days.technician),
        note=days.reason,
        changes=[change("time_off", old, new)],
    )


def _in_words(days: TimeOff) -> str:
    return f"{days.first_day} to {days.last_day}"


@use_case
def set_preferred_technician(
    *, actor: User, customer_id: int, technician_id: int | None
) -> Customer:
    """Say whom a customer likes to see (``None``: nobody); it counts for new requests.

    Raises:
        NotFound: They see no such customer.
        Forbidden: Only admins.
        Invalid: ``technician_unknown``: no such active technician.
    """
    customer = found(customers_visible_to(actor), customer_id)
    _check_office(actor)
    services.locked_customer(customer_id)
    preferences = PreferredTechnician.objects.filter(customer=customer)
    present = preferences.select_related("technician__user").first()
    old = present.technician if present else None
    new = None if technician_id is None else active_technician(technician_id)
    if old == new:
        return customer
    preferences.delete()
    if new is not None:
        PreferredTechnician.objects.create(customer=customer, technician=new)
    record(
        actor=actor,
        verb="customer.preferred_technician_set",
        target=customer,
        before=snapshot(customer),
        changes=[change("preferred_technician", str(old or ""), str(new or ""), internal=True)],
    )
    return customer


@use_case
def set_needed_skill(*, actor: User, damage_type: str, skill_name: str | None) -> None:
    """Say which skill a type of damage asks for (``None``: none); it counts for new requests.

    Raises:
        Forbidden: Only admins.
        Invalid: No such type of damage, or no such skill.
        Conflict: ``taken``: somebody else said it a moment ago.
    """
    _check_office(actor)
    if damage_type not in DamageType.values:
        raise Invalid(CORRECT, errors={"damage_type": ["There is no such damage."]})
    rows = DamageTypeSkill.objects.select_for_update(no_key=True)
    present = rows.filter(damage_type=damage_type).first()
    if skill_name is not None:
        _ask_for(actor, present or DamageTypeSkill(damage_type=damage_type), skill_name)
    elif present is not None:
        _ask_for_none(actor, present)


def _ask_for(actor: User, row: DamageTypeSkill, skill_name: str) -> None:
    skill = Skill.objects.filter(name_key=fold_key(skill_name)).first()
    if skill is None:
        raise Invalid(CORRECT, errors={"skill": ["No technician has this skill."]})
    before = None if row._state.adding else snapshot(row)
    row.skill = skill
    save_or_conflict(row)
    record(actor=actor, verb="damage.skill_set", target=row, before=before)


def _ask_for_none(actor: User, row: DamageTypeSkill) -> None:
    changes = [change("skill", row.skill.name, None)]
    record(
        actor=actor,
        verb="damage.skill_cleared",
        target=row,
        before=snapshot(row),
        changes=changes,
    )
    row.delete()


def _check_office(actor: User) -> None:
    if not is_admin(actor):
        raise Forbidden("Only the office decides this.")


def _locked(actor: User, technician_id: int) -> Technician:
    """The technician's row for an admin or themselves, locked."""
    rows = Technician.objects.select_related("user").select_for_update(no_key=True, of=("self",))
    technician = found(rows, technician_id)
    if not is_admin(actor) and technician_of(actor) != technician:
        raise Forbidden("Only the office changes this of others.")
    return technician


def _save_next(
    actor: User,
    technician: Technician,
    before: Snapshot,
    verb: str,
    changes: Sequence[Change] = (),
) -> Technician:
    """Save the next version and record the difference; without one, nothing is written."""
    if changes or snapshot(technician) != before:
        technician.version += 1
        technician.save()
        record(actor=actor, verb=verb, target=technician, before=before, changes=[*changes])
    return technician
