"""A vehicle list on its way into a fleet: taken in, looked at, written, or dropped.

``list_checks`` has the check between. Up to ``PIECE`` vehicles are written at once, in the
transaction that was asked for them; a longer list goes by the outbox in pieces, each whole with
its audit entries and the promise of the next one. A process that is killed in the middle loses at
most a piece that was not committed: its promise is still due, is taken up again, and the list ends
complete.
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
from apps.queue_management.import_report import report_of_withdrawal
from apps.queue_management.models import ImportState, ListImport
from apps.queue_management.use_cases.imports import import_units
from apps.queue_management.use_cases.units import find_for_units
from apps.repairs.fleet_columns import guess_places
from apps.repairs.fleet_file import read_table, seeming_rows
from apps.repairs.fleet_import import CheckedRow, Decisions, FleetList, OnConflict, RowFault
from apps.repairs.fleet_words import shown
from apps.repairs.services import check_version
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
        rows=seeming_rows(content),
        heading=[
            {"name": shown(name, 80), "samples": _samples(samples, place)}
            for place, name in enumerate(table.heading)
        ],
        columns=places,
    )
    record(actor=actor, verb="list.uploaded", target=made)
    return made


@use_case
def start_import(*, actor: User, import_id: int, version: int | None = None) -> ListImport:
    """Import a checked list: a short one now, a longer one piece by piece.

    1. lock the import; 2. refuse a list with faults unless the good rows are wanted; 3. open the
    company if it is new; 4. write the units now, or promise the first piece.

    Raises:
        NotFound, Forbidden.
        PreconditionFailed: The list was checked again meanwhile.
        Invalid: ``list_has_faults``.
        Conflict: ``import_is_over``, ``being_checked``, ``not_checked``; as ``import_units``.
    """
    job = find_import(actor, import_id, lock=True)
    check_version(job, version)
    if job.state != ImportState.CHECKED:
        raise Conflict("Check the list first.", code="not_checked")
    before = snapshot(job)
    if job.customer is None:
        job.customer = confirmed_company(job.company_name) or create_customer(
            actor=actor, kind=CustomerKind.COMPANY, name=job.company_name
        )
    find_for_units(actor, job.customer.pk)
    job.state, job.version, job.failure = ImportState.WAITING, job.version + 1, ""
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
    job = find_import(actor, import_id, lock=True, busy=True)
    record(actor=actor, verb="list.dropped", target=job, force=True)
    job.delete()


def faults_of(*, actor: User, import_id: int) -> list[RowFault]:
    """Every row that the last check refused, with its reason.

    Raises:
        NotFound, Forbidden.
    """
    job = find_import(actor, import_id, over=True)
    kept = orjson.loads(zlib.decompress(bytes(job.faults))) if job.faults else []
    return [RowFault(*fault) for fault in kept]


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


def find_import(
    actor: User, import_id: int, *, lock: bool = False, over: bool = False, busy: bool = False
) -> ListImport:
    """The import, if this person may import there and nothing is being done with it.

    Args:
        actor: Who asks.
        import_id: Of which.
        lock: Lock its row.
        over: Also one that is or was being imported.
        busy: Also one that is being checked.

    Raises:
        NotFound, Forbidden.
        Conflict: ``import_is_over``, ``being_checked``.
    """
    rows = imports_visible_to(actor).filter(pk=import_id)
    job = (rows.select_for_update(no_key=True, of=("self",)) if lock else rows).first()
    if job is None:
        raise NotFound
    if job.customer_id is None:
        _check_office(actor, job.company_name)
    else:
        find_for_units(actor, job.customer_id)
    if job.state == ImportState.CHECKING and not (busy or over):
        raise Conflict("This list is being checked; wait a moment.", code="being_checked")
    if job.state in (ImportState.WAITING, ImportState.DONE, ImportState.FAILED) and not over:
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


def _samples(rows: list[list[str]], place: int) -> list[str]:
    texts = (row[place].strip() for row in rows if place < len(row))
    return [shown(text, 40) for text in texts if text]


def _unpacked(job: ListImport) -> FleetList:
    kept = orjson.loads(zlib.decompress(bytes(job.prepared or b"")))
    return FleetList(
        rows=[CheckedRow(*row) for row in kept["rows"]],
        keys=set(kept["keys"]),
        fault_count=kept["faults"],
    )
