"""A signature at the vehicle, at the same moment as another decision."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest

from apps.photo_storage.services import PreparedPhoto, prepare_photo, staged
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.queue_management.use_cases import SpotWord
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def waiting() -> Repair:
    return factories.field_repair(customer=factories.make_person())


def signing(repair: Repair, drawing: PreparedPhoto | None = None) -> Callable[[], Repair]:
    """Sign once, each with a copy of the drawing."""
    assert repair.technician
    actor = repair.technician.user
    photo = replace(drawing) if drawing else None
    word = SpotWord(name="Paula Private", shown=Decimal(50), signature=photo)

    def sign() -> Repair:
        with staged(photo):
            return use_cases.approve_on_spot(actor=actor, repair_id=repair.pk, word=word)

    return sign


def sign_sixteen_times() -> tuple[Repair, list[Repair | Exception]]:
    repair, drawing = waiting(), prepare_photo(upload=uploaded(plain()))
    return repair, at_once([signing(repair, drawing) for _ in range(CROWD)])


def test_one_signature_sent_sixteen_times_is_one_decision() -> None:
    repair, outcomes = sign_sixteen_times()
    assert failed(outcomes) == []
    assert repair.approvals.count() == 1
    assert invariant_violations() == []


def test_control_without_locks_one_signature_decides_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Repair)
    assert happens(lambda: sign_sixteen_times()[0].approvals.count() > 1)


def decided_together() -> tuple[Repair, list[Repair | Exception]]:
    """Signed at the vehicle while the owner declines it in the portal."""
    repair = waiting()
    primary = factories.primary_of(repair.customer)
    deny = partial(
        use_cases.deny_repair,
        actor=primary,
        repair_id=repair.pk,
        reason=factories.DECLINED,
        version=repair.version,
    )
    return repair, at_once([signing(repair), deny] * (CROWD // 2))


def test_signed_and_declined_at_once_is_one_of_both() -> None:
    repair, outcomes = decided_together()
    repair.refresh_from_db()
    assert succeeded(outcomes)
    allowed = {Conflict, Forbidden, NotFound, PreconditionFailed}
    assert {type(error) for error in failed(outcomes)} <= allowed
    assert repair.queue_status in {QueueStatus.APPROVED, QueueStatus.DENIED}
    assert (repair.approvals.count(), repair.version) == (1, 2)
    assert invariant_violations() == []
