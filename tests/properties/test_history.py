"""Random operations by random people: the shop is what the plain model says, after every step."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.audit import chain
from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.queue_management.models import TechnicianWorkload
from apps.repairs.enums import QueueStatus, ReasonCode
from apps.repairs.models import Repair, UnitRepairCount
from apps.repairs.rules import allowed_moves
from apps.repairs.services import Reason
from core.errors import DomainError
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.properties.model import (
    ANY_TECHNICIAN,
    CUSTOMER,
    OFFICE,
    OPEN,
    ModelRepair,
    ModelShop,
)

pytestmark = pytest.mark.once

REASON = Reason(code=ReasonCode.MISTAKE, text="So it was said")
people = st.sampled_from(["office", "primary", "mate", "stranger", "agent", "tech0", "tech1"])
units = st.sampled_from(["1", "A/B"])
statuses = st.sampled_from(QueueStatus)
places = st.integers(0, 9)


class History(RuleBasedStateMachine):
    """A fleet of two units, two technicians, and everybody trying everything."""

    @initialize()
    def open_shop(self) -> None:
        self.model = ModelShop()
        self.fleet = factories.make_customer()
        self.people: dict[str, User] = {
            "office": factories.make_admin(),
            "primary": factories.make_primary(self.fleet),
            "mate": factories.make_member(self.fleet, can_request=False),
            "stranger": factories.make_primary(factories.make_customer()),
            "agent": factories.make_sales_agent(),
        }
        technicians = [factories.make_technician(f"Tech {number}") for number in (0, 1)]
        self.people |= {"tech0": technicians[0].user, "tech1": technicians[1].user}
        self.technicians = [technician.pk for technician in technicians]

    def technician(self, person: str) -> int | None:
        return self.technicians[int(person[-1])] if person.startswith("tech") else None

    def capacities(self, person: str) -> set[str]:
        if person.startswith("tech"):
            return {ANY_TECHNICIAN}
        return {"office": {OFFICE}, "primary": {CUSTOMER}}.get(person, set())

    def attempt(self, is_legal: bool, action: Callable[[], Any]) -> Any:  # noqa: FBT001 - read aloud
        """Do it; refused exactly when the model says so, and then without a trace."""
        if is_legal:
            return action()
        before = AuditEntry.objects.count()
        with pytest.raises(DomainError):
            action()
        assert AuditEntry.objects.count() == before
        return None

    @rule(person=people, unit=units, confirm=st.booleans())
    def request(self, person: str, unit: str, confirm: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        may = person in {"office", "primary"} and (confirm or not self.model.has_open(unit))
        loads = self.model.loads(self.technicians)
        repair = self.attempt(
            may,
            lambda: use_cases.request_repair(
                actor=self.people[person],
                customer_id=self.fleet.pk,
                details=factories.details(unit),
                confirm_duplicate=confirm,
            ),
        )
        if repair is not None:
            assert loads[repair.technician_id] == min(loads.values())
            self.model.repairs[repair.pk] = ModelRepair(unit, "REQUESTED", repair.technician_id)

    @rule(person=people, unit=units, confirm=st.booleans())
    def find_damage(self, person: str, unit: str, confirm: bool) -> None:  # noqa: FBT001 - as above
        technician = self.technician(person)
        may = person == "office" or technician is not None
        repair = self.attempt(
            may and (confirm or not self.model.has_open(unit)),
            lambda: use_cases.create_field_repair(
                actor=self.people[person],
                customer_id=self.fleet.pk,
                details=factories.details(unit),
                confirm_duplicate=confirm,
            ),
        )
        if repair is not None:
            self.model.repairs[repair.pk] = ModelRepair(unit, "PENDING", technician, technician)

    @precondition(lambda self: self.model.repairs)
    @rule(person=people, place=places, wanted=statuses)
    def move(self, person: str, place: int, wanted: QueueStatus) -> None:
        place %= len(self.model.repairs)
        self.move_one(sorted(self.model.repairs)[place], person, wanted)

    def move_one(self, key: int, person: str, wanted: QueueStatus) -> None:
        known, technician = self.model.repairs[key], self.technician(person)
        is_repeat = known.status == wanted and self.last_mover(key) == self.people[person].pk
        if is_repeat:
            return
        may = self.model.may(key, wanted, self.capacities(person), technician)
        if wanted == "IN_PROGRESS" and known.technician is None:
            may = False
        self.attempt(
            may,
            lambda: use_cases.move_repair(
                actor=self.people[person],
                repair_id=key,
                target=wanted,
                reason=REASON,
                confirm_duplicate=True,
            ),
        )
        if may:
            self.model.move(key, wanted, technician, is_office=person == "office")

    @precondition(lambda self: self.model.repairs)
    @rule(place=places, choice=st.integers(0, 99))
    def move_as_allowed(self, place: int, choice: int) -> None:
        """Random moves are mostly refused; this one brings work forward."""
        place %= len(self.model.repairs)
        key = sorted(self.model.repairs)[place]
        possible = [
            (person, target)
            for person in self.people
            for target in QueueStatus
            if self.model.may(key, target, self.capacities(person), self.technician(person))
        ]
        if possible:
            self.move_one(key, *possible[choice % len(possible)])

    @rule(unit=units)
    def go_the_whole_way(self, unit: str) -> None:
        self.request("primary", unit, confirm=True)
        key = max(self.model.repairs)
        for person, target in [
            ("tech0", QueueStatus.APPROVED),
            ("tech0", QueueStatus.IN_PROGRESS),
            ("office", QueueStatus.COMPLETED),
        ]:
            self.move_one(key, person, target)

    def last_mover(self, key: int) -> int | None:
        return Repair.objects.values_list("moved_by_id", flat=True).get(pk=key)

    @precondition(lambda self: self.model.repairs)
    @rule(person=people, place=places, number=st.integers(0, 1))
    def assign(self, person: str, place: int, number: int) -> None:
        key = sorted(self.model.repairs)[place % len(self.model.repairs)]
        known, technician = self.model.repairs[key], self.technicians[number]
        free = known.status != "IN_PROGRESS" or known.technician == technician
        may = person == "office" and known.status in OPEN and free
        self.attempt(
            may,
            lambda: use_cases.assign_repair(
                actor=self.people[person], repair_id=key, technician_id=technician
            ),
        )
        if may:
            known.technician = technician

    @precondition(lambda self: self.model.repairs)
    @rule(person=people, place=places)
    def void(self, person: str, place: int) -> None:
        key = sorted(self.model.repairs)[place % len(self.model.repairs)]
        known = self.model.repairs[key]
        may = person == "office" and known.status == "COMPLETED"
        self.attempt(
            may,
            lambda: use_cases.void_repair(
                actor=self.people[person], repair_id=key, reason="Wrong truck"
            ),
        )
        known.is_voided |= may

    @invariant()
    def shop_is_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = Repair.objects.select_related("unit")
        found = {
            row.pk: (row.queue_status, row.technician_id, row.approved_amount, row.cost)
            for row in rows
        }
        assert found == {
            key: (known.status, known.technician, known.approved, known.cost)
            for key, known in self.model.repairs.items()
        }
        counts = dict(UnitRepairCount.objects.values_list("unit__number", "count"))
        assert {unit: count for unit, count in counts.items() if count} == dict(self.model.counts)
        loads = dict(TechnicianWorkload.objects.values_list("pk", "active_count"))
        expected = self.model.loads(self.technicians)
        assert dict.fromkeys(self.technicians, 0) | loads == expected

    @invariant()
    def everything_holds(self) -> None:
        assert invariant_violations() == []

    @invariant()
    def each_person_is_told_the_moves_of_the_model(self) -> None:
        for key, known in getattr(self, "model", ModelShop()).repairs.items():
            repair = Repair.objects.get(pk=key)
            told = set(allowed_moves(self.people["office"], repair))
            expected = {
                target.value
                for target in QueueStatus
                if self.model.may(key, target.value, {OFFICE}, None)
            }
            assert told == expected, known


@pytest.mark.django_db
def test_history_follows_the_model() -> None:
    class InTransaction(History):
        """Each history in a transaction of its own, undone at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            assert list(chain.faults()) == []
            transaction.savepoint_rollback(self.savepoint)

    assert settings.default is not None
    limits = settings(
        max_examples=max(1, settings.default.max_examples // 12),
        stateful_step_count=30,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(InTransaction, settings=limits)
