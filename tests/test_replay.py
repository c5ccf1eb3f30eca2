"""Rows that are stored again as they were: the same rows, and room for others beside them."""

import pytest
from django.db import connection, transaction

from core.models import Customer, User
from tests import factories
from tests.replay import Replay

pytestmark = pytest.mark.django_db


def make() -> Customer:
    return factories.make_customer("Acme", owner=factories.make_sales_agent("Sally"))


def test_what_is_stored_again_is_what_was_made() -> None:
    replay = Replay(make)
    seen = []
    for _ in range(2):
        with transaction.atomic():
            made = replay()
            stored = Customer.objects.select_related("owner").get()
            seen.append((made.pk, stored.name, stored.owner, made.owner, User.objects.count()))
            factories.make_customer("Another one")
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_beside_somebody_else_it_is_made_anew() -> None:
    replay = Replay(make)
    with transaction.atomic():
        replay()
        transaction.set_rollback(True)
    factories.make_user(name="Ann")
    assert replay() == Customer.objects.get()


@pytest.mark.postgresql
def test_ids_that_are_given_out_anew_are_not_taken_twice() -> None:
    replay = Replay(make)
    for _ in range(2):
        with transaction.atomic():
            replay()
            factories.make_customer("Another one")
            factories.make_user(name="Ann")
            transaction.set_rollback(True)
        with connection.cursor() as cursor:
            # Somebody has come meanwhile, but no company.
            cursor.execute("ALTER SEQUENCE core_customer_id_seq RESTART WITH 1")
