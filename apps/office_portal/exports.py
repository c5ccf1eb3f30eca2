"""The office's own lists as files for spreadsheets; those of repairs and units are everybody's."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django_stubs_ext import WithAnnotations

from apps.audit.search import ORDERING, Entries
from apps.jobs.models import Equipment, Job
from apps.jobs.queries import Shown
from apps.office_portal.trail import TrailLine, trail
from apps.repairs.wording import ChangeWords
from apps.technicians.models import Technician
from core.csv_files import csv_response, every_row
from core.models import Customer, User
from core.shop import shop_today

BY_NAME = ("name", "id")
BY_USERNAME = ("username", "id")


def customers_csv(customers: QuerySet[Customer]) -> StreamingHttpResponse:
    """Customers by name, read with their owner."""
    return _file(
        "customers",
        ("Customer", "Name", "Kind", "E-mail", "Phone", "Looked after by", "Confirmed", "In use"),
        map(_customer, every_row(customers, ordering=BY_NAME)),
    )


def people_csv(people: QuerySet[User]) -> StreamingHttpResponse:
    """Who signs in, by user name, read with the customer whom they belong to."""
    return _file(
        "people",
        ("Person", "User name", "Name", "Role", "E-mail", "Belongs to", "Active", "Last sign-in"),
        map(_person, every_row(people, ordering=BY_USERNAME)),
    )


def technicians_csv(technicians: Iterable[Technician]) -> StreamingHttpResponse:
    """Technicians in the list's order; a shop has few of them."""
    today = shop_today()
    return _file(
        "technicians",
        ("Technician", "Name", "E-mail", "Phone", "Home ZIP", "Open work", "Skills", "Away today"),
        (_technician(each, today) for each in technicians),
    )


def audit_csv(entries: Entries) -> StreamingHttpResponse:
    """Changes, the newest first, each with what it was before and after."""
    return _file(
        "changes",
        ("When", "Who", "What", "Before and after", "About", "Kind"),
        map(_change, trail(every_row(entries, ordering=ORDERING))),
    )


def jobs_csv(
    jobs: "QuerySet[WithAnnotations[Job, Shown]]", *, ordering: Sequence[str]
) -> StreamingHttpResponse:
    """Jobs as ``shown_jobs`` reads them, in the list's order."""
    return _file(
        "jobs",
        (
            *("Job", "Title", "Customer", "Place", "Status", "Priority", "Technician", "Date"),
            *("Overdue", "Tasks done", "Tasks", "Started", "Completed", "Repair"),
        ),
        map(_job, every_row(jobs, ordering=ordering)),
    )


def equipment_csv(items: QuerySet[Equipment]) -> StreamingHttpResponse:
    """Items by name."""
    return _file(
        "equipment",
        ("Item", "Name", "Kind", "Serial number", "In use"),
        map(_item, every_row(items, ordering=BY_NAME)),
    )


def figures_csv(lines: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """The owner's figures, each with what it counts."""
    return _file("figures", ("Figure", "Of", "Value", "What it counts"), lines)


def liability_csv(lines: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """What the shop owes in points, each figure with what it counts."""
    return _file("points-owed", ("Figure", "Value", "What it counts"), lines)


def _file(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    return csv_response(f"{name}-{shop_today()}", columns=columns, rows=rows)


def _customer(customer: Customer) -> list[object]:
    owner = str(customer.owner) if customer.owner else ""
    reached = [customer.email, customer.phone, owner]
    kind = customer.get_kind_display()
    state = [customer.is_confirmed, customer.is_active]
    return [customer.pk, customer.name, kind, *reached, *state]


def _person(person: User) -> list[object]:
    member = getattr(person, "customer_user", None)
    company = member.customer.name if member is not None else ""
    named = [person.pk, person.username, str(person), person.get_role_display(), person.email]
    return [*named, company, person.is_active, person.last_login]


def _technician(technician: Technician, today: dt.date) -> list[object]:
    load = getattr(technician, "workload", None)
    skills = ", ".join(str(skill) for skill in technician.expertise.all())
    reached = [technician.user.email, technician.phone, technician.home_zip]
    open_work = load.active_count if load is not None else 0
    return [technician.pk, str(technician), *reached, open_work, skills, technician.out_on == today]


def _item(item: Equipment) -> list[object]:
    return [item.pk, item.name, item.get_type_display(), item.serial_number, item.is_active]


def _job(job: "WithAnnotations[Job, Shown]") -> list[object]:
    about = [job.pk, job.title, job.customer.name, job.site and job.site.name]
    state = [job.get_status_display(), job.get_priority_display()]
    plan = [job.assigned_to and str(job.assigned_to), job.scheduled_date, bool(job.is_overdue)]
    progress = [job.tasks_done, job.tasks_total, job.started_at, job.completed_at]
    return [*about, *state, *plan, *progress, job.repair_id]


def _change(line: TrailLine) -> list[object]:
    entry = line.entry
    changes = "; ".join(map(_before_and_after, entry.changes))
    return [entry.at, entry.actor, entry.text, changes, line.target, line.kind]


def _before_and_after(change: ChangeWords) -> str:
    return f"{change.label}: {change.old or 'empty'} > {change.new or 'empty'}"
