"""A vehicle list on its way into a fleet: taken in, looked at, checked, written, or dropped.

What is long never holds a lock: a list is read and compared before the transaction that keeps the
result. Up to ``PIECE`` vehicles are written at once, in the transaction that was asked for them;
a longer list goes by the outbox in pieces, each whole with its audit entries and the promise of
the next one. A process that is killed in the middle loses at most a piece that was not committed:
its promise is still due, is taken up again, and the list ends complete.
"""

import dataclasses
import datetime as dt
import zlib
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.queries import confirmed_company
from apps.people.rules import customers_visible_to
from apps.people.services.customers import create_customer
from apps.queue_management.import_report import make_report, report_of_withdrawal
from apps.queue_management.models import ImportState, ListImport
from apps.queue_management.use_cases.imports import import_units, units_by_key
from apps.queue_management.use_cases.units import find_for_units
from apps.repairs.fleet_columns import guess_places
from apps.repairs.fleet_file import FIELDS, listed_rows, read_table
from apps.repairs.fleet_import import (
    CheckedRow,
    Decisions,
    FleetList,
    OnConflict,
    gather,
    plan,
)
from apps.repairs.fleet_words import shown
from apps.repairs.services import check_version
from apps.repairs.withdrawal import busy_units
from core.clock import now
from core.enums import CustomerKind
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.models import Customer, OutboxMessage, User
from core.outbox import enqueue, handler
from core.rules import is_admin

PIECE = 5000
KIND = "list_import.write"
SAMPLES = 3
KEPT_FOR = dt.timedelta(days=90)


