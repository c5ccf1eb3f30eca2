"""A list's way: taken in, checked, imported at once or piece by piece, or dropped."""

import datetime as dt
from functools import partial

import pytest

from apps.audit.chain import faults as chain_faults
from apps.audit.models import AuditEntry
from apps.queue_management.import_answers import answer_import, told_of
from apps.queue_management.models import ImportState, ListImport
from apps.queue_management.use_cases import list_imports
from apps.queue_management.use_cases.list_checks import check_import
from apps.queue_management.use_cases.list_imports import (
    ImportWishes,
    drop_import,
    faults_of,
    imports_visible_to,
    open_import,
    start_import,
)
from apps.repairs.fleet_import import Decisions, OnConflict
from apps.repairs.models import Unit
from core.clock import now
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import Customer, OutboxMessage, User
from core.outbox import drain
from tests.books import refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LIST = b"Unit,Make,Model,Description\n00470,FORD,F150,TRUCK\n9,,,TRAILER\n7,A,,\n7,B,,\n"
GOOD = b"Unit,Make\n00470,FORD\n9,\n"


def opened(cast: Cast, content: bytes = LIST, actor: User | None = None) -> ListImport:
    return open_import(
        actor=actor or cast.primary,
        customer_id=cast.fleet.pk,
        file_name="vehicles.csv",
        content=content,
    )


def checked(cast: Cast, content: bytes = GOOD, **wishes: object) -> ListImport:
    job = opened(cast, content)
    return check_import(
        actor=cast.primary,
        import_id=job.pk,
        wishes=ImportWishes(**wishes),  # type: ignore[arg-type] # its fields
    )


def started(cast: Cast, job: ListImport) -> ListImport:
    return start_import(actor=cast.primary, import_id=job.pk, version=job.version)


def test_a_list_is_taken_in_with_its_columns_guessed(cast: Cast) -> None:
    job = opened(cast)
    assert (job.state, job.form, job.customer) == ("columns", "CSV with commas, UTF-8", cast.fleet)
    assert job.columns == {"number": 0, "make": 1, "model": 2, "kind": 3}
    assert job.heading[0] == {"name": "Unit", "samples": ["00470", "9", "7"]}
    assert AuditEntry.objects.get().verb == "list.uploaded"


def test_what_is_no_list_is_not_taken_in(cast: Cast) -> None:
    with refused(Invalid):
        opened(cast, b"")


def test_a_list_whose_number_nobody_found_is_not_checked(cast: Cast) -> None:
    job = opened(cast, b"Colour,Depot\nred,North\nred,North\n")
    with refused(Invalid):
        check_import(actor=cast.primary, import_id=job.pk)


@pytest.mark.parametrize(
    ("part", "kind"), [("mate", Forbidden), ("stranger", NotFound), ("technician", NotFound)]
)
def test_who_may_not_enter_units_imports_no_list(
    cast: Cast, part: str, kind: type[DomainError]
) -> None:
    job, actor = checked(cast), cast.member(part)
    with refused(kind):
        opened(cast, actor=actor)
    with refused(kind):
        check_import(actor=actor, import_id=job.pk)
    with refused(kind):
        start_import(actor=actor, import_id=job.pk)
    with refused(kind):
        drop_import(actor=actor, import_id=job.pk)
    with refused(kind):
        faults_of(actor=actor, import_id=job.pk)


def test_only_whose_customer_it_is_sees_it(cast: Cast) -> None:
    job = opened(cast)
    seen = {
        part: imports_visible_to(cast.member(part)).filter(pk=job.pk).exists()
        for part in ("primary", "stranger", "sales_agent", "other_sales_agent", "admin")
    }
    assert seen == {
        "primary": True,
        "stranger": False,
        "sales_agent": True,
        "other_sales_agent": False,
        "admin": True,
    }


def test_a_check_says_what_would_happen_and_writes_no_unit(cast: Cast) -> None:
    job = checked(cast, LIST)
    counts = job.report["counts"]
    assert (counts["rows"], counts["new"], counts["undecided"], counts["faults"]) == (4, 2, 1, 2)
    assert (counts["others"], counts["refused"]) == (1, 0)
    assert job.report["new"][0] == {
        "row": 2,
        "number": "00470",
        "text": "FORD F150",
        "decoded": "",
    }
    (difference,) = job.report["differences"]
    assert (difference["key"], difference["taken"], difference["told"]) == ("7", None, "make A / B")
    assert (Unit.objects.count(), job.state) == (0, "checked")


def test_columns_are_corrected(cast: Cast) -> None:
    job = opened(cast)
    job = check_import(actor=cast.primary, import_id=job.pk, columns={"number": 0, "plate": 1})
    assert job.report["new"][0]["text"] == "plate FORD"


