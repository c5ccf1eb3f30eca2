"""What the services refuse whoever calls them, and rows that say what they mean."""

import pytest
from django.db import IntegrityError

from apps.photo_storage.models import StoredPhoto
from apps.repairs import services
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair, RepairApproval, RepairPhoto
from core.errors import Conflict
from tests.books import refused
from tests.cast import Cast
from tests.factories import DECLINED, completed_repair, denied_repair, make_unit, request

pytestmark = pytest.mark.django_db
S = QueueStatus


def test_no_move_outside_the_table_whoever_asks(cast: Cast) -> None:
    repair = completed_repair(customer=cast.fleet)
    with refused(Conflict, "illegal_move"):
        services.transition(actor=cast.owner, repair=repair, target=S.IN_PROGRESS)
    assert repair.queue_status == S.COMPLETED


@pytest.mark.parametrize("status", [S.IN_PROGRESS, S.COMPLETED, S.DENIED])
def test_no_repair_begins_in_the_middle(cast: Cast, status: QueueStatus) -> None:
    unit = make_unit(cast.fleet)
    repair = Repair(customer=cast.fleet, unit=unit, unit_number=unit.number, queue_status=status)
    with refused(Conflict, "illegal_move"):
        services.enter(actor=cast.owner, repair=repair)


def test_a_reference_taken_meanwhile_is_told_as_the_conflict_it_is(cast: Cast) -> None:
    first = request(customer=cast.fleet, actor=cast.primary, external_ref="WO-1")
    second = request(customer=cast.fleet, actor=cast.primary)
    second.external_ref = "WO-1"
    with (
        refused(Conflict, "external_ref_taken") as caught,
        services.told_reference(second),
    ):
        second.save()
    assert caught.value.extra == {"repair": first.pk}


def test_another_refusal_of_the_database_stays_what_it_is(cast: Cast) -> None:
    repair = request(customer=cast.fleet, actor=cast.primary, external_ref="WO-1")
    with pytest.raises(IntegrityError), services.told_reference(repair):
        make_unit(cast.fleet, repair.unit_number)


def test_decisions_and_pictures_say_what_they_are_of(cast: Cast) -> None:
    repair = denied_repair(customer=cast.fleet, reason=DECLINED)
    denied = RepairApproval.objects.get(repair=repair)
    assert str(denied) == f"{repair} denied by Petra Primary"
    done = completed_repair(customer=cast.fleet)
    approved = RepairApproval.objects.filter(repair=done).earliest("pk")
    assert str(approved) == f"{done} approved by Petra Primary"
    photo = RepairPhoto(repair=done, stored=StoredPhoto(), kind=PhotoKind.AFTER)
    assert str(photo) == f"{PhotoKind.AFTER.label} of {done}"
