"""PostgreSQL tells who listens that entries were committed."""

import psycopg
import pytest
from django.db import connection, transaction

from apps.audit.models import CHANNEL
from apps.audit.tests.conftest import create_customer
from apps.audit.use_case import use_case
from core.models import Customer
from tests.factories import make_admin

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@use_case
def create_two() -> None:
    for number in (1, 2):
        create_customer(make_admin(), f"Fleet {number}")


def test_a_commit_is_told_once_by_its_newest_position_and_a_rollback_never() -> None:
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        create_two()
        with transaction.atomic():
            create_two()
            transaction.set_rollback(True)
        Customer.objects.create(name="Told by nobody")
        told = [notice.payload for notice in listener.notifies(timeout=0.2)]
    assert told == ["2"]
