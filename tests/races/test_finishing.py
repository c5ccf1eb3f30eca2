"""Finishing with a picture, while others finish without one."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError, transaction

from apps.photo_storage.services import PreparedPhoto, prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
Finish = Callable[[Repair, PreparedPhoto], object]


def in_one(repair: Repair, photo: PreparedPhoto) -> Repair:
    """As the page does it."""
    assert repair.technician is not None
    return use_cases.move_with_photo(
        actor=repair.technician.user,
        repair_id=repair.pk,
        target=QueueStatus.COMPLETED,
        photo=photo,
        reason=use_cases.NO_REASON,
    )


def in_two(repair: Repair, photo: PreparedPhoto) -> Repair:
    """Two use cases in one transaction: the second locks behind the head of the audit chain."""
    assert repair.technician is not None
    actor = repair.technician.user
    with transaction.atomic():
        use_cases.attach_photo(
            actor=actor, repair_id=repair.pk, prepared=photo, kind=PhotoKind.AFTER
        )
        return use_cases.complete_repair(actor=actor, repair_id=repair.pk)


def finish_a_fleet(finish: Finish) -> list[Exception]:
    """Every second repair of one customer is finished with a picture, all at once."""
    customer, technician = factories.make_customer(), factories.make_technician()
    photo = prepare_photo(upload=uploaded(plain()))
    repairs = [
        factories.started_repair(customer=customer, technician=technician) for _ in range(CROWD)
    ]
    calls: list[Callable[[], object]] = [
        partial(finish, repair, photo)
        if number % 2
        else partial(use_cases.complete_repair, actor=technician.user, repair_id=repair.pk)
        for number, repair in enumerate(repairs)
    ]
    return failed(at_once(calls))


def test_finishing_with_and_without_a_picture_meets_no_deadlock() -> None:
    assert finish_a_fleet(in_one) == []
    assert Repair.objects.filter(queue_status=QueueStatus.COMPLETED).count() == CROWD
    assert invariant_violations() == []


def test_control_two_use_cases_in_one_transaction_deadlock() -> None:
    def deadlocked() -> bool:
        return any(isinstance(error, OperationalError) for error in finish_a_fleet(in_two))

    assert happens(deadlocked)
