"""One use case is one indivisible change; entries are written by the outermost, last."""

import pytest

from apps.audit.models import AuditEntry
from apps.audit.recorder import pending, record, snapshot
from apps.audit.tests.conftest import create_customer
from apps.audit.use_case import use_case
from core.models import Customer, User
from core.request_context import request_id

pytestmark = pytest.mark.django_db


@use_case
def create_two(
    actor: User, *, second_fails: bool = False, first_fails_caught: bool = False
) -> None:
    if first_fails_caught:
        with pytest.raises(ValueError, match="given up"):
            create_and_give_up(actor)
    create_customer(actor, "First")
    if second_fails:
        create_and_give_up(actor)
    assert not AuditEntry.objects.exists()


@use_case
def create_and_give_up(actor: User) -> None:
    create_customer(actor, "Given up")
    raise ValueError("given up")


def labels() -> list[str]:
    return list(AuditEntry.objects.order_by("position").values_list("target_label", flat=True))


def test_entries_are_written_by_the_outermost(actor: User) -> None:
    create_two(actor)
    assert labels() == ["First"]


def test_failed_use_case_leaves_neither_row_nor_entry(actor: User) -> None:
    with pytest.raises(ValueError, match="given up"):
        create_two(actor, second_fails=True)
    assert (labels(), Customer.objects.count(), pending.get()) == ([], 0, None)


def test_inner_failure_that_is_caught_takes_its_own_entries_only(actor: User) -> None:
    create_two(actor, first_fails_caught=True)
    assert labels() == ["First"]
    assert list(Customer.objects.values_list("name", flat=True)) == ["First"]


def test_record_outside_a_use_case_raises(actor: User) -> None:
    with pytest.raises(RuntimeError, match="recorded outside a use case"):
        record(actor=actor, verb="user.edited", target=actor)


@use_case
def rename(actor: User, customer: Customer, name: str, *, force: bool = False) -> None:
    before = snapshot(customer)
    customer.name = name
    customer.save()
    record(
        actor=actor,
        verb="customer.edited",
        target=customer,
        before=before,
        note="As asked",
        force=force,
    )


def test_change_is_told_old_to_new_with_actor_note_and_request(actor: User) -> None:
    customer = create_customer(actor, "Acme")
    token = request_id.set("r-17")
    rename(actor, customer, "Acme Glass")
    request_id.reset(token)
    entry = AuditEntry.objects.get(verb="customer.edited")
    assert entry.changes == [{"field": "name", "old": "Acme", "new": "Acme Glass"}]
    assert (entry.actor_id, entry.actor_name, entry.note, entry.request_id) == (
        actor.pk,
        "Ada Office",
        "As asked",
        "r-17",
    )


def test_no_op_writes_no_entry_unless_it_is_an_event(actor: User) -> None:
    customer = create_customer(actor, "Acme")
    rename(actor, customer, "Acme")
    assert labels() == ["Acme"]
    rename(actor, customer, "Acme", force=True)
    assert labels() == ["Acme", "Acme"]
