"""A vehicle list is checked: read with its columns and decisions, compared with the units.

Reading never holds a lock, and ends before the transaction that keeps the result. A list of more
than ``SHORT`` rows is read in the background by the outbox; the page shows how far it is. When the
process that reads it is killed, its promise is due again after ``LEASE`` and it is read anew.
"""

import datetime as dt
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple
from typing import Any

import orjson

from apps.audit.use_case import use_case
from apps.queue_management.import_report import make_report
from apps.queue_management.models import ImportState, ListImport
from apps.queue_management.use_cases.imports import units_by_key
from apps.queue_management.use_cases.list_imports import ImportWishes, find_import, start_import
from apps.repairs.fleet_file import FIELDS, ListedRow, listed_rows, read_table
from apps.repairs.fleet_import import FleetList, gather, plan
from apps.repairs.services import check_version
from apps.repairs.withdrawal import busy_units
from core.errors import Conflict, DomainError, Invalid
from core.models import OutboxMessage, User
from core.outbox import Overtaken, enqueue, handler, still_at_it

SHORT = 2000
KIND = "list_import.check"
STEP = 1000
LEASE = dt.timedelta(minutes=1)
Found = Mapping[str, Any]
Tell = Callable[[int], None]


def check_import(
    *,
    actor: User,
    import_id: int,
    columns: Mapping[str, int] | None = None,
    wishes: ImportWishes | None = None,
    start: bool = False,
) -> ListImport:
    """Say what the list would do with these columns and decisions; writes no unit by itself.

    A long list is only promised to be read: its state is ``CHECKING`` until it is.

    Args:
        actor: Who may import there.
        import_id: Which list.
        columns: Where each field stands; without them, where they stood.
        wishes: What is decided; without them, what was.
        start: Import it when it is read, as ``start_import`` does.

    Raises:
        NotFound, Forbidden.
        Conflict: ``import_is_over``, ``being_checked``.
        Invalid: A column is none of the list's; the file has a fault further down.
        DomainError: As ``start_import``, where the list is short and to be imported.
    """
    job = find_import(actor, import_id)
    kept = {
        "columns": _checked_columns(job.columns if columns is None else columns, job),
        "decisions": (wishes or ImportWishes.of(job.decisions)).stored(),
    }
    if is_long(job):
        return _begin(actor=actor, import_id=import_id, version=job.version, kept=kept, start=start)
    vars(job).update(kept)
    found = kept | _read(job)
    job = _keep(actor=actor, import_id=import_id, version=job.version, found=found)
    if start:
        return start_import(actor=actor, import_id=import_id, version=job.version)
    return job


def is_long(job: ListImport) -> bool:
    """Whether it is read in the background."""
    return job.rows > SHORT


def no_progress(_rows: int) -> None:
    """For who has nobody to tell."""


def _read(job: ListImport, tell: Tell = no_progress) -> dict[str, Any]:
    """What there is to keep of a list, read and compared with the units as they stand."""
    decisions = ImportWishes.of(job.decisions).decisions
    rows = listed_rows(read_table(zlib.decompress(bytes(job.content))), job.columns)
    fleet = gather(_counted(rows, tell), decisions)
    todo = plan(fleet, units_by_key(job.customer_id))
    return {
        "report": make_report(fleet, todo, decisions, busy_units(todo.gone)),
        "prepared": _packed(fleet),
        "faults": zlib.compress(orjson.dumps([astuple(fault) for fault in fleet.faults])),
        "done": 0,
        "total": len(fleet.rows),
    }


def _counted(rows: Iterable[ListedRow], tell: Tell) -> Iterator[ListedRow]:
    for count, row in enumerate(rows, start=1):
        if count % STEP == 0:
            tell(count)
        yield row


@use_case
def _keep(
    *, actor: User, import_id: int, version: int, found: Found, failure: str = ""
) -> ListImport:
    job = find_import(actor, import_id, lock=True, busy=True)
    check_version(job, version)
    vars(job).update(
        found, state=ImportState.CHECKED, version=job.version + 1, failure=failure[:500]
    )
    job.save()
    return job


@use_case
def _begin(*, actor: User, import_id: int, version: int, kept: Found, start: bool) -> ListImport:
    """Keep what was decided, and promise to read the list."""
    job = find_import(actor, import_id, lock=True)
    check_version(job, version)
    vars(job).update(
        kept,
        state=ImportState.CHECKING,
        version=job.version + 1,
        done=0,
        total=job.rows,
        failure="",
    )
    job.save()
    payload = {"import": job.pk, "version": job.version, "actor": actor.pk, "start": start}
    enqueue(kind=KIND, key=f"{KIND}:{job.pk}:{job.version}", payload=payload)
    return job


@handler(KIND, is_long=True)
def check_in_background(message: OutboxMessage) -> None:
    """Read a long list, keep what it would do, and import it if that is wanted; may run again."""
    promised = message.payload
    waiting = ListImport.objects.filter(pk=promised["import"], state=ImportState.CHECKING)
    job = waiting.filter(version=promised["version"]).first()
    if job is None:
        return

    def tell(rows: int) -> None:
        still_at_it(message, lease=LEASE)
        waiting.update(done=min(rows, job.rows))

    try:
        tell(0)
        actor = User.objects.filter(pk=promised["actor"]).first()
        if actor is None:
            raise Conflict("Whoever began this check is gone.")
        found = _read(job, tell)
        _end(actor, job, found, start=promised["start"])
    except Overtaken:
        return
    except DomainError as refusal:
        waiting.update(state=ImportState.COLUMNS, failure=refusal.detail[:500])


def _end(actor: User, job: ListImport, found: Found, *, start: bool) -> None:
    """Keep the check, and import the list if it may be; else the page says why it was not."""
    about: dict[str, Any] = {"actor": actor, "import_id": job.pk, "version": job.version}
    if start:
        try:
            _keep_and_start(found=found, **about)
        except DomainError as refusal:
            _keep(found=found, failure=refusal.detail, **about)
        return
    _keep(found=found, **about)


@use_case
def _keep_and_start(*, actor: User, import_id: int, version: int, found: Found) -> None:
    """In one transaction: a process killed between the two would leave the list standing."""
    job = _keep(actor=actor, import_id=import_id, version=version, found=found)
    start_import(actor=actor, import_id=import_id, version=job.version)


def _checked_columns(columns: Mapping[str, int], job: ListImport) -> dict[str, int]:
    if "number" not in columns:
        told = {"number": ["Say which column holds the unit's number."]}
        raise Invalid("Please correct what is marked.", errors=told)
    width = len(job.heading)
    if not columns.keys() <= set(FIELDS) or not all(0 <= at < width for at in columns.values()):
        raise Invalid("There is no such column in this list.")
    return dict(columns)


def _packed(fleet: FleetList) -> bytes:
    """The good rows and what else of the list matters when it is written."""
    rows = [[row.row, row.number, row.key, row.values, row.decoded] for row in fleet.rows]
    kept = {"rows": rows, "keys": sorted(fleet.keys), "faults": len(fleet.faults)}
    return zlib.compress(orjson.dumps(kept))
