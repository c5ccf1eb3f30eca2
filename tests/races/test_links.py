"""One link used sixteen times at once: one decision."""

from decimal import Decimal
from functools import partial

import pytest

from apps.queue_management.use_cases import Reason, approve_by_link, deny_by_link, make_repair_link
from apps.repairs.enums import ReasonCode
from apps.repairs.models import Repair
from core.errors import Conflict
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def use_together(*, half_declines: bool = True) -> tuple[Repair, list[Repair | Exception]]:
    """All of them approve, or half of them decline."""
    repair = factories.field_repair()
    address = make_repair_link(actor=User.objects.system(), repair_id=repair.pk)
    token = address.rstrip("/").rpartition("/")[2]
    approve = partial(approve_by_link, token=token, name="Pat", shown=Decimal(50))
    deny = partial(deny_by_link, token=token, name="Pat", reason=Reason(ReasonCode.DECLINED))
    return repair, at_once([approve, deny if half_declines else approve] * (CROWD // 2))


def test_one_decides_and_fifteen_find_the_link_used() -> None:
    repair, outcomes = use_together()
    (won,) = succeeded(outcomes)
    codes = {error.code for error in failed(outcomes) if isinstance(error, Conflict)}
    assert (codes, len(failed(outcomes))) == ({"link_over"}, CROWD - 1)
    repair.refresh_from_db()
    assert repair.queue_status == won.queue_status
    assert repair.approvals.count() == 1
    assert invariant_violations() == []


def test_control_without_the_repairs_lock_several_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, Repair)
    assert happens(lambda: use_together(half_declines=False)[0].approvals.count() > 1)
