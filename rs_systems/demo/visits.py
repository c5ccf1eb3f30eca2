"""The demonstration's visits: when its technicians work, and what is booked with them this week."""

import datetime as dt

from apps.jobs.models import Job
from apps.queue_management.use_cases import Work, book_visit, set_working_hours
from apps.repairs.models import Repair
from apps.scheduling.availability import able, free_times
from apps.scheduling.calendars import Length
from apps.scheduling.models import Appointment
from apps.scheduling.services import Slot, wish_visit
from core.models import User
from core.shop import shop_today
from rs_systems.demo.cast import ADMIN, Cast

WEEKDAYS = range(6)
BEGIN, END = dt.time(8), dt.time(17)
HOUR = Length(60, 15)
TECHNICIANS = ("tech1", "tech2", "tech3")


def tell_visits(cast: Cast) -> None:
    """Work is booked for the next free times, day after day; of one another is wished."""
    admin = cast.people[ADMIN]
    for name in TECHNICIANS:
        hours = [(weekday, BEGIN, END) for weekday in WEEKDAYS]
        pk = cast.people[name].technician.pk
        set_working_hours(actor=admin, technician_id=pk, hours=hours)
    requests = Repair.objects.open().filter(customer=cast.fleet, repair_batch=None)
    given = requests.values_list("pk", "technician").order_by("pk")
    visits = [
        _book(admin, Work(repair_id=pk), technician, days)
        for days, (pk, technician) in enumerate(given)
    ]
    jobs = Job.objects.open().filter(customer=cast.fleet, assigned_to__isnull=False)
    theirs = jobs.values_list("pk", "assigned_to__technician").order_by("pk")
    for days, (pk, technician) in enumerate(theirs):
        _book(admin, Work(job_id=pk), technician, days)
    wish_visit(
        actor=cast.people["democustomer"],
        visit_id=visits[0].pk,
        day=shop_today() + dt.timedelta(days=3),
        window="in the morning",
        note="The truck is back in the yard then.",
    )


def _book(admin: User, work: Work, technician_id: int, days: int) -> Appointment:
    """Book the first free time from so many days ahead on, at a full hour."""
    first = shop_today() + dt.timedelta(days=days)
    alone = able(technician_id=technician_id)
    found = free_times(alone, first, first + dt.timedelta(days=7), HOUR)["slots"]
    starts = [dt.datetime.fromisoformat(slot["starts_at"]) for slot in found]
    start = next(each for each in starts if not each.minute)
    slot = Slot(technician_id=technician_id, starts_at=start, minutes=60)
    return book_visit(actor=admin, work=work, slot=slot)
