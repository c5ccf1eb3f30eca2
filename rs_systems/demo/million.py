"""Repairs by the hundred thousand, straight into PostgreSQL, with every constraint on.

For each hundred repairs one customer with twenty units of five repairs: three or four completed,
some denied, one open. Prices, approvals, counters and workloads are what the use cases would have
left, so that every invariant holds; only the audit trail is left out. PostgreSQL makes the rows
itself, which is quicker than sending it their text by COPY.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, models, transaction

from apps.queue_management.models import TechnicianWorkload
from apps.repairs.models import Repair, RepairApproval, Unit, UnitRepairCount
from apps.technicians.models import Technician
from core.clock import now
from core.enums import Role
from core.models import Customer, CustomerPreference, User

PER_CUSTOMER, UNITS, PER_UNIT = 100, 20, 5
TECHNICIANS, CUSTOMERS = 200, 10_000
# Customers, units and repairs made here have ids from here on: those of people come before.
BASE = 1_000_000_000
STEP = 250
FIRST_TECHNICIAN = "bulk-0"
# Each repair with its unit, its place among the unit's five, and a date that is its own.
_NUMBERED = f"""(
    SELECT r, (r - 1) / {PER_UNIT} + 1 AS u, mod(r - 1, {PER_UNIT}) + 1 AS nth,
           timestamptz '2026-01-01 12:00+00'
           - make_interval(mins => mod(r::bigint * 7919, 1000003)::int) AS at
    FROM {{numbers}}
) AS numbered"""  # noqa: S608 - our own numbers
_TOLD = """(
    SELECT CASE
               WHEN nth <= 3 OR nth = 4 AND mod(u, 5) > 0 THEN 'COMPLETED'
               WHEN nth = 4 THEN 'DENIED'
               ELSE (ARRAY['REQUESTED', 'PENDING', 'APPROVED', 'IN_PROGRESS'])[mod(u, 4) + 1]
           END AS status,
           (ARRAY[50, 40, 35, 30, 25])[nth]::numeric AS tier
) AS told"""


def is_million_made() -> bool:
    """Whether the last of them stands."""
    return Customer.objects.filter(pk=BASE + CUSTOMERS).exists()


def make_million(author: User, show: Callable[[float, str], None]) -> None:
    """Add a million repairs in ``author``'s name; going on where an earlier run was ended.

    Args:
        author: Who made and approved it all.
        show: Is told the part that is done, and of what.
    """
    make_technicians()
    newest = Customer.objects.filter(pk__gt=BASE).order_by("-pk").first()
    begin = newest.pk - BASE + 1 if newest else 1
    for first in range(begin, CUSTOMERS + 1, STEP):
        last = min(first + STEP - 1, CUSTOMERS)
        with transaction.atomic():
            insert(first, last, author)
        show(last / CUSTOMERS * 0.97, f"{last * PER_CUSTOMER:,} repairs")
    settle()
    show(1, "every workload counted")


def make_technicians() -> None:
    """Two hundred technicians with empty workloads, once; nobody can sign in as one."""
    if User.objects.filter(username=FIRST_TECHNICIAN).exists():
        return
    users = [
        User(
            username=f"bulk-{number}",
            username_key=f"bulk-{number}",
            password="!",  # noqa: S106  # what Django writes for none
            first_name="Tech",
            last_name=f"Number {number}",
            role=Role.TECHNICIAN,
            updated_at=now(),
        )
        for number in range(TECHNICIANS)
    ]
    with transaction.atomic():
        User.objects.bulk_create(users)
        made = Technician.objects.bulk_create([Technician(user=user) for user in users])
        TechnicianWorkload.objects.bulk_create([TechnicianWorkload(technician=one) for one in made])


def insert(first: int, last: int, author: User) -> None:
    """Add the customers ``first`` to ``last`` with all that is theirs; workloads come after."""
    customers = f"generate_series({first}, {last}) AS c"
    _insert(
        Customer,
        customers,
        id=f"{BASE} + c",
        name="'Fleet ' || c",
        name_key="'fleet' || c",
        is_confirmed="true",
    )
    _insert(CustomerPreference, customers, customer_id=f"{BASE} + c")
    _insert(
        Unit,
        f"generate_series({(first - 1) * UNITS + 1}, {last * UNITS}) AS u",
        id=f"{BASE} + u",
        customer_id=f"{BASE} + (u - 1) / {UNITS} + 1",
        number="'U' || u",
        number_key="'u' || u",
    )
    first_technician = Technician.objects.get(user__username=FIRST_TECHNICIAN).pk
    _insert_repairs(first, last, first_technician, author.pk)
    _insert_consequences(first, last, author.pk)


def _insert_repairs(first: int, last: int, first_technician: int, author_id: int) -> None:
    numbers = f"generate_series({(first - 1) * PER_CUSTOMER + 1}, {last * PER_CUSTOMER}) AS r"
    source = f"{_NUMBERED.format(numbers=numbers)} CROSS JOIN LATERAL {_TOLD}"
    worked = "status IN ('APPROVED', 'IN_PROGRESS', 'COMPLETED')"
    done = "status = 'COMPLETED'"
    _insert(
        Repair,
        source,
        id=f"{BASE} + r",
        customer_id=f"{BASE} + (r - 1) / {PER_CUSTOMER} + 1",
        unit_id=f"{BASE} + u",
        unit_number="'U' || u",
        technician_id=f"{first_technician} + mod(u, {TECHNICIANS})",
        description="'Chip low on the driver''s side, seen at the morning check'",
        damage_type="(ARRAY['Chip', 'Crack', 'Star Break', 'Unknown'])[mod(r, 4) + 1]",
        queue_status="status",
        repair_date="at",
        created_at="at",
        updated_at="at",
        created_by_id=str(author_id),
        cost=f"CASE WHEN {done} THEN tier ELSE 0 END",
        approved_amount=f"CASE WHEN {worked} THEN tier END",
        priced_at=f"CASE WHEN {done} THEN at END",
        completed_at=f"CASE WHEN {done} THEN at END",
        approved_at=f"CASE WHEN {worked} THEN at END",
        requested_at="at",
        reason_code="CASE WHEN status = 'DENIED' THEN 'declined' ELSE '' END",
        price_lines=f"""CASE WHEN {done} THEN jsonb_build_array(jsonb_build_object(
            'rule', 'tier', 'version', 0, 'text', nth || '. repair on unit U' || u,
            'amount', tier::numeric(8, 2)::text)) ELSE '[]' END""",
    )


def _insert_consequences(first: int, last: int, author_id: int) -> None:
    """Approvals of what was worked, and the units' counters."""
    repairs = f"repairs_repair AS r WHERE customer_id BETWEEN {BASE + first} AND {BASE + last}"
    _insert(
        RepairApproval,
        f"{repairs} AND approved_amount IS NOT NULL",
        repair_id="r.id",
        is_approved="true",
        method="'requested'",
        amount="r.approved_amount",
        decided_by_id=str(author_id),
        decided_by_name="'bench'",
        decided_at="r.repair_date",
    )
    _insert(
        UnitRepairCount,
        f"{repairs} AND queue_status = 'COMPLETED' GROUP BY unit_id",
        unit_id="unit_id",
        count="count(*)",
    )


def settle() -> None:
    """Set the workloads to what the repairs say, and let PostgreSQL look at its new rows."""
    count()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def count() -> None:
    """Set the workloads to what the repairs say."""
    with connection.cursor() as cursor:
        cursor.execute("""
            UPDATE queue_management_technicianworkload AS w SET active_count = (
                SELECT count(*) FROM repairs_repair AS r WHERE r.technician_id = w.technician_id
                AND queue_status IN ('REQUESTED', 'PENDING', 'APPROVED', 'IN_PROGRESS'))""")


def _insert(model: type[models.Model], source: str, **expressions: str) -> None:
    """Insert from a query; columns that are not named get the model's own default."""
    columns: list[str] = []
    values: list[str] = []
    defaults: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.primary_key and field.column not in expressions:
            continue
        column = str(field.column)
        columns.append(f'"{column}"')
        values.append(expressions.get(column) or _default(field, defaults))
    statement = (
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 - our own names
        f"SELECT {', '.join(values)} FROM {source}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, defaults)


def _default(field: Any, defaults: list[Any]) -> str:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return "now()"
    defaults.append(field.get_db_prep_save(field.get_default(), connection))
    return f"%s::{field.db_type(connection).replace('%', '%%')}"
