"""A long list is read in the background: promised, told how far it is, kept, imported."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model

from apps.queue_management.import_answers import told_of
from apps.queue_management.models import ListImport
from apps.queue_management.use_cases import list_checks
from apps.queue_management.use_cases.list_checks import check_import, check_in_background
from apps.queue_management.use_cases.list_imports import (
    ImportWishes,
    drop_import,
    faults_of,
    open_import,
    start_import,
)
from apps.repairs import fleet_file
from apps.repairs.models import Unit
from core.clock import now
from core.errors import Conflict
from core.invariants import invariant_violations
from core.models import CustomerUser, OutboxMessage
from core.outbox import drain
from tests.books import refused
from tests.cast import Cast
from tests.factories import make_user

pytestmark = pytest.mark.django_db
GOOD = b"Unit,Make\n1,FORD\n2,\n3,\n4,\n"
FAULTY = GOOD + b"4,GMC\n"


@pytest.fixture(autouse=True)
def _long_lists_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_checks, "SHORT", 2)
    monkeypatch.setattr(list_checks, "STEP", 1)


def opened(cast: Cast, content: bytes = GOOD) -> ListImport:
    return open_import(
        actor=cast.primary, customer_id=cast.fleet.pk, file_name="vehicles.csv", content=content
    )


def promised(cast: Cast, content: bytes = GOOD, *, start: bool = False) -> ListImport:
    return check_import(actor=cast.primary, import_id=opened(cast, content).pk, start=start)


def now_of(job: ListImport) -> ListImport:
    return ListImport.objects.get(pk=job.pk)


def test_a_short_list_is_read_at_once(cast: Cast) -> None:
    job = promised(cast, b"Unit\n1\n")
    assert (job.state, job.total, OutboxMessage.objects.count()) == ("checked", 1, 0)


def test_a_long_list_is_promised_then_read(cast: Cast) -> None:
    job = promised(cast)
    assert (job.state, job.done, job.total) == ("checking", 0, 5)
    drain()
    job = now_of(job)
    assert (job.state, job.done, job.total, job.report["counts"]["new"]) == ("checked", 0, 4, 4)
    assert Unit.objects.count() == 0
    assert start_import(actor=cast.primary, import_id=job.pk, version=job.version).done == 4


def test_columns_and_decisions_are_those_of_the_page(cast: Cast) -> None:
    job = opened(cast, FAULTY)
    wishes = ImportWishes(good_rows_only=True)
    columns = {"number": 0}
    check_import(actor=cast.primary, import_id=job.pk, columns=columns, wishes=wishes)
    drain()
    assert (now_of(job).columns, ImportWishes.of(now_of(job).decisions)) == (columns, wishes)
    assert now_of(job).report["repeated"] == [6]


def test_how_far_it_is_stands_in_its_row_and_a_fault_further_down_ends_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = promised(cast)
    monkeypatch.setattr(fleet_file, "MAXIMUM_ROWS", 3)
    drain()
    job = now_of(job)
    assert (job.state, job.done) == ("columns", 3)
    assert job.failure == "The file has more than 3 rows; split it."
    monkeypatch.undo()
    assert check_import(actor=cast.primary, import_id=job.pk).failure == ""


def test_a_list_to_be_imported_is_imported_when_it_is_read(cast: Cast) -> None:
    job = promised(cast, start=True)
    drain()
    assert (now_of(job).state, Unit.objects.count()) == ("done", 4)
    assert invariant_violations() == []


def test_a_list_with_faults_is_kept_and_says_why_it_was_not_imported(cast: Cast) -> None:
    job = promised(cast, FAULTY, start=True)
    drain()
    job = now_of(job)
    assert (job.state, Unit.objects.count()) == ("checked", 0)
    assert "cannot be imported, so none was" in job.failure
    assert len(faults_of(actor=cast.primary, import_id=job.pk)) == 2


def test_while_it_is_read_nothing_else_is_done_with_it_but_dropping(cast: Cast) -> None:
    job = promised(cast)
    with refused(Conflict, "being_checked"):
        check_import(actor=cast.primary, import_id=job.pk)
    with refused(Conflict, "being_checked"):
        start_import(actor=cast.primary, import_id=job.pk)
    drop_import(actor=cast.primary, import_id=job.pk)
    assert drain() == 1
    assert not OutboxMessage.objects.filter(done_at=None).exists()


def test_after_a_kill_it_is_read_by_whoever_comes_next(cast: Cast) -> None:
    job = promised(cast)
    # As a process leaves it that was killed while it read.
    OutboxMessage.objects.update(attempts=1, next_at=now() + list_checks.LEASE)
    ListImport.objects.update(done=3)
    assert drain() == 0
    OutboxMessage.objects.update(next_at=now() - dt.timedelta(seconds=1))
    assert drain() == 1
    assert now_of(job).state == "checked"


def test_who_was_overtaken_keeps_nothing(cast: Cast) -> None:
    job = promised(cast)
    mine = OutboxMessage.objects.get()
    OutboxMessage.objects.update(attempts=mine.attempts + 1)
    check_in_background(mine)
    assert now_of(job).state == "checking"


def test_a_mark_that_was_lost_changes_nothing(cast: Cast) -> None:
    job = promised(cast, start=True)
    drain()
    OutboxMessage.objects.update(done_at=None, attempts=0, next_at=now())
    drain()
    assert (now_of(job).state, Unit.objects.count()) == ("done", 4)


def test_who_lost_the_right_meanwhile_imports_nothing(cast: Cast) -> None:
    job = promised(cast, start=True)
    CustomerUser.objects.filter(user=cast.primary).delete()
    drain()
    assert (now_of(job).state, now_of(job).failure) == ("columns", "Not found.")
    assert Unit.objects.count() == 0


def test_a_check_whose_owner_is_gone_ends(cast: Cast) -> None:
    gone = make_user(username="gone")
    job = promised(cast)
    message = OutboxMessage.objects.get()
    message.payload |= {"actor": gone.pk}
    message.save()
    get_user_model().objects.filter(pk=gone.pk).delete()
    drain()
    assert now_of(job).failure == "Whoever began this check is gone."


def test_the_page_is_told_which_way_it_goes() -> None:
    assert "is being checked" in told_of({"step": ["check"]}, is_long=True)
    assert "has begun" in told_of({"step": ["start"]}, is_long=True)
