"""Two wishes that cannot both come true, at the same moment."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

import pytest
from django.db.models import QuerySet

from apps.audit import chain
from apps.audit.models import AuditHead
from apps.queue_management import assignment, notices, use_cases, workload
from apps.queue_management.use_cases import dispatch
from apps.repairs import services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, Unit
from apps.technicians.models import Technician
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import Customer, User
from core.shop import shop_today
from tests import factories
from tests.races.harness import (
    CROWD,
    PATIENCE_SECONDS,
    at_once,
    failed,
    happens,
    keep_no_statements,
    succeeded,
    wait_until_somebody_waits_for_a_lock,
    without_locks_on,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LEFT = "Nobody who is deactivated has open repairs"


def test_one_reference_sixteen_times_is_one_repair() -> None:
    customer = factories.make_customer()
    actor = factories.make_primary(customer)
    outcomes = at_once(
        [
            partial(
                use_cases.request_repair,
                actor=actor,
                customer_id=customer.pk,
                details=factories.details(external_ref="WO-77"),
            )
            for _ in range(CROWD)
        ]
    )
    (won,) = succeeded(outcomes)
    assert {
        (error.code, error.extra["repair"])
        for error in failed(outcomes)
        if isinstance(error, Conflict)
    } == {("external_ref_taken", won.pk)}
    assert Repair.objects.count() == 1


def request_same_unit() -> list[Repair | Exception]:
    customer = factories.make_customer()
    factories.make_unit(customer, "4127")
    actor = factories.make_primary(customer)
    writings = ["4127", "#4127", "Unit 4127", "unit #4127"] * 4
    return at_once(
        [
            partial(
                use_cases.request_repair,
                actor=actor,
                customer_id=customer.pk,
                details=factories.details(number),
            )
            for number in writings
        ]
    )


def test_one_unit_requested_sixteen_times_is_one_unit_and_one_repair() -> None:
    outcomes = request_same_unit()
    (won,) = succeeded(outcomes)
    codes = {error.code for error in failed(outcomes) if isinstance(error, Conflict)}
    assert (codes, len(failed(outcomes))) == ({"possible_duplicate"}, CROWD - 1)
    assert Unit.objects.get().number_key == "4127"
    assert Repair.objects.get().pk == won.pk


def test_control_without_customers_and_units_locks_only_the_index_refuses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Customer, Unit)
    assert happens(
        lambda: any(not isinstance(error, Conflict) for error in failed(request_same_unit()))
    )


def decide_together() -> tuple[Repair, list[Repair | Exception]]:
    repair = factories.field_repair()
    actor, admin = factories.primary_of(repair.customer), factories.make_admin()
    version = repair.version
    approve = partial(use_cases.approve_repair, actor=actor, repair_id=repair.pk, version=version)
    deny = partial(
        use_cases.deny_repair,
        actor=admin,
        repair_id=repair.pk,
        reason=factories.DECLINED,
        version=version,
    )
    return repair, at_once([approve, deny] * 8)


def test_approve_and_deny_of_one_version_leave_one_decision() -> None:
    repair, outcomes = decide_together()
    repair.refresh_from_db()
    assert {type(error) for error in failed(outcomes)} <= {Conflict, Forbidden, PreconditionFailed}
    assert repair.queue_status in {QueueStatus.APPROVED, QueueStatus.DENIED}
    assert repair.version == 2
    assert repair.approvals.count() == 1
    assert invariant_violations() == []


def test_sixteen_requests_while_one_leaves_leave_nobody_gone_with_work() -> None:
    owner, leaving = factories.make_owner(), factories.make_technician("Lea Leaving")
    factories.make_technician("Stan Stays")
    customers = [factories.make_customer() for _ in range(4)]
    calls: list[Callable[[], object]] = [
        partial(
            use_cases.request_repair,
            actor=owner,
            customer_id=customers[place % 4].pk,
            details=factories.details(),
        )
        for place in range(30)
    ]
    leave = partial(use_cases.deactivate_person, actor=owner, user_id=leaving.user_id)
    calls.insert(8, leave)
    errors = failed(at_once(calls))
    assert {getattr(error, "code", error) for error in errors} <= {"technician_away"}
    assert invariant_violations() == []


def request_that_meets_a_leaving(monkeypatch: pytest.MonkeyPatch) -> Repair | Exception:
    """The only technician is deactivated between the choice and the lock of their counter."""
    owner, leaving = factories.make_owner(), factories.make_technician("Lea Leaving")
    customer = factories.make_customer()
    leave = partial(use_cases.deactivate_person, actor=owner, user_id=leaving.user_id)
    keep_no_statements(monkeypatch)
    read_loads = assignment._loads

    def read_while_one_leaves(*asked: Any) -> dict[int, int]:
        monkeypatch.setattr(assignment, "_loads", read_loads)
        assert failed(at_once([leave])) == []
        return read_loads(*asked)

    monkeypatch.setattr(assignment, "_loads", read_while_one_leaves)
    request = partial(
        use_cases.request_repair,
        actor=owner,
        customer_id=customer.pk,
        details=factories.details(),
    )
    (found,) = at_once([request])
    return found


def test_request_that_meets_a_leaving_waits_in_the_office(monkeypatch: pytest.MonkeyPatch) -> None:
    repair = request_that_meets_a_leaving(monkeypatch)
    assert isinstance(repair, Repair)
    assert repair.technician is None
    assert invariant_violations() == []


def test_control_without_the_look_behind_the_counter_work_goes_to_who_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assignment, "able_technicians", lambda *_: Technician.objects.all())
    assert isinstance(request_that_meets_a_leaving(monkeypatch), Repair)
    assert LEFT in [violation.name for violation in invariant_violations()]


def giving_that_meets_a_leaving(monkeypatch: pytest.MonkeyPatch) -> Repair | Exception:
    """Whom the office gives work to is deactivated between the look and their counter's lock.

    The lock of their calendar, which lets nobody leave meanwhile, is switched off.
    """
    monkeypatch.setattr(dispatch, "lock_calendars", lambda _: None)
    owner = factories.make_owner()
    repair = factories.request(actor=owner)
    leaving = factories.make_technician("Lea Leaving")
    leave = partial(use_cases.deactivate_person, actor=owner, user_id=leaving.user_id)
    look = dispatch.active_technician

    def look_before_one_leaves(technician_id: int) -> Technician:
        found = look(technician_id)
        assert failed(at_once([leave])) == []
        return found

    monkeypatch.setattr(dispatch, "active_technician", look_before_one_leaves)
    give = partial(
        use_cases.assign_repair, actor=owner, repair_id=repair.pk, technician_id=leaving.pk
    )
    (found,) = at_once([give])
    return found


def test_who_has_just_left_is_given_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    error = giving_that_meets_a_leaving(monkeypatch)
    assert isinstance(error, Conflict)
    assert error.code == "technician_away"
    assert invariant_violations() == []


def test_giving_and_leaving_at_once_leave_nobody_with_work_who_left() -> None:
    owner, leaving = factories.make_owner(), factories.make_technician("Lea Leaving")
    repair = factories.request(actor=owner)
    give = partial(
        use_cases.assign_repair, actor=owner, repair_id=repair.pk, technician_id=leaving.pk
    )
    leave = partial(use_cases.deactivate_person, actor=owner, user_id=leaving.user_id)
    calls: list[Callable[[], object]] = [give, leave]
    given, left = at_once(calls)
    assert not isinstance(left, Exception)
    assert isinstance(given, Repair | Invalid)
    assert invariant_violations() == []


def test_control_without_the_check_of_the_count_who_left_is_given_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workload, "_check_active", lambda _: None)
    assert isinstance(giving_that_meets_a_leaving(monkeypatch), Repair)
    assert LEFT in [violation.name for violation in invariant_violations()]


def leave_behind_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deactivation waits for the counter of a technician whom a request is just given."""
    owner, leaving = factories.make_owner(), factories.make_technician("Lea Leaving")
    leave = partial(use_cases.deactivate_person, actor=owner, user_id=leaving.user_id)
    tell, leavers = notices.tell_requested, []

    def tell_while_one_leaves(repairs: list[Repair], actor: User) -> None:
        leaver = Thread(target=at_once, args=([leave],))
        leavers.append(leaver)
        leaver.start()
        wait_until_somebody_waits_for_a_lock()
        tell(repairs, actor)

    monkeypatch.setattr(notices, "tell_requested", tell_while_one_leaves)
    factories.request(actor=owner)
    leavers[0].join(PATIENCE_SECONDS)


