"""Everything of the office by its name or number, from a constant number of statements."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from apps.jobs.models import Job
from apps.office_portal.context import pages_of
from apps.office_portal.forms.people import PeopleFilter
from apps.people.rules import customers_visible_to
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list, units_visible_to
from core.keys import name_key, unit_key
from core.models import User
from core.pages import whole_number
from core.rules import is_admin
from core.templatetags.status_words import status_look

SHOWN = 6
LONGEST = 100
MORE_PAGES = (
    ("New request", "office_request_repair", "plus"),
    ("New customer", "office_customer_new", "plus"),
    ("New job", "office_job_new", "plus"),
    ("New customer with a job", "office_customer_job", "plus"),
    ("Notices", "office_notices", "bell"),
)
OFFICE_PAGES = (
    ("Needs assignment", "office_assignment", "people"),
    ("Needed twice on one day", "office_clashes", "calendar"),
)


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    label: str
    about: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    title: str
    icon: str
    hits: list[Hit]


def find(user: User, text: str) -> list[Group]:
    """What begins with ``text``, of what this person may see; kinds without a hit are left out."""
    text = text.strip()[:LONGEST]
    if not text:
        return []
    units = _units(user, text)
    groups = [
        Group("Pages", "house", _pages(user, text)),
        Group("Repairs", "car", _repairs(user, text, [pk for pk, _ in units])),
        Group("Units", "truck", [hit for _, hit in units]),
        Group("Jobs", "list", _jobs(user, text)),
        Group("Customers", "building", _customers(user, text)),
        Group("Technicians", "tools", _technicians(text) if is_admin(user) else []),
    ]
    return [group for group in groups if group.hits]


def _pages(user: User, text: str) -> list[Hit]:
    more = OFFICE_PAGES if is_admin(user) else ()
    wanted = text.casefold()
    return [
        Hit(label, "", reverse(name))
        for label, name, _ in (*pages_of(user), *MORE_PAGES, *more)
        if any(part.startswith(wanted) for part in (label.casefold(), *label.casefold().split()))
    ]


def _units(user: User, text: str) -> list[tuple[int, Hit]]:
    rows = units_visible_to(user).filter(merged_into=None, number_key__startswith=unit_key(text))
    return [
        (
            unit.pk,
            Hit(
                f"Unit {unit.number}",
                str(unit.customer),
                reverse("office_unit_detail", args=[unit.pk]),
            ),
        )
        for unit in rows.order_by("number_key", "id")[:SHOWN]
    ]


def _repairs(user: User, text: str, unit_ids: Iterable[int]) -> list[Hit]:
    number = whole_number(text.removeprefix("#"))
    repairs = repair_list(user)
    exact = repairs.filter(pk=number or 0)
    others = repairs.filter(unit_id__in=unit_ids).exclude(pk=number or 0)
    rows = [*exact, *others.order_by("-repair_date", "-id")[:SHOWN]]
    return [_repair(row) for row in rows[:SHOWN]]


def _repair(repair: Repair) -> Hit:
    look = status_look(repair.queue_status, reader="office", reason_code=repair.reason_code)
    day = f"{repair.repair_date:%Y-%m-%d}"
    return Hit(
        f"Repair {repair.pk} of unit {repair.unit_number}",
        f"{repair.customer} · {look.words} · {day}",
        reverse("office_repair_detail", args=[repair.pk]),
    )


def _jobs(user: User, text: str) -> list[Hit]:
    number = whole_number(text.removeprefix("#"))
    words = Q(title__istartswith=text) | Q(title__icontains=f" {text}") | Q(pk=number or 0)
    rows = Job.objects.visible_to(user).filter(words).select_related("customer")
    return [
        Hit(
            row.title,
            f"Job {row.pk} · {row.customer} · {row.get_status_display()}",
            reverse("office_job", args=[row.pk]),
        )
        for row in rows.order_by("-id")[:SHOWN]
    ]


def _customers(user: User, text: str) -> list[Hit]:
    key = name_key(text)
    rows = customers_visible_to(user).filter(merged_into=None, name_key__startswith=key)
    return [
        Hit(
            row.name,
            row.get_kind_display(),
            reverse("office_customer_detail", args=[row.pk]),
        )
        for row in rows.order_by("name", "id")[:SHOWN]
    ]


def _technicians(text: str) -> list[Hit]:
    people = PeopleFilter({"name": text}).narrow(User.objects.filter(technician__is_active=True))
    rows = people.select_related("technician").order_by("first_name", "id")[:SHOWN]
    return [
        Hit(str(row), row.email, reverse("office_technician", args=[row.technician.pk]))
        for row in rows
    ]
