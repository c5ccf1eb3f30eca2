"""Reference C: the least that Python can do: prepared SQL, orjson, a bare WSGI application.

No sign-in; with ``Authorization: Token ...`` it is Cauth, C plus one look-up of that token. Run as
``python -m benchmarks.limit PORT``; one process with as many threads as the product has.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import orjson
import psycopg
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer
from psycopg.rows import dict_row

Environ = dict[str, Any]
Row = dict[str, Any]
THREADS = 4
PAGE = 25
LISTED = """
    r.id, r.customer_id AS customer, c.name AS customer_name, r.technician_id AS technician,
           u.first_name || ' ' || u.last_name AS technician_name, r.unit_id AS unit, r.unit_number,
           r.description, r.damage_type, r.cost, r.cost - r.discount AS discounted_cost,
           r.queue_status, r.repair_date, r.site_id AS site, r.repair_batch_id AS batch,
           r.break_number, r.voided_at, r.version, r.updated_at
"""
MORE = """
    r.approved_amount, r.offered_amount, r.redo_of_id AS redo_of, r.created_at, r.requested_at,
    r.approved_at, r.started_at, r.completed_at, r.denied_at, r.done_at, r.requested_by_name,
    r.preferred_date, r.preferred_window, r.contact_name, r.contact_phone, r.po_number,
    r.external_ref, r.customer_notes, r.damage_x, r.damage_y, r.is_pinned, r.cost_override,
    r.override_reason, r.technician_notes, r.internal_notes, r.move_reason, r.void_reason,
    r.glass_temperature, r.resin_viscosity, r.drilled_before, r.approval_clause, r.reason_code
"""
FROM = """
    FROM repairs_repair AS r
    JOIN core_customer AS c ON c.id = r.customer_id
    LEFT JOIN technicians_technician AS t ON t.id = r.technician_id
    LEFT JOIN core_user AS u ON u.id = t.user_id
"""
ORDER = f" ORDER BY r.repair_date DESC, r.id DESC LIMIT {PAGE + 1}"
SIGNED_IN = """
    SELECT u.id FROM authtoken_token AS k JOIN core_user AS u ON u.id = k.user_id
    WHERE k.key = %s AND u.is_active
"""
local = threading.local()


def rows(statement: str, parameters: Iterable[Any]) -> list[Row]:
    """What a prepared statement finds, on this thread's own connection."""
    if not hasattr(local, "connection"):
        url = os.environ["DATABASE_URL"]
        local.connection = psycopg.connect(url, autocommit=True, row_factory=dict_row)
    connection: psycopg.Connection[Row] = local.connection
    return connection.execute(statement.encode(), list(parameters), prepare=True).fetchall()


def page(query: dict[str, str]) -> Row:
    """A page of the list, filtered, behind a row."""
    where, parameters = [], []
    if "status" in query:
        where.append("r.queue_status = %s")
        parameters.append(query["status"])
    if "behind" in query:
        where.append("(r.repair_date, r.id) < (%s::timestamptz, %s::bigint)")
        parameters += query["behind"].split(",")
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    found = rows(f"SELECT {LISTED}{FROM}{condition}{ORDER}", parameters)
    last = found[PAGE - 1] if len(found) > PAGE else None
    behind = f"{last['repair_date'].isoformat()},{last['id']}" if last else None
    return {"next": behind, "results": found[:PAGE]}


def application(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    """Answer a list or a detail."""
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Token ")
    if token and not rows(SIGNED_IN, [token]):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    number = environ["PATH_INFO"].removeprefix("/repairs/").rstrip("/")
    data: Any = (
        rows(f"SELECT {LISTED}, {MORE}{FROM} WHERE r.id = %s", [number])[0]
        if number
        else page(dict(parse_qsl(environ.get("QUERY_STRING", ""))))
    )
    body = orjson.dumps(data, default=_amount)
    length = str(len(body))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", length)])
    return [body]


def _amount(value: object) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


if __name__ == "__main__":
    MPServer(
        "benchmarks.limit:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
        websockets=False,
    ).serve()