@dataclasses.dataclass(frozen=True)
class ImportWishes:
    """What is decided on the page of a checked list.

    Attributes:
        decisions: About its rows.
        good_rows_only: Import what can be imported, although some rows cannot.
        withdraw: Ids of units to take out of use, of those that the list names no more.
    """

    decisions: Decisions = dataclasses.field(default_factory=Decisions)
    good_rows_only: bool = False
    withdraw: frozenset[int] = frozenset()

    def stored(self) -> dict[str, Any]:
        """As JSON can hold them."""
        return {
            "on_conflict": self.decisions.on_conflict.value,
            "chosen": dict(self.decisions.chosen),
            "left_out": sorted(self.decisions.left_out),
            "leave_others_out": self.decisions.leave_others_out,
            "good_rows_only": self.good_rows_only,
            "withdraw": sorted(self.withdraw),
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "ImportWishes":
        """Those of an import's row."""
        decisions = Decisions(
            on_conflict=OnConflict(stored.get("on_conflict", OnConflict.REFUSE)),
            chosen=stored.get("chosen", {}),
            left_out=frozenset(stored.get("left_out", ())),
            leave_others_out=stored.get("leave_others_out", False),
        )
        return cls(
            decisions,
            good_rows_only=stored.get("good_rows_only", False),
            withdraw=frozenset(stored.get("withdraw", ())),
        )


def imports_visible_to(user: User) -> QuerySet[ListImport]:
    """Admins: all; others: those of customers whose units they may enter."""
    if is_admin(user):
        return ListImport.objects.all()
    return ListImport.objects.filter(customer__in=customers_visible_to(user))


@use_case
def open_import(
    *, actor: User, file_name: str, content: bytes, customer_id: int | None, company_name: str = ""
) -> ListImport:
    """Take a list in and guess its columns; nothing of it is imported yet.

    Lists older than 90 days are forgotten on the way.

    Args:
        actor: Who may enter units of the customer; for a new company, an admin.
        file_name: As the person calls it.
        content: The file's bytes.
        customer_id: Whose vehicles they are.
        company_name: Instead of it, the name of a company; opened with the import if it is new.

    Raises:
        NotFound, Forbidden.
        Invalid: It is no list that can be read; no customer is named.
    """
    known = _known_company(actor, company_name) if customer_id is None else None
    if customer_id is None and known is None:
        _check_office(actor, company_name)
        customer = None
    else:
        customer = find_for_units(actor, known.pk if known else customer_id or 0)
    ListImport.objects.filter(created_at__lt=now() - KEPT_FOR).delete()
    table, places = guess_places(read_table(content))
    samples = [cells for _, (_, cells) in zip(range(SAMPLES), table.rows, strict=False)]
    made = ListImport.objects.create(
        customer=customer,
        company_name="" if customer else company_name.strip(),
        created_by=actor,
        file_name=file_name[-200:],
        form=table.form,
        content=zlib.compress(content),
        heading=[
            {"name": shown(name, 80), "samples": _samples(samples, place)}
            for place, name in enumerate(table.heading)
        ],
        columns=places,
    )
    record(actor=actor, verb="list.uploaded", target=made)
    return made


def check_import(
    *,
    actor: User,
    import_id: int,
    columns: Mapping[str, int] | None = None,
    wishes: ImportWishes | None = None,
) -> ListImport:
    """Read the list with these columns and decisions and say what it would do; writes no unit.

    Raises:
        NotFound, Forbidden.
        Conflict: ``import_is_over``.
        Invalid: A column is none of the list's; the file has a fault further down.
    """
    job = _find(actor, import_id)
    columns = _checked_columns(job.columns if columns is None else columns, len(job.heading))
    wishes = wishes or ImportWishes.of(job.decisions)
    fleet = gather(listed_rows(read_table(_content(job)), columns), wishes.decisions)
    todo = plan(fleet, units_by_key(job.customer_id))
    found = {
        "columns": columns,
        "decisions": wishes.stored(),
        "report": make_report(fleet, todo, wishes.decisions, busy_units(todo.gone)),
        "prepared": _packed(fleet),
        "total": len(fleet.rows),
    }
    return _keep_check(actor=actor, import_id=import_id, version=job.version, found=found)


@use_case
def _keep_check(
    *, actor: User, import_id: int, version: int, found: Mapping[str, Any]
) -> ListImport:
    job = _find(actor, import_id, lock=True)
    check_version(job, version)
    vars(job).update(found, state=ImportState.CHECKED, version=job.version + 1)
    job.save()
    return job


@use_case
def start_import(*, actor: User, import_id: int, version: int | None = None) -> ListImport:
    """Import a checked list: a short one now, a longer one piece by piece.

    1. lock the import; 2. refuse a list with faults unless the good rows are wanted; 3. open the
    company if it is new; 4. write the units now, or promise the first piece.

    Raises:
        NotFound, Forbidden.
        PreconditionFailed: The list was checked again meanwhile.
        Invalid: ``list_has_faults``.
        Conflict: ``import_is_over``, ``not_checked``; as ``import_units``.
    """
    job = _find(actor, import_id, lock=True)
    check_version(job, version)
    if job.state != ImportState.CHECKED:
        raise Conflict("Check the list first.", code="not_checked")
    before = snapshot(job)
    if job.customer is None:
        job.customer = confirmed_company(job.company_name) or create_customer(
            actor=actor, kind=CustomerKind.COMPANY, name=job.company_name
        )
    find_for_units(actor, job.customer.pk)
    job.state, job.version = ImportState.WAITING, job.version + 1
    if job.total <= PIECE:
        _write(actor, job)
    else:
        _refuse_faults(job)
        _promise(job)
    job.save()
    record(actor=actor, verb="list.started", target=job, before=before)
    return job


@use_case
def drop_import(*, actor: User, import_id: int) -> None:
    """Forget a list that was not imported.

    Raises:
        NotFound, Forbidden.
        Conflict: ``import_is_over``: it is being imported, or was.
    """
    job = _find(actor, import_id, lock=True)
    record(actor=actor, verb="list.dropped", target=job, force=True)
    job.delete()


def faults_of(*, actor: User, import_id: int) -> FleetList:
    """The list as its faults are told in a file: read again, with the columns and decisions kept.

    Raises:
        NotFound, Forbidden, Invalid.
    """
    job = _find(actor, import_id, over=True)
    columns = _checked_columns(job.columns, len(job.heading))
    decisions = ImportWishes.of(job.decisions).decisions
    return gather(listed_rows(read_table(_content(job)), columns), decisions)


@handler(KIND)
def write_piece(message: OutboxMessage) -> None:
    """Write the next piece of a long list and promise the one after it; may run again."""
    job = ListImport.objects.filter(pk=message.payload["import"]).first()
    if job is None or job.state != ImportState.WAITING or job.done != message.payload["done"]:
        return
    try:
        with transaction.atomic():
            _write_next(import_id=job.pk)
    except DomainError as refusal:
        ListImport.objects.filter(pk=job.pk).update(
            state=ImportState.FAILED, failure=refusal.detail[:500], finished_at=now()
        )


@use_case
def _write_next(*, import_id: int) -> None:
    job = ListImport.objects.select_for_update(no_key=True, of=("self",)).get(pk=import_id)
    if job.created_by is None:
        raise Conflict("Whoever began this import is gone.")
    _write(job.created_by, job)
    if job.state == ImportState.WAITING:
        _promise(job)
    job.save()


def _write(actor: User, job: ListImport) -> None:
    """Up to ``PIECE`` units of the list; with the last of them also what is withdrawn."""
    wishes = ImportWishes.of(job.decisions)
    fleet = _unpacked(job)
    is_last = job.done + PIECE >= len(fleet.rows)
    fleet.rows = fleet.rows[job.done : job.done + PIECE]
    done = import_units(
        actor=actor,
        customer_id=job.customer_id or 0,
        fleet=fleet,
        good_rows_only=wishes.good_rows_only,
        withdraw=wishes.withdraw if is_last else (),
    )
    job.done += len(fleet.rows)
    if is_last:
        job.report |= report_of_withdrawal(done)
        job.state, job.finished_at, job.prepared = ImportState.DONE, now(), None


def _promise(job: ListImport) -> None:
    payload = {"import": job.pk, "done": job.done}
    enqueue(kind=KIND, key=f"{KIND}:{job.pk}:{job.version}:{job.done}", payload=payload)


def _refuse_faults(job: ListImport) -> None:
    if _unpacked(job).fault_count and not ImportWishes.of(job.decisions).good_rows_only:
        raise Invalid("Some rows cannot be imported, so none was.", code="list_has_faults")


def _find(actor: User, import_id: int, *, lock: bool = False, over: bool = False) -> ListImport:
    """The import, if this person may import there and it is not over.

    Raises:
        NotFound, Forbidden.
        Conflict: ``import_is_over``.
    """
    rows = imports_visible_to(actor).filter(pk=import_id)
    job = (rows.select_for_update(no_key=True, of=("self",)) if lock else rows).first()
    if job is None:
        raise NotFound
    if job.customer_id is None:
        _check_office(actor, job.company_name)
    else:
        find_for_units(actor, job.customer_id)
    if not over and job.state not in (ImportState.COLUMNS, ImportState.CHECKED):
        raise Conflict("This list is imported already.", code="import_is_over")
    return job


def _check_office(actor: User, company_name: str) -> None:
    if not is_admin(actor):
        raise Forbidden("Only the office opens companies.")
    if not company_name.strip():
        told = {"company_name": ["Name the company."]}
        raise Invalid("Say whose vehicles these are.", errors=told)


def _known_company(actor: User, name: str) -> Customer | None:
    """The company of that name, if there is one that this person sees."""
    known = confirmed_company(name) if name.strip() else None
    return known if known and customers_visible_to(actor).contains(known) else None


def _checked_columns(columns: Mapping[str, int], width: int) -> dict[str, int]:
    if "number" not in columns:
        told = {"number": ["Say which column holds the unit's number."]}
        raise Invalid("Please correct what is marked.", errors=told)
    if not columns.keys() <= set(FIELDS) or not all(0 <= at < width for at in columns.values()):
        raise Invalid("There is no such column in this list.")
    return dict(columns)


def _samples(rows: list[list[str]], place: int) -> list[str]:
    texts = (row[place].strip() for row in rows if place < len(row))
    return [shown(text, 40) for text in texts if text]


def _content(job: ListImport) -> bytes:
    return zlib.decompress(bytes(job.content))


def _packed(fleet: FleetList) -> bytes:
    """The good rows and what else of the list matters when it is written."""
    rows = [[row.row, row.number, row.key, row.values, row.decoded] for row in fleet.rows]
    kept = {"rows": rows, "keys": sorted(fleet.keys), "faults": len(fleet.faults)}
    return zlib.compress(orjson.dumps(kept))


def _unpacked(job: ListImport) -> FleetList:
    kept = orjson.loads(zlib.decompress(bytes(job.prepared or b"")))
    return FleetList(
        rows=[CheckedRow(*row) for row in kept["rows"]],
        keys=set(kept["keys"]),
        fault_count=kept["faults"],
    )
