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
COUNTED = """
    FROM repairs_repair AS r
    WHERE r.customer_id = %s AND r.queue_status = 'COMPLETED' AND r.voided_at IS NULL
      AND r.completed_at >= make_timestamptz(%s::int, 1, 1, 0, 0, 0, 'America/New_York')
      AND r.completed_at < make_timestamptz(%s::int + 1, 1, 1, 0, 0, 0, 'America/New_York')
"""
COSTS = f"""
    SELECT to_char(r.completed_at AT TIME ZONE 'America/New_York', 'YYYY-MM') AS month,
           count(*) AS repairs, sum(r.cost - r.discount) AS charged,
           sum(50 - r.cost + r.discount) FILTER (WHERE r.redo_of_id IS NULL) AS saved
    {COUNTED} GROUP BY 1 ORDER BY 1
"""
UNIT_COSTS = f"""
    SELECT s.*, u.number AS unit_number FROM (
        SELECT r.unit_id AS unit, count(*) AS repairs, sum(r.cost - r.discount) AS charged,
               max(r.completed_at) AS last_at
        {COUNTED} GROUP BY 1 ORDER BY 3 DESC, 2 DESC, 1 LIMIT 20
    ) AS s JOIN repairs_unit AS u ON u.id = s.unit ORDER BY 3 DESC, 2 DESC, 1
"""  # noqa: S608 - as above
JOBS = f"""
    SELECT j.id, j.title, j.description, j.customer_id AS customer, c.name AS customer_name,
           j.site_id AS site, s.name AS site_name, j.repair_id AS repair,
           j.template_id AS template, j.follows_repair, j.created_by_id AS created_by,
           m.first_name || ' ' || m.last_name AS created_by_name, j.assigned_to_id AS assigned_to,
           u.first_name || ' ' || u.last_name AS assigned_to_name, j.status, j.priority,
           j.scheduled_date, j.started_at, j.completed_at, j.created_at, j.updated_at, j.version,
           (SELECT count(*) FROM jobs_jobtask AS t
            WHERE t.job_id = j.id AND t.status = 'completed') AS tasks_done,
           (SELECT count(*) FROM jobs_jobtask AS t
            WHERE t.job_id = j.id AND t.status <> 'cancelled') AS tasks_total
    FROM jobs_job AS j
    JOIN core_customer AS c ON c.id = j.customer_id
    JOIN core_user AS m ON m.id = j.created_by_id
    LEFT JOIN core_user AS u ON u.id = j.assigned_to_id
    LEFT JOIN core_site AS s ON s.id = j.site_id
    ORDER BY j.id DESC LIMIT {PAGE + 1}
"""  # noqa: S608 - nothing but a number of our own
DAY_TASKS = """
    SELECT t.id, t.job_id AS job, j.title AS job_title, t."order", t.title, t.status, t.version,
           j.priority, j.customer_id AS customer, c.name AS customer_name, s.name AS site_name,
           u.first_name || ' ' || u.last_name AS technician_name, j.scheduled_date AS date,
           (SELECT json_agg(json_build_object('id', e.id, 'name', e.name, 'type', e.type,
                                              'serial_number', e.serial_number))
            FROM jobs_jobtask_equipment AS l JOIN jobs_equipment AS e ON e.id = l.equipment_id
            WHERE l.jobtask_id = t.id) AS equipment
    FROM jobs_jobtask AS t
    JOIN jobs_job AS j ON j.id = t.job_id
    JOIN technicians_technician AS w ON w.user_id = j.assigned_to_id
    JOIN core_user AS u ON u.id = j.assigned_to_id
    JOIN core_customer AS c ON c.id = j.customer_id
    LEFT JOIN core_site AS s ON s.id = j.site_id
    WHERE w.id = %s AND t.status IN ('pending', 'in_progress')
      AND j.status IN ('pending', 'in_progress')
      AND (j.scheduled_date IS NULL OR j.scheduled_date <= current_date + 7)
    ORDER BY j.sort_date, j.priority_rank DESC, j.id, t."order"
"""
DAY_REPAIRS = f"""
    SELECT {LISTED}{FROM}
    WHERE r.technician_id = %s AND r.queue_status IN ('REQUESTED', 'APPROVED', 'IN_PROGRESS')
"""
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


def statistics(path: str, query: dict[str, str]) -> Row:
    """What a customer's repairs of a year came to, by month or by unit."""
    asked = (query["customer"], query["year"], query["year"])
    if path == "/costs/":
        return {"months": rows(COSTS, asked)}
    return {"units": rows(UNIT_COSTS, asked)}


def answer(path: str, query: dict[str, str]) -> Any:
    """What an address tells."""
    if path in {"/costs/", "/unit-costs/"}:
        return statistics(path, query)
    if path == "/jobs/day/":
        technician = [query["technician"]]
        return {"tasks": rows(DAY_TASKS, technician), "repairs": rows(DAY_REPAIRS, technician)}
    if path == "/jobs/":
        return {"results": rows(JOBS, [])[:PAGE]}
    number = path.removeprefix("/repairs/").rstrip("/")
    if number:
        return rows(f"SELECT {LISTED}, {MORE}{FROM} WHERE r.id = %s", [number])[0]
    return page(query)


def application(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    """Answer a list, a detail, statistics."""
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Token ")
    if token and not rows(SIGNED_IN, [token]):
        start_response("401 Unauthorized", [("Content-Length", "0")])
        return [b""]
    data = answer(environ["PATH_INFO"], dict(parse_qsl(environ.get("QUERY_STRING", ""))))
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
