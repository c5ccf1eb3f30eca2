"""A chain of three entries, and ways around its guards that only a test may take."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from core.models import Customer, User
from tests.factories import make_admin

Execute = Callable[..., None]


@pytest.fixture
def actor(db: None) -> User:
    return make_admin("Ada Office")


@use_case
def create_customer(actor: User, name: str) -> Customer:
    """The smallest use case."""
    customer = Customer.objects.create(name=name)
    record(actor=actor, verb="customer.created", target=customer)
    return customer


@pytest.fixture
def chain_of_three(actor: User) -> list[Customer]:
    return [create_customer(actor, f"Fleet {number}") for number in (1, 2, 3)]


@pytest.fixture
def tamper(db: None) -> Execute:
    """Run SQL as somebody who owns the database would: with the triggers off."""

    def execute(sql: str, *values: str) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(sql, values)
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    return execute


@pytest.fixture(autouse=True)
def anchor_file(tmp_path: Path, settings: Settings) -> Path:
    """An anchor file of the test's own."""
    settings.AUDIT_ANCHOR_FILE = tmp_path / "kept" / "anchor.log"
    return tmp_path / "kept" / "anchor.log"
