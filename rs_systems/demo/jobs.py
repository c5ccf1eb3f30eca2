"""The demonstration's jobs: what the shop does beside repairs, with its equipment."""

import datetime as dt
from typing import Any

from apps.audit.recorder import record
from apps.jobs.enums import EquipmentType, Priority
from apps.jobs.models import Equipment, Job, JobTemplate
from apps.jobs.services import (
    JobDetails,
    TaskDetails,
    complete_job,
    create_equipment,
    create_job,
    create_template,
    edit_task,
)
from apps.queue_management.use_cases import RequestDetails, approve_repair, create_field_repair
from apps.repairs.enums import DamageType
from apps.repairs.services import Reason
from core.clock import now, pretending
from core.models import User
from core.shop import shop_today
from rs_systems.demo.cast import ADMIN, Cast

LATE_DAYS = 3
CHECKLIST = "Long crack"
ITEMS: tuple[tuple[str, str, EquipmentType], ...] = (
    ("DEMO-UV-1", "UV curing lamp", EquipmentType.TOOL),
    ("DEMO-DRILL-1", "Glass drill", EquipmentType.TOOL),
    ("DEMO-POLISHER-1", "Headlight polisher", EquipmentType.MACHINE),
    ("DEMO-VAN-2", "Van 2", EquipmentType.VEHICLE),
    ("DEMO-SUCTION-1", "Pair of suction cups", EquipmentType.ACCESSORY),
)


def tell_jobs(cast: Cast) -> None:
    """Jobs by the sales agent and the office: begun, done, waiting, nobody's yet."""
    items = {name: _item(cast, serial, name, kind) for serial, name, kind in ITEMS}
    lamp, van = items["UV curing lamp"].pk, items["Van 2"].pk
    survey = _job(
        cast,
        "sales1",
        "Yard survey before winter",
        [
            TaskDetails("Walk the yard with the fleet manager", equipment=[van]),
            TaskDetails("List every damaged windshield"),
            TaskDetails("Send the list to the office"),
        ],
        to="tech1",
        site_id=cast.yard.pk,
        scheduled_date=_day(0),
        priority=Priority.HIGH,
    )
    _finish(survey, cast.people["tech1"], number=1)
    polish = [TaskDetails("Mask the lamps"), TaskDetails("Polish", "Two passes", [lamp])]
    _job(
        cast,
        "sales1",
        "Polish the headlights of 4142",
        polish,
        to="tech2",
        site_id=cast.depot.pk,
        scheduled_date=_day(2),
    )
    training = [TaskDetails("Drive over", equipment=[van]), TaskDetails("Show how chips are taped")]
    done = _job(cast, "sales1", "Show drivers how to cover a chip", training, to="tech3")
    _finish(done, cast.people["tech3"], number=2)
    complete_job(actor=cast.people["tech3"], job_id=done.pk)
    # One whose date is over, and one that needs the van of the survey on the same day.
    with pretending(now() - dt.timedelta(days=LATE_DAYS)):
        late = [TaskDetails("Fetch the ramp"), TaskDetails("Bring it to the depot")]
        _job(cast, ADMIN, "Bring back the ramp", late, to="tech2", scheduled_date=_day(1))
    fetch = [TaskDetails("Drive to the dealer", equipment=[van]), TaskDetails("Check the glass")]
    _job(cast, "sales1", "Fetch glass for next week", fetch, to="tech3", scheduled_date=_day(0))
    urgent = [TaskDetails("Fetch the glass"), TaskDetails("Fit it", equipment=[lamp])]
    _job(cast, ADMIN, "Replace the side window of 4160", urgent, priority=Priority.URGENT)
    _checklist(cast, items)


def _checklist(cast: Cast, items: dict[str, Equipment]) -> None:
    """A checklist for cracks, and a repair that got its job from it."""
    if JobTemplate.objects.filter(damage_type=DamageType.CRACK).exists():
        return  # the shop has its own
    admin, technician = cast.people[ADMIN], cast.people["tech1"]
    steps = [
        TaskDetails("Drill the ends of the crack", equipment=[items["Glass drill"].pk]),
        TaskDetails("Fill it from end to end"),
        TaskDetails("Cure", "A minute each hand's breadth", [items["UV curing lamp"].pk]),
        TaskDetails("Scrape and polish"),
    ]
    create_template(
        actor=admin, values={"name": CHECKLIST, "damage_type": DamageType.CRACK}, items=steps
    )
    found = RequestDetails(
        unit_number="4163",
        description="Long crack along the lower edge.",
        damage_type=DamageType.CRACK,
    )
    repair = create_field_repair(actor=technician, customer_id=cast.fleet.pk, details=found)
    approve_repair(actor=admin, repair_id=repair.pk, reason=Reason(text="Agreed on the phone"))


def _day(number: int) -> dt.date:
    return shop_today() + dt.timedelta(days=number)


def _item(cast: Cast, serial: str, name: str, kind: EquipmentType) -> Equipment:
    known = Equipment.objects.filter(serial_number=serial).first()
    values = {"name": name, "type": kind.value, "serial_number": serial}
    return known or create_equipment(actor=cast.people[ADMIN], values=values)


def _job(
    cast: Cast, maker: str, title: str, tasks: list[TaskDetails], *, to: str = "", **more: Any
) -> Job:
    assigned_to_id = cast.people[to].pk if to else None
    details = JobDetails(title, assigned_to_id=assigned_to_id, tasks=tasks, **more)
    return create_job(actor=cast.people[maker], customer_id=cast.fleet.pk, details=details)


def _finish(job: Job, technician: User, *, number: int) -> None:
    for task in job.tasks.order_by("order")[:number]:
        edit_task(actor=technician, task_id=task.pk, status="completed")


def remove_catalogue() -> None:
    """Take away the demonstration's checklist and items that no real work needs.

    Part of a use case.
    """
    serials = [serial for serial, _, _ in ITEMS]
    system = User.objects.system()
    for checklist in JobTemplate.objects.filter(name=CHECKLIST, jobs=None):
        record(actor=system, verb="job_template.removed", target=checklist, force=True)
        checklist.delete()
    for item in Equipment.objects.filter(serial_number__in=serials, tasks=None):
        record(actor=system, verb="equipment.removed", target=item, force=True)
        item.delete()
