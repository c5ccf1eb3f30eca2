"""Whoever has a history is deactivated, not deleted (DOMAIN, section 1)."""

import pytest
from django.db.models import Model, ProtectedError

from core.models import Customer, User
from tests.cast import Cast
from tests.factories import approved_repair


@pytest.mark.parametrize("part", ["primary", "technician", "sales_agent"])
def test_people_with_a_history_cannot_be_deleted(cast: Cast, part: str) -> None:
    approved_repair(customer=cast.fleet, technician=cast.technician_record)
    person: Model = cast.member(part)
    with pytest.raises(ProtectedError):
        person.delete()
    assert User.objects.filter(pk=person.pk).exists()


def test_customers_with_a_history_cannot_be_deleted(cast: Cast) -> None:
    with pytest.raises(ProtectedError):
        cast.fleet.delete()
    assert Customer.objects.filter(pk=cast.fleet.pk).exists()
