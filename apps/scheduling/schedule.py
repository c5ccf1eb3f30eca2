"""What technicians are told in the morning."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction

from apps.jobs.queries import Row
from apps.notifications.services import notify
from apps.scheduling.day import plan_of
from apps.technicians.models import Technician
from core.clock import local_date
from core.schedule import Daily, scheduled
from core.shop import shop_today, shop_zone

MOST_LINES = 30
KINDS = ("appointments", "repairs", "tasks")


@scheduled("technicians.day", title="Technicians' list of the day", when=Daily(dt.time(7)))
def tell_technicians(due_at: dt.datetime) -> str:
    """Tell each technician at work today what is to be done; nobody of a day that is over."""
    day = local_date(shop_zone(), due_at)
    if day != shop_today():
        return "That day is over."
    able = Technician.objects.working(day).select_related("user").order_by("id")
    return f"{sum(_tell(technician, day) for technician in able)} technicians told."


def _tell(technician: Technician, day: dt.date) -> bool:
    plan = plan_of(technician, days=0)
    today, overdue = plan["days"][0], plan["overdue"]
    late = sum(len(overdue[kind]) for kind in KINDS)
    counts = {kind: len(today[kind]) for kind in KINDS}
    if not late and not any(counts.values()):
        return False
    fields = {
        "day": f"{day:%A, %B} {day.day}, {day.year}",
        "visits": counts["appointments"],
        "repairs": counts["repairs"],
        "tasks": counts["tasks"],
        "overdue": late,
        "lines": _lines(today)[:MOST_LINES],
    }
    with transaction.atomic():
        notify(
            kind="day_list",
            recipients=[technician.user],
            target=technician,
            fields=fields,
            key=f"day_list:{day}",
        )
    return True


def _lines(today: Row) -> list[str]:
    return [
        *(
            f"{_clock(row['starts_at'], row['time_zone'])}, {row['title']}, {row['customer_name']}"
            for row in today["appointments"]
        ),
        *(f"Unit {row['unit_number']}, {row['customer_name']}" for row in today["repairs"]),
        *(f"{row['job_title']}: {row['title']}" for row in today["tasks"]),
    ]


def _clock(at: dt.datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local:%M %p}"
