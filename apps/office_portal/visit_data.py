"""What the pages of visits show, and what a visit can be booked for."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, QueryDict
from django.urls import reverse

from apps.audit.queries import history_of
from apps.jobs.models import Job
from apps.office_portal.forms.visits import SeriesForm, VisitForm
from apps.queue_management import use_cases
from apps.queue_management.assignment import skills_for
from apps.repairs.models import Repair
from apps.repairs.wording import timeline
from apps.scheduling.availability import able, free_times
from apps.scheduling.calendars import Length
from apps.scheduling.models import Appointment
from apps.scheduling.notices import work_of, zone_of
from apps.scheduling.services.steps import DEFAULT_TRAVEL
from core.models import Customer, Site, User
from core.pages import whole_number
from core.shop import shop_today, shop_zone

HOUR = 60
AHEAD = dt.timedelta(days=6)
OFFERED = 6


@dataclass(frozen=True)
class Target:
    """Open work that a visit is booked for.

    Attributes:
        work: As the use case names it.
        title: What it is, in a few words.
        url: Its page.
        customer: Whose.
        site: Where it is said to be.
        technician_id: Who has it already.
        damage_type: Of a repair: it may ask for a skill.
        wish: When the customer would like it.
    """

    work: use_cases.Work
    title: str
    url: str
    customer: Customer
    site: Site | None
    technician_id: int | None
    damage_type: str = ""
    wish: str = ""

    @property
    def zone(self) -> str:
        """The zone of its place, else the shop's."""
        return (self.site.time_zone if self.site else "") or shop_zone()

    def form(
        self, posted: QueryDict | None = None, *, initial: Mapping[str, Any] = {}
    ) -> VisitForm:
        """The form that books it; of a job it may come round."""
        kind = SeriesForm if self.work.job_id is not None else VisitForm
        known = {"technician": self.technician_id, "site": self.site, **initial}
        return kind(posted, customer_id=self.customer.pk, zone=self.zone, initial=known)

    def book(self, user: User, form: VisitForm, *, tell: bool) -> tuple[Appointment, int]:
        """Book what the form says; the first visit and how many there are."""
        slot, notes = form.slot(), form.cleaned_data["notes"]
        rule = form.rule() if isinstance(form, SeriesForm) else None
        if rule is None:
            visit = use_cases.book_visit(
                actor=user, work=self.work, slot=slot, notes=notes, tell=tell
            )
            return visit, 1
        _, visits, _ = use_cases.book_series(
            actor=user,
            job_id=self.work.job_id or 0,
            rule=rule,
            slot=slot,
            notes=notes,
            skip_taken=form.cleaned_data["skip_taken"],
            tell=tell,
        )
        return visits[0], len(visits)

    def next_free(self) -> list[dict[str, Any]]:
        """When each technician who is able could come first, the earliest ahead."""
        today = shop_today()
        length = Length(HOUR, DEFAULT_TRAVEL)
        found = free_times(able(skills_for(self.damage_type)), today, today + AHEAD, length)
        first: dict[int, dict[str, Any]] = {}
        for slot in found["slots"]:
            first.setdefault(slot["technician"], slot)
        return alternatives_of(list(first.values())[:OFFERED], self.zone)


def target_of(user: User, asked: QueryDict) -> Target:
    """What the address names: ``repair``, ``batch`` or ``job``.

    Raises:
        Http404: Nothing, or nothing that this person may see.
    """
    for name, found in (("repair", _repair), ("batch", _batch), ("job", _job)):
        pk = whole_number(asked.get(name, ""))
        target = found(user, pk) if pk is not None else None
        if target is not None:
            return target
    raise Http404


def _repair(user: User, pk: int) -> Target | None:
    rows = Repair.objects.visible_to(user).select_related("customer", "site")
    repair = rows.filter(pk=pk).first()
    return _of_repairs(repair, use_cases.Work(repair_id=pk), "") if repair else None


def _batch(user: User, pk: int) -> Target | None:
    rows = Repair.objects.visible_to(user).select_related("customer", "site")
    repairs = list(rows.filter(repair_batch=pk).order_by("break_number"))
    if not repairs:
        return None
    return _of_repairs(repairs[0], use_cases.Work(batch_id=pk), f"{len(repairs)} repairs together")


def _of_repairs(repair: Repair, work: use_cases.Work, title: str) -> Target:
    page = ("office_batch_detail", work.batch_id) if title else ("office_repair_detail", repair.pk)
    day = repair.preferred_date
    return Target(
        work=work,
        title=title or f"Unit {repair.unit_number}, {repair.get_damage_type_display()}",
        url=reverse(page[0], args=[page[1]]),
        customer=repair.customer,
        site=repair.site,
        technician_id=repair.technician_id,
        damage_type=repair.damage_type,
        wish=" ".join(
            filter(None, [f"{day:%A, %B} {day.day}" if day else "", repair.preferred_window])
        ),
    )


def _job(user: User, pk: int) -> Target | None:
    rows = Job.objects.visible_to(user).select_related(
        "customer", "site", "assigned_to__technician"
    )
    job = rows.filter(pk=pk).first()
    if job is None:
        return None
    technician = getattr(job.assigned_to, "technician", None)
    return Target(
        work=use_cases.Work(job_id=pk),
        title=job.title,
        url=reverse("office_job", args=[pk]),
        customer=job.customer,
        site=job.site,
        technician_id=technician.pk if technician else None,
        wish=f"{job.scheduled_date:%A, %B} {job.scheduled_date.day}" if job.scheduled_date else "",
    )


def visit_page(visit: Appointment) -> dict[str, Any]:
    """One visit: what it is for, when on the clock of its place, what happened."""
    return {
        "visit": visit,
        "title": work_of(visit),
        "work_url": _url_of(visit),
        "zone": zone_of(visit),
        "is_elsewhere": zone_of(visit) != shop_zone(),
        "timeline": timeline(history_of(visit, public_only=False)),
    }


def _url_of(visit: Appointment) -> str:
    if visit.job_id is not None:
        return reverse("office_job", args=[visit.job_id])
    if visit.batch_id is not None:
        return reverse("office_batch_detail", args=[visit.batch_id])
    return reverse("office_repair_detail", args=[visit.repair_id])


def alternatives_of(slots: Iterable[Mapping[str, Any]], zone: str) -> list[dict[str, Any]]:
    """Free times as buttons offer them: the moment as a form writes it, and who could come."""
    clock = ZoneInfo(zone)
    told = []
    for slot in slots:
        at = dt.datetime.fromisoformat(slot["starts_at"])
        local = at.astimezone(clock)
        told.append({**slot, "at": at, "written": f"{local:%Y-%m-%dT%H:%M}"})
    return told
