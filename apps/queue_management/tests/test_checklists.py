"""The checklist of a repair: made once on every way to its approval, ended with the repair."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.enums import JobStatus
from apps.jobs.models import Job, JobTemplate
from apps.jobs.services import (
    cancel_job,
    complete_job,
    edit_equipment,
    edit_job,
    edit_task,
    edit_template,
    reopen_job,
    start_job,
)
from apps.notifications.models import Notification
from apps.queue_management import use_cases
from apps.queue_management.tests.test_links import token_in
from apps.queue_management.use_cases import NO_REASON, Reason, SpotWord
from apps.repairs.enums import QueueStatus, ReasonCode
from apps.repairs.models import Repair, RepairBatch
from core.enums import ApprovalPolicy, AssignmentMode, SpotWish
from core.errors import Conflict
from core.invariants import invariant_violations
from core.models import CustomerPreference, User
from core.shop import shop_today
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Way = Callable[[Cast], list[Repair]]
WORD = SpotWord(name="Pat Driver", shown=Decimal(900))
DECLINED = Reason(ReasonCode.DECLINED, "Sold")


@pytest.fixture(autouse=True)
def template(cast: Cast) -> None:
    """For damage of no known shape, which is what requests of these tests have."""
    lamp = factories.make_equipment("Lamp")
    factories.make_template(
        "Chip", "Clean", "Cure", damage_type="Unknown", equipment=[lamp], description="How"
    )


def prefer(cast: Cast, **values: str) -> None:
    CustomerPreference.objects.filter(customer=cast.fleet).update(**values)


def waiting(cast: Cast) -> Repair:
    return factories.field_repair(technician=cast.technician_record, customer=cast.fleet)


def waiting_batch(cast: Cast) -> RepairBatch:
    rows = [factories.details("4127"), factories.details("4127"), factories.details("4128")]
    return use_cases.create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)


def rows_of(batch: RepairBatch) -> list[Repair]:
    return list(batch.repairs.order_by("pk"))


def taken(cast: Cast) -> list[Repair]:
    return [factories.approved_repair(customer=cast.fleet, technician=cast.technician_record)]


def taken_over(cast: Cast) -> list[Repair]:
    repair = factories.request(customer=cast.fleet)
    use_cases.assign_repair(
        actor=cast.admin, repair_id=repair.pk, technician_id=cast.other_technician_record.pk
    )
    return [factories.take(repair, cast.technician_record)]


def released_by_office(cast: Cast) -> list[Repair]:
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    repair = factories.request(customer=cast.fleet)
    return [use_cases.approve_repair(actor=cast.admin, repair_id=repair.pk)]


def by_customer(cast: Cast) -> list[Repair]:
    return [use_cases.approve_repair(actor=cast.approver, repair_id=waiting(cast).pk)]


def by_office(cast: Cast) -> list[Repair]:
    reason = Reason(text="Said so on the phone")
    return [use_cases.approve_repair(actor=cast.admin, repair_id=waiting(cast).pk, reason=reason)]


def moved(cast: Cast) -> list[Repair]:
    return [
        use_cases.move_repair(
            actor=cast.approver, repair_id=waiting(cast).pk, target=QueueStatus.APPROVED
        )
    ]


def batch_by_customer(cast: Cast) -> list[Repair]:
    batch = waiting_batch(cast)
    use_cases.approve_batch(actor=cast.approver, batch_id=batch.pk)
    return rows_of(batch)


def together(cast: Cast) -> list[Repair]:
    ids = [repair.pk for repair in rows_of(waiting_batch(cast))]
    return use_cases.approve_repairs(actor=cast.approver, repair_ids=ids)


def by_link(cast: Cast) -> list[Repair]:
    address = use_cases.make_repair_link(actor=cast.technician, repair_id=waiting(cast).pk)
    return [use_cases.approve_by_link(token=token_in(address), name="Pat", shown=Decimal(900))]


def on_spot(cast: Cast) -> list[Repair]:
    prefer(cast, on_the_spot=SpotWish.YES)
    repair = waiting(cast)
    return [use_cases.approve_on_spot(actor=cast.technician, repair_id=repair.pk, word=WORD)]


def batch_on_spot(cast: Cast) -> list[Repair]:
    prefer(cast, on_the_spot=SpotWish.YES)
    batch = waiting_batch(cast)
    use_cases.approve_batch_on_spot(actor=cast.technician, batch_id=batch.pk, word=WORD)
    return rows_of(batch)


def by_policy(cast: Cast) -> list[Repair]:
    prefer(cast, approval_policy=ApprovalPolicy.AUTO_APPROVE)
    return [waiting(cast)]


def batch_by_policy(cast: Cast) -> list[Repair]:
    prefer(cast, approval_policy=ApprovalPolicy.AUTO_APPROVE)
    return rows_of(waiting_batch(cast))


WAYS = [
    *(taken, taken_over, released_by_office, by_customer, by_office, moved),
    *(batch_by_customer, together, by_link, on_spot, batch_on_spot, by_policy, batch_by_policy),
]


@pytest.mark.parametrize("way", WAYS)
def test_every_approval_makes_the_checklist(cast: Cast, way: Way) -> None:
    repairs = way(cast)
    assert repairs
    for repair in repairs:
        repair.refresh_from_db()
        assert repair.queue_status == QueueStatus.APPROVED
        job = repair.jobs.get()
        assert job.title == f"Chip: unit {repair.unit_number}"
        assert (job.customer, job.description, job.follows_repair) == (cast.fleet, "How", True)
        assert job.assigned_to == (repair.technician and repair.technician.user)
        assert [str(task) for task in job.tasks.order_by("order")] == ["1 Clean", "2 Cure"]
    assert AuditEntry.objects.filter(verb="job.created").count() == len(repairs)
    assert invariant_violations() == []


@pytest.mark.parametrize("way", WAYS)
def test_without_a_checklist_for_the_damage_nothing_is_made(cast: Cast, way: Way) -> None:
    job_template = JobTemplate.objects.get()
    edit_template(
        actor=cast.admin, template_id=job_template.pk, version=1, values={"is_active": False}
    )
    way(cast)
    assert not Job.objects.exists()


def test_a_repair_that_only_waits_has_none(cast: Cast) -> None:
    factories.request(customer=cast.fleet)
    waiting(cast)
    assert not Job.objects.exists()


def test_it_is_made_once_whatever_is_repeated(cast: Cast) -> None:
    (repair,) = taken(cast)
    with nothing_written():
        factories.take(repair, cast.technician_record)
    use_cases.start_repair(actor=cast.technician, repair_id=repair.pk)
    use_cases.put_back_repair(
        actor=cast.technician, repair_id=repair.pk, reason=Reason(text="Rain")
    )
    use_cases.ask_approval(
        actor=cast.technician, repair_id=repair.pk, reason=Reason(text="Larger than seen")
    )
    use_cases.approve_repair(actor=cast.approver, repair_id=repair.pk)
    assert repair.jobs.count() == 1


def test_nobody_is_told_of_it_beside_the_repair(cast: Cast) -> None:
    released_by_office(cast)
    repair = Repair.objects.get()
    use_cases.assign_repair(
        actor=cast.admin, repair_id=repair.pk, technician_id=cast.technician_record.pk
    )
    kinds = set(Notification.objects.values_list("kind", flat=True))
    assert not {kind for kind in kinds if kind.startswith("job_")}


@pytest.mark.parametrize("days", [0, 3])
def test_its_day_is_the_one_that_the_customer_wishes(cast: Cast, days: int) -> None:
    wish = shop_today() + dt.timedelta(days=days)
    repair = factories.request(customer=cast.fleet, preferred_date=wish)
    factories.take(repair, cast.technician_record)
    assert repair.jobs.get().scheduled_date == wish


def test_a_wish_that_has_passed_is_no_day(cast: Cast) -> None:
    yesterday = shop_today() - dt.timedelta(days=1)
    repair = factories.request(customer=cast.fleet, preferred_date=yesterday)
    factories.take(repair, cast.technician_record)
    assert repair.jobs.get().scheduled_date is None


def test_retired_equipment_holds_no_approval_up(cast: Cast) -> None:
    lamp = factories.make_equipment("Second lamp")
    factories.make_template("Star", "Look", damage_type="Star Break", equipment=[lamp])
    values = {"is_active": False}
    edit_equipment(actor=cast.admin, equipment_id=lamp.pk, version=1, values=values)
    repair = factories.request(customer=cast.fleet, damage_type="Star Break")
    factories.take(repair, cast.technician_record)
    (task,) = repair.jobs.get().tasks.all()
    assert (str(task), list(task.equipment.all())) == ("1 Look", [])


# --- Whose it is -------------------------------------------------------------------------------


def holder(repair: Repair) -> User | None:
    return repair.jobs.get().assigned_to


def give(cast: Cast, repair: Repair) -> None:
    use_cases.assign_repair(
        actor=cast.admin, repair_id=repair.pk, technician_id=cast.other_technician_record.pk
    )


def give_many(cast: Cast, repair: Repair) -> None:
    given = {repair.pk: cast.other_technician_record.pk}
    use_cases.assign_repairs(actor=cast.admin, given=given)


def leave(cast: Cast, _: Repair) -> None:
    use_cases.deactivate_person(actor=cast.owner, user_id=cast.technician.pk, reason="Left")


def stay_away(cast: Cast, _: Repair) -> None:
    use_cases.set_technician_out(
        actor=cast.admin, technician_id=cast.technician_record.pk, day=shop_today()
    )


@pytest.mark.parametrize("way", [give, give_many, leave, stay_away])
def test_it_goes_where_the_repair_goes(cast: Cast, way: Callable[[Cast, Repair], None]) -> None:
    (repair,) = taken(cast)
    start_job(actor=cast.technician, job_id=repair.jobs.get().pk)
    repair.refresh_from_db()
    way(cast, repair)
    assert holder(repair) == cast.other_technician
    assert repair.jobs.get().status == JobStatus.IN_PROGRESS
    assert AuditEntry.objects.filter(verb="job.assigned").count() == 1
    assert invariant_violations() == []


@pytest.mark.parametrize("way", [leave, stay_away])
def test_it_waits_in_the_office_with_the_repair(
    cast: Cast, way: Callable[[Cast, Repair], None]
) -> None:
    (repair,) = taken(cast)
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    way(cast, repair)
    assert holder(repair) is None
    assert AuditEntry.objects.filter(verb="job.unassigned").count() == 1
    assert invariant_violations() == []


def test_it_is_not_given_away_by_itself(cast: Cast) -> None:
    (repair,) = taken(cast)
    job = repair.jobs.get()
    values = {"assigned_to_id": cast.other_technician.pk}
    with refused(Conflict, "follows_repair"):
        edit_job(actor=cast.admin, job_id=job.pk, version=1, values=values)
    edit_job(actor=cast.admin, job_id=job.pk, version=1, values={"priority": "urgent"})


def test_opened_again_it_is_with_whom_the_repair_is_with(cast: Cast) -> None:
    (repair,) = taken(cast)
    job = repair.jobs.get()
    cancel_job(actor=cast.admin, job_id=job.pk, reason="Not needed")
    give(cast, repair)
    assert holder(repair) == cast.technician
    reopen_job(actor=cast.admin, job_id=job.pk, reason="Is needed")
    assert holder(repair) == cast.other_technician
    assert invariant_violations() == []


def test_opened_again_it_is_nobodys_while_the_repair_is(cast: Cast) -> None:
    (repair,) = taken(cast)
    job = repair.jobs.get()
    cancel_job(actor=cast.admin, job_id=job.pk, reason="Not needed")
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    stay_away(cast, repair)
    reopen_job(actor=cast.admin, job_id=job.pk, reason="Is needed")
    assert holder(repair) is None


# --- Its end -----------------------------------------------------------------------------------


def test_a_denied_repair_calls_it_off(cast: Cast) -> None:
    (repair,) = taken(cast)
    job = repair.jobs.get()
    edit_task(actor=cast.technician, task_id=job.tasks.get(order=1).pk, status="completed")
    use_cases.deny_repair(actor=cast.admin, repair_id=repair.pk, reason=DECLINED)
    job.refresh_from_db()
    assert (job.status, job.follows_repair) == (JobStatus.CANCELLED, False)
    entry = AuditEntry.objects.get(verb="job.cancelled")
    assert (entry.note, entry.actor_name) == ("The repair ended: Declined", "Ada Office")
    assert invariant_violations() == []


def test_rows_denied_together_call_theirs_off(cast: Cast) -> None:
    repairs = batch_by_customer(cast)
    use_cases.deny_repairs(
        actor=cast.admin, repair_ids=[each.pk for each in repairs], reason=DECLINED
    )
    assert set(Job.objects.values_list("status", flat=True)) == {JobStatus.CANCELLED}


def test_offered_again_the_repair_gets_a_new_one(cast: Cast) -> None:
    (repair,) = by_customer(cast)
    use_cases.deny_repair(actor=cast.admin, repair_id=repair.pk, reason=DECLINED)
    use_cases.ask_approval(actor=cast.admin, repair_id=repair.pk)
    use_cases.approve_repair(actor=cast.approver, repair_id=repair.pk)
    statuses = list(repair.jobs.order_by("pk").values_list("status", "follows_repair"))
    assert statuses == [(JobStatus.CANCELLED, False), (JobStatus.PENDING, True)]
    assert invariant_violations() == []


def test_what_was_finished_stays_finished(cast: Cast) -> None:
    (repair,) = taken(cast)
    job = repair.jobs.get()
    factories.finish_tasks(job, actor=cast.technician)
    complete_job(actor=cast.technician, job_id=job.pk)
    use_cases.deny_repair(actor=cast.admin, repair_id=repair.pk, reason=DECLINED)
    job.refresh_from_db()
    assert (job.status, job.follows_repair) == (JobStatus.COMPLETED, False)


def test_one_that_was_called_off_by_hand_is_not_made_again(cast: Cast) -> None:
    (repair,) = taken(cast)
    cancel_job(actor=cast.admin, job_id=repair.jobs.get().pk, reason="Not needed")
    why = Reason(text="Larger than seen")
    use_cases.ask_approval(actor=cast.technician, repair_id=repair.pk, reason=why)
    use_cases.approve_repair(actor=cast.approver, repair_id=repair.pk, reason=NO_REASON)
    assert repair.jobs.get().status == JobStatus.CANCELLED


def test_the_repair_waits_for_it(cast: Cast) -> None:
    (repair,) = taken(cast)
    use_cases.start_repair(actor=cast.technician, repair_id=repair.pk)
    with refused(Conflict, "jobs_open"):
        use_cases.complete_repair(actor=cast.technician, repair_id=repair.pk)
