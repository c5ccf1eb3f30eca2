"""The counter behind least-loaded assignment, and work that nobody holds."""

import pytest
from django.db import transaction

from apps.notifications.models import Notification
from apps.queue_management import workload
from apps.queue_management.models import DamageTypeSkill, PreferredTechnician, TechnicianWorkload
from apps.queue_management.use_cases import assign_repair, deactivate_person, deny_repair
from apps.repairs.enums import DamageType, QueueStatus
from apps.repairs.models import Repair
from core.enums import AssignmentMode
from core.errors import Conflict
from core.invariants import invariant_violations
from tests.books import refused
from tests.cast import Cast
from tests.factories import (
    DECLINED,
    make_skill,
    make_technician,
    repair_in,
    request,
    set_shop,
)

pytestmark = pytest.mark.django_db
S = QueueStatus


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_the_first_work_makes_the_counter(cast: Cast) -> None:
    record = cast.technician_record
    assert not TechnicianWorkload.objects.filter(pk=record.pk).exists()
    workload.add(record.pk, 2)
    workload.add(record.pk, -1)
    assert TechnicianWorkload.objects.get(pk=record.pk).active_count == 1


def test_nobody_gets_more_who_left_but_gives_back_what_they_had(cast: Cast) -> None:
    record = cast.technician_record
    workload.add(record.pk, 1)
    deactivate_person(actor=cast.owner, user_id=cast.technician.pk)
    with refused(Conflict, "technician_away"), transaction.atomic():
        workload.add(record.pk, 1)
    workload.add(record.pk, -1)
    assert TechnicianWorkload.objects.get(pk=record.pk).active_count == 0


def test_a_request_nobody_holds_is_denied_without_a_counter(cast: Cast) -> None:
    set_shop(assignment_mode=AssignmentMode.SUGGEST)
    repair = request(customer=cast.fleet, actor=cast.primary)
    assert repair.technician is None
    deny_repair(actor=cast.primary, repair_id=repair.pk, reason=DECLINED)
    assert not TechnicianWorkload.objects.exclude(active_count=0).exists()
    assert invariant_violations() == []


def test_work_given_back_waits_for_the_office_where_it_decides(cast: Cast) -> None:
    repair = repair_in(S.APPROVED, technician=cast.technician_record, customer=cast.fleet)
    set_shop(assignment_mode=AssignmentMode.SUGGEST)
    deactivate_person(actor=cast.owner, user_id=cast.technician.pk)
    repair = Repair.objects.get(pk=repair.pk)
    assert (repair.technician, repair.queue_status) == (None, S.APPROVED)
    assert {cast.admin.pk, cast.owner.pk} <= told("needs_assignment")
    assert invariant_violations() == []


def test_who_gives_themselves_work_or_gives_it_away_is_not_told(cast: Cast) -> None:
    set_shop(assignment_mode=AssignmentMode.SUGGEST)
    own = make_technician(user=cast.admin)
    repair = request(customer=cast.fleet, actor=cast.primary)
    for record in (own, cast.technician_record):
        assign_repair(actor=cast.admin, repair_id=repair.pk, technician_id=record.pk)
    assert told("repair_assigned") == {cast.technician.pk}
    assert told("repair_reassigned") == set()
    assert invariant_violations() == []


def test_rows_say_what_they_mean(cast: Cast) -> None:
    preferred = PreferredTechnician(customer=cast.fleet, technician=cast.technician_record)
    needed = DamageTypeSkill(damage_type=DamageType.CRACK, skill=make_skill("Long cracks"))
    assert str(preferred) == "Demo Fleet prefers Tom Becker"
    assert str(needed) == f"{DamageType.CRACK} asks for Long cracks"