def test_deactivation_takes_back_what_came_while_it_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_behind_a_request(monkeypatch)
    assert not User.objects.get(first_name="Lea").is_active
    assert Repair.objects.get().technician is None
    assert invariant_violations() == []


def test_control_looking_once_leaves_work_with_who_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_once(technician: Technician, held: QuerySet[Repair], **_: object) -> list[Repair]:
        repairs = services.locked_repairs(list(held.values_list("pk", flat=True)))
        assignment.lock_workloads({technician.pk})
        return repairs

    monkeypatch.setattr(dispatch, "_lock_held", lock_once)
    leave_behind_a_request(monkeypatch)
    assert LEFT in [violation.name for violation in invariant_violations()]


def test_taking_while_released_ends_in_one_of_both() -> None:
    technician = factories.make_technician()
    repairs = [factories.request() for _ in range(8)]
    factories.make_technician("Uma Other")
    today = shop_today()
    calls: list[Callable[[], object]] = [
        partial(use_cases.approve_repair, actor=technician.user, repair_id=repair.pk)
        for repair in repairs
    ]
    calls.insert(
        4,
        partial(
            use_cases.set_technician_out,
            actor=technician.user,
            technician_id=technician.pk,
            day=today,
        ),
    )
    errors = failed(at_once(calls))
    assert all(isinstance(error, Conflict | NotFound) for error in errors), errors
    assert invariant_violations() == []


def test_control_without_the_heads_lock_the_chain_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, AuditHead)
    customers = [factories.make_customer() for _ in range(CROWD)]
    actor = factories.make_admin()

    def broken() -> bool:
        outcomes = at_once(
            [
                partial(
                    use_cases.request_repair,
                    actor=actor,
                    customer_id=customer.pk,
                    details=factories.details(),
                )
                for customer in customers
            ]
        )
        # The unique position refuses whoever chained to a head that had moved.
        return bool(failed(outcomes)) or bool(list(chain.faults()))

    assert happens(broken)


def test_future_days_stay_with_the_technician() -> None:
    technician = factories.make_technician()
    repair = factories.approved_repair(technician=technician)
    tomorrow = shop_today() + dt.timedelta(days=1)
    use_cases.set_technician_out(actor=technician.user, technician_id=technician.pk, day=tomorrow)
    repair.refresh_from_db()
    assert repair.technician == technician