@pytest.mark.parametrize("columns", [{"make": 0}, {"number": 9}, {"number": 0, "colour": 1}])
def test_columns_that_are_none_are_refused(cast: Cast, columns: dict[str, int]) -> None:
    job = opened(cast)
    with refused(Invalid):
        check_import(actor=cast.primary, import_id=job.pk, columns=columns)


def test_a_list_that_is_not_checked_is_not_imported(cast: Cast) -> None:
    job = opened(cast, GOOD)
    with refused(Conflict, "not_checked"):
        started(cast, job)


def test_a_list_checked_again_meanwhile_is_not_imported(cast: Cast) -> None:
    job = checked(cast)
    check_import(actor=cast.primary, import_id=job.pk)
    with refused(PreconditionFailed, "stale"):
        started(cast, job)


def test_a_short_list_is_imported_at_once(cast: Cast) -> None:
    job = started(cast, checked(cast))
    assert (job.state, job.done, job.prepared) == ("done", 2, None)
    assert list(Unit.objects.values_list("number", "make")) == [("00470", "FORD"), ("9", "")]
    verbs = list(AuditEntry.objects.order_by("position").values_list("verb", flat=True))
    assert verbs == [
        *("list.uploaded", "unit.created", "unit.created", "units.imported", "list.started")
    ]
    assert list(chain_faults()) == []
    with refused(Conflict, "import_is_over"):
        started(cast, job)


