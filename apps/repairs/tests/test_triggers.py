"""What PostgreSQL itself refuses, written past every guard of Python."""

import itertools
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
S = QueueStatus
# DOMAIN, section 2, once more and independently of apps/repairs/workflow.py.
LEGAL = {
    (S.REQUESTED, S.APPROVED),
    (S.REQUESTED, S.PENDING),
    (S.REQUESTED, S.DENIED),
    (S.PENDING, S.APPROVED),
    (S.PENDING, S.DENIED),
    (S.APPROVED, S.PENDING),
    (S.APPROVED, S.DENIED),
    (S.APPROVED, S.IN_PROGRESS),
    (S.IN_PROGRESS, S.APPROVED),
    (S.IN_PROGRESS, S.DENIED),
    (S.IN_PROGRESS, S.COMPLETED),
    (S.DENIED, S.PENDING),
}


def execute(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("source", QueueStatus)
def test_raw_update_of_status_follows_the_table(source: QueueStatus) -> None:
    technician = factories.make_technician()
    for target in set(QueueStatus) - {source}:
        repair = factories.repair_in(source, technician=technician)
        sql = "UPDATE repairs_repair SET queue_status = %s, priced_at = %s WHERE id = %s"
        priced_at = repair.created_at if target == S.COMPLETED else repair.priced_at
        if (source, target) in LEGAL:
            execute(sql, target, priced_at, repair.pk)
            continue
        with pytest.raises(IntegrityError, match=rf"illegal move .* from {source} to {target}"):
            execute(sql, target, priced_at, repair.pk)


@pytest.mark.parametrize("column", ["cost", "discount"])
def test_raw_update_of_fixed_money_is_refused(column: str) -> None:
    repair = factories.completed_repair()
    with pytest.raises(IntegrityError, match=r"the price of repair .* is fixed"):
        execute(f"UPDATE repairs_repair SET {column} = 1 WHERE id = %s", repair.pk)  # noqa: S608 - ours
    repair.refresh_from_db()
    assert str(repair.discounted_cost) == "50.00"


def test_raw_update_of_the_moment_of_the_price_is_refused() -> None:
    repair = factories.completed_repair()
    with pytest.raises(IntegrityError, match="is fixed"):
        execute("UPDATE repairs_repair SET priced_at = now() WHERE id = %s", repair.pk)


def test_raw_update_of_other_columns_passes() -> None:
    repair = factories.completed_repair()
    execute("UPDATE repairs_repair SET cost = cost, description = 'x' WHERE id = %s", repair.pk)
    assert Repair.objects.get(pk=repair.pk).description == "x"


def test_the_table_has_no_other_legal_pair() -> None:
    pairs = set(itertools.permutations(QueueStatus, 2))
    assert len(pairs - LEGAL) == 18
