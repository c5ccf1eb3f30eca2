"""Differences: secrets masked, internal fields marked, names beside ids."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.audit.queries import history_of
from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from core.models import Customer, User
from tests.factories import make_customer, make_sales_agent

pytestmark = pytest.mark.django_db


@use_case
def write(actor: User, target: Customer | User, *, public: bool = True, **values: object) -> None:
    before = snapshot(target)
    for name, value in values.items():
        setattr(target, name, value)
    target.save()
    record(actor=actor, verb="thing.edited", target=target, before=before, public=public)


def last_changes() -> list[dict[str, object]]:
    entry = AuditEntry.objects.latest("position")
    assert isinstance(entry.changes, list)
    return entry.changes


def test_secret_is_masked(actor: User) -> None:
    write(actor, actor, password="new-secret-hash")
    assert last_changes() == [{"field": "password", "old": "••••", "new": "••••"}]
    assert "new-secret-hash" not in str(AuditEntry.objects.values())


def test_internal_field_is_marked_and_a_person_is_named(actor: User) -> None:
    agent, customer = make_sales_agent("Sally Owns"), make_customer()
    write(actor, customer, owner=agent)
    (told,) = last_changes()
    assert told == {
        "field": "owner",
        "old": None,
        "new": agent.pk,
        "internal": True,
        "new_label": "Sally Owns",
    }


def test_choice_is_told_with_its_label(actor: User) -> None:
    customer = make_customer()
    write(actor, customer, kind="person")
    assert last_changes() == [
        {
            "field": "kind",
            "old": "company",
            "new": "person",
            "old_label": "Company",
            "new_label": "Person",
        }
    ]


def test_new_object_tells_what_is_set_only(actor: User) -> None:
    @use_case
    def create() -> None:
        customer = Customer.objects.create(name="Acme")
        record(actor=actor, verb="customer.created", target=customer)

    create()
    fields = {told["field"]: told["new"] for told in last_changes()}
    assert fields["name"] == "Acme"
    assert fields.keys().isdisjoint({"id", "name_key", "version", "email", "owner"})


def test_public_history_leaves_out_internal_fields_notes_and_entries(actor: User) -> None:
    customer = make_customer("Acme")
    write(actor, customer, owner=actor, name="Acme Glass")
    write(actor, customer, public=False, name="Acme Glass Company")
    (public,) = history_of(customer, public_only=True)
    assert [told["field"] for told in public.changes] == ["name"]
    assert public.note == ""
    assert len(history_of(customer, public_only=False)) == 2


def test_history_is_of_this_object_oldest_first(actor: User) -> None:
    customer, other = make_customer("Acme"), make_customer("Other")
    write(actor, other, name="Elsewhere")
    write(actor, customer, name="First")
    write(actor, customer, name="Second")
    new = [
        told["new"] for entry in history_of(customer, public_only=False) for told in entry.changes
    ]
    assert new == ["First", "Second"]


def test_history_survives_its_object(actor: User) -> None:
    customer = Customer.objects.create(name="Acme")
    write(actor, customer, name="Acme Glass")
    key = customer.pk
    customer.delete()
    assert AuditEntry.objects.get(target_id=key).target_label == "Acme Glass"


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Decimal("50.00"), "50.00"),
        (dt.date(2026, 3, 8), "2026-03-08"),
        (None, None),
        (0.5, 0.5),
        ([1], [1]),
        (complex(1, 2), "(1+2j)"),
    ],
)
def test_values_become_what_json_holds(value: object, stored: object) -> None:
    assert change("x", None, value) == {"field": "x", "old": None, "new": stored}


def test_internal_change_says_so() -> None:
    assert change("x", 1, 2, internal=True) == {"field": "x", "old": 1, "new": 2, "internal": True}