@pytest.mark.parametrize("piece", [1, 5000])
def test_a_list_with_faults_is_refused_unless_the_good_rows_are_wanted(
    cast: Cast, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE", piece)
    job = checked(cast, LIST)
    with refused(Invalid, "list_has_faults"):
        started(cast, job)
    job = started(cast, checked(cast, LIST, good_rows_only=True))
    while drain():
        pass
    job.refresh_from_db()
    assert (job.state, Unit.objects.count()) == ("done", 2)


def test_a_row_is_chosen_and_another_left_out(cast: Cast) -> None:
    decisions = Decisions(chosen={"7": 5}, left_out=frozenset({3}))
    started(cast, checked(cast, LIST, decisions=decisions))
    assert list(Unit.objects.values_list("number", "make")) == [("00470", "FORD"), ("7", "B")]


def test_what_is_gone_is_withdrawn_where_chosen(cast: Cast) -> None:
    started(cast, checked(cast))
    job = checked(cast, b"Unit\n00470\n")
    (gone,) = job.report["gone"]
    assert gone["number"] == "9"
    started(cast, checked(cast, b"Unit\n00470\n", withdraw=frozenset({gone["id"]})))
    assert [unit.number for unit in Unit.objects.in_use()] == ["00470"]


def test_a_changed_unit_is_shown_with_old_and_new(cast: Cast) -> None:
    started(cast, checked(cast))
    job = checked(cast, b"Unit,Make\n00470,GMC\n9,\n")
    assert job.report["changed"] == [
        {"number": "00470", "changes": [{"field": "make", "old": "FORD", "new": "GMC"}]}
    ]


LONG = b"Unit\n1\n2\n3\n4\n5\n"


def test_a_long_list_goes_piece_by_piece_and_shows_how_far_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE", 2)
    Unit.objects.create(customer=cast.fleet, number="gone")
    gone = Unit.objects.get()
    job = started(cast, checked(cast, LONG, withdraw=frozenset({gone.pk})))
    seen = [(job.state, job.done, Unit.objects.in_use().count())]
    while drain():
        job.refresh_from_db()
        seen.append((job.state, job.done, Unit.objects.in_use().count()))
    assert seen == [("waiting", 0, 1), ("waiting", 2, 3), ("waiting", 4, 5), ("done", 5, 5)]
    assert job.finished_at is not None
    assert (list(chain_faults()), invariant_violations()) == ([], [])


def test_a_piece_whose_mark_was_lost_is_not_written_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE", 2)
    job = started(cast, checked(cast, LONG))
    drain()
    OutboxMessage.objects.update(done_at=None, attempts=0, next_at=now())
    while drain():
        pass
    job.refresh_from_db()
    assert (job.state, job.done, Unit.objects.count()) == ("done", 5, 5)
    job.delete()
    OutboxMessage.objects.update(done_at=None, attempts=0, next_at=now())
    assert drain() == 3
    assert OutboxMessage.objects.filter(done_at=None).count() == 0


def test_a_piece_that_fails_stops_the_import_and_says_why(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_imports, "PIECE", 2)
    job = started(cast, checked(cast, LONG))
    drain()
    cast.primary.customer_user.delete()
    while drain():
        pass
    job.refresh_from_db()
    assert (job.state, job.done, job.failure) == ("failed", 2, "Not found.")
    assert Unit.objects.count() == 2


def test_an_import_whose_owner_is_gone_stops(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_imports, "PIECE", 2)
    job = started(cast, checked(cast, LONG))
    ListImport.objects.update(created_by=None)
    drain()
    job.refresh_from_db()
    assert (job.state, job.failure) == ("failed", "Whoever began this import is gone.")


def test_a_list_is_dropped_unless_it_is_over(cast: Cast) -> None:
    drop_import(actor=cast.primary, import_id=opened(cast).pk)
    assert ListImport.objects.count() == 0
    job = started(cast, checked(cast))
    with refused(Conflict, "import_is_over"):
        drop_import(actor=cast.primary, import_id=job.pk)


def test_faults_are_told_in_a_file_also_afterwards(cast: Cast) -> None:
    assert faults_of(actor=cast.primary, import_id=opened(cast).pk) == []
    job = started(cast, checked(cast, LIST, good_rows_only=True))
    told = faults_of(actor=cast.primary, import_id=job.pk)
    assert [fault.row for fault in told] == [4, 5]


def by_name(actor: User, name: str) -> ListImport:
    job = open_import(
        actor=actor, customer_id=None, company_name=name, file_name="a.csv", content=GOOD
    )
    return check_import(actor=actor, import_id=job.pk)


def test_the_office_opens_a_new_company_with_its_list(cast: Cast) -> None:
    job = by_name(cast.admin, " Harbor City Delivery ")
    assert not Customer.objects.filter(name="Harbor City Delivery").exists()
    job = start_import(actor=cast.admin, import_id=job.pk)
    assert job.customer is not None
    assert (job.customer.name, job.customer.is_confirmed) == ("Harbor City Delivery", True)
    assert job.customer.units.count() == 2


def test_a_company_known_by_that_name_is_met(cast: Cast) -> None:
    assert by_name(cast.admin, "demo FLEET").customer == cast.fleet


def test_a_sales_agent_meets_own_companies_by_name_and_no_others(cast: Cast) -> None:
    assert by_name(cast.sales_agent, "demo fleet").customer == cast.fleet
    with refused(Forbidden):
        by_name(cast.sales_agent, "Other Fleet")


def test_what_cannot_be_printed_is_shown_escaped(cast: Cast) -> None:
    job = opened(cast, b"Unit,Kind\0,Description\n1\0,\0,TRAILER \0\n2,x,y\n")
    job = check_import(actor=cast.primary, import_id=job.pk)
    assert job.heading[1] == {"name": "Kind\\x00", "samples": ["\\x00", "x"]}
    assert job.report["refused"][0]["number"] == "1\\x00"
    assert job.report["others"][0]["reason"] == "trailer (TRAILER \\x00)"


def test_only_the_office_opens_companies_and_names_them(cast: Cast) -> None:
    with refused(Forbidden):
        by_name(cast.sales_agent, "New one")
    with refused(Invalid):
        by_name(cast.admin, " ")


def test_lists_of_long_ago_are_forgotten(cast: Cast) -> None:
    opened(cast)
    ListImport.objects.update(created_at=now() - dt.timedelta(days=91))
    job = opened(cast)
    assert list(ListImport.objects.all()) == [job]


def test_files_are_not_read_with_the_rows(cast: Cast) -> None:
    opened(cast)
    job = ListImport.objects.get()
    assert job.get_deferred_fields() == {"content", "prepared", "faults"}
    assert str(job) == "vehicles.csv"


def answers(**given: list[str]) -> dict[str, list[str]]:
    return {name.replace("__", "-"): texts for name, texts in given.items()}


def test_a_page_answers_columns_then_decisions_then_starts(cast: Cast) -> None:
    job = opened(cast, LIST)
    go_on = partial(answer_import, actor=cast.primary, import_id=job.pk)
    said = answers(step=["columns"], column__number=["0"], column__make=["1"], column__vin=[""])
    assert "Nothing is imported yet" in told_of(said)
    assert go_on(answers=said).columns == {"number": 0, "make": 1}
    said = answers(
        step=["check"], on_conflict=["last"], out=["3"], leave_others_out=["on"], row__7=["4"]
    )
    job = go_on(answers=said)
    wishes = ImportWishes.of(job.decisions)
    assert wishes.decisions == Decisions(OnConflict.LAST, {"7": 4}, frozenset({3}), True)
    said = answers(step=["start"], on_conflict=["bad"], row__7=["5"], good_rows_only=["on"])
    assert "has begun" in told_of(said)
    job = go_on(answers=said)
    assert (job.state, Unit.objects.get(number="7").make) == (ImportState.DONE, "B")


@pytest.mark.parametrize("name", ["out", "withdraw", "row-7", "column-number"])
def test_an_answer_that_is_no_number_is_refused(cast: Cast, name: str) -> None:
    job = opened(cast)
    step = "columns" if name.startswith("column") else "check"
    with refused(Invalid):
        answer_import(actor=cast.primary, import_id=job.pk, answers={"step": [step], name: ["²"]})
