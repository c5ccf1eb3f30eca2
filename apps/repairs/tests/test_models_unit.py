"""How units are stored and found."""

import pytest
from django.db import connection

from apps.repairs.models import Unit


@pytest.mark.postgresql
@pytest.mark.django_db
def test_what_a_number_begins_with_is_found_by_its_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    # Without an order: for one, the planner may prefer to read in it, by what it last counted.
    plan = Unit.objects.order_by().filter(number_key__startswith="41").explain()
    assert "unit_number_prefix_idx" in plan
