"""What has changed, as each of the cast may know it."""

import pytest

from apps.audit.queries import entries_after, head_position
from apps.jobs.services import edit_job
from apps.queue_management import use_cases
from apps.queue_management.changes import (
    KINDS,
    LEFT,
    Change,
    changes_among,
    changes_between,
)
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.enums import AssignmentMode
from core.models import User
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WATCHERS = ("admin", "technician", "other_technician", "sales_agent", "primary", "mate", "stranger")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def read(user: User, after: int = 0) -> list[Change]:
    return changes_between(fresh(user), after=after, until=head_position(), limit=500)


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    """A repair that everybody in the shop sees."""
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    return factories.request(customer=cast.fleet)


def take(cast: Cast, repair: Repair) -> None:
    use_cases.move_repair(actor=cast.technician, repair_id=repair.pk, target=QueueStatus.APPROVED)


def test_who_lost_sight_of_it_is_told_that_only(cast: Cast, waiting: Repair) -> None:
    before = head_position()
    take(cast, waiting)
    (seen,) = read(cast.other_technician, before)
    assert (seen.id, seen.verb, seen.actor) == (waiting.pk, LEFT, "")
    (told,) = read(cast.technician, before)
    assert (told.verb, told.actor, told.own) == ("repair.taken", "Tom Becker", True)
    assert read(cast.stranger) == []


def test_a_job_that_went_to_somebody_else_has_left(cast: Cast) -> None:
    job = factories.make_job("A", customer=cast.fleet, technician=cast.technician_record)
    before = head_position()
    edit_job(
        actor=cast.admin,
        job_id=job.pk,
        version=job.version,
        values={"assigned_to_id": cast.other_technician.pk},
    )
    assert {change.verb for change in read(cast.technician, before)} == {LEFT}
    assert LEFT not in {change.verb for change in read(cast.other_technician, before)}


@pytest.mark.parametrize("name", WATCHERS)
def test_read_for_many_or_for_one_it_is_the_same(cast: Cast, waiting: Repair, name: str) -> None:
    factories.make_job("A", customer=cast.fleet, technician=cast.technician_record)
    take(cast, waiting)
    use_cases.assign_repair(
        actor=cast.admin, repair_id=waiting.pk, technician_id=cast.other_technician_record.pk
    )
    user = cast.member(name)
    entries = entries_after(0, kinds=KINDS, limit=500)
    assert changes_among(fresh(user), entries) == read(user)


def test_customers_read_no_reasons_of_the_shop(cast: Cast, waiting: Repair) -> None:
    use_cases.assign_repair(
        actor=cast.admin,
        repair_id=waiting.pk,
        technician_id=cast.technician_record.pk,
    )
    take(cast, waiting)
    assert [change.verb for change in read(cast.primary)] == ["repair.requested", "repair.taken"]
