import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.queue_management.models import ListImport
from apps.queue_management.use_cases import list_checks, list_imports
from apps.repairs import list_forms
from apps.repairs.models import Unit
from core.outbox import drain
from tests.cast import Cast
from tests.factories import make_unit
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
LIST = b"Unit,Make,Description\n00470,FORD,TRUCK\n9,,TRAILER\n7,A,\n7,B,\n"


def file(content: bytes = LIST) -> SimpleUploadedFile:
    return SimpleUploadedFile("vehicles.csv", content)


def opened(cast: Cast) -> ListImport:
    assert send(cast.primary, "customer_import_new", file=file()).status_code == 303
    return ListImport.objects.get()


def go_on(cast: Cast, job: ListImport, **answers: object) -> str:
    answer = send(cast.primary, "customer_import", job.pk, **answers)
    assert answer.status_code == 303
    return text_of(cast.primary, "customer_import", job.pk)


def test_a_list_is_sent_looked_at_and_imported(cast: Cast) -> None:
    job = opened(cast)
    shown = text_of(cast.primary, "customer_import", job.pk)
    assert "Unit (00470, 9, 7)" in shown
    columns = {"column-number": "0", "column-make": "1", "column-kind": "2"}
    shown = go_on(cast, job, step="columns", **columns)
    assert "2 of 4 rows cannot be imported as they are." in shown
    assert "1 row that seems to be no road vehicle" in shown
    shown = go_on(cast, job, step="start", **{"row-7": "5"})
    assert "3 new vehicles" in shown
    assert list(cast.fleet.units.values_list("number", "make")) == [
        ("00470", "FORD"),
        ("7", "B"),
        ("9", ""),
    ]


def test_a_refusal_is_told_and_nothing_imported(cast: Cast) -> None:
    job = opened(cast)
    send(cast.primary, "customer_import", job.pk, step="columns", **{"column-number": "0"})
    columns = {"column-number": "0", "column-make": "1"}
    go_on(cast, job, step="columns", **columns)
    page = reverse("customer_import", args=[job.pk])
    shown = signed_in(cast.primary).post(page, {"step": "start"}, follow=True)
    assert "2 rows cannot be imported, so none was." in folded(shown)
    assert Unit.objects.count() == 0


def test_a_file_that_is_no_list_is_told_beside_the_form(cast: Cast) -> None:
    shown = folded(send(cast.primary, "customer_import_new", file=file(b" \n")))
    assert "The file is empty." in shown
    shown = folded(send(cast.primary, "customer_import_new"))
    assert "Choose the file." in shown


def test_a_file_too_large_is_not_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_forms, "LARGEST_FILE", 10)
    assert "larger than" in folded(send(cast.primary, "customer_import_new", file=file()))


def test_who_may_not_request_imports_nothing(cast: Cast) -> None:
    shown = folded(send(cast.mate, "customer_import_new", file=file()))
    assert "You may not enter units" in shown
    assert "Import a vehicle list" not in text_of(cast.mate, "customer_units")


def test_errors_are_a_file_for_excel(cast: Cast) -> None:
    job = opened(cast)
    go_on(cast, job, step="check")
    answer = visit(cast.primary, "customer_import_errors", job.pk)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined] # it is one
    assert text.splitlines()[:2] == [
        "\ufeffrow,number,reason",
        "4,7,The same unit stands in row 5 with other data: make A / B.",
    ]


def test_a_list_is_forgotten(cast: Cast) -> None:
    job = opened(cast)
    assert send(cast.primary, "customer_import_drop", job.pk).status_code == 303
    assert ListImport.objects.count() == 0


def test_anothers_list_is_missing(cast: Cast) -> None:
    job = opened(cast)
    assert visit(cast.stranger, "customer_import", job.pk).status_code == 404
    assert visit(cast.stranger, "customer_import_errors", job.pk).status_code == 404
    assert send(cast.stranger, "customer_import", job.pk, step="start").status_code == 404
    assert send(cast.stranger, "customer_import_drop", job.pk).status_code == 404


def test_a_long_list_shows_how_far_it_is(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_imports, "PIECE", 1)
    job = opened(cast)
    shown = go_on(cast, job, step="start", on_conflict="last")
    assert "0 of 3 vehicles." in shown
    assert 'hx-trigger="every 1s"' in shown
    ListImport.objects.update(state="failed", failure="Somebody added one.")
    shown = text_of(cast.primary, "customer_import", job.pk)
    assert "Somebody added one." in shown


def test_the_check_of_a_long_list_shows_how_far_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_checks, "SHORT", 3)
    job = opened(cast)
    page = reverse("customer_import", args=[job.pk])
    shown = folded(signed_in(cast.primary).post(page, {"step": "check"}, follow=True))
    assert "The list is being checked; how far it is stands below." in shown
    assert "0 of 5 rows." in shown
    assert 'hx-trigger="every 1s"' in shown
    assert statements_of(cast.primary, "customer_import", job.pk) == 5
    drain()
    assert "2 of 4 rows cannot be imported" in text_of(cast.primary, "customer_import", job.pk)
    go_on(cast, job, step="start")
    drain()
    shown = text_of(cast.primary, "customer_import", job.pk)
    assert "Some rows cannot be imported, so none was." in shown or "2 rows cannot" in shown


def test_the_page_costs_the_same_for_any_list(cast: Cast) -> None:
    make_unit(cast.fleet, "gone")
    job = opened(cast)
    first = statements_of(cast.primary, "customer_import", job.pk)
    go_on(cast, job, step="check")
    assert statements_of(cast.primary, "customer_import", job.pk) == first == 5
    assert statements_of(cast.primary, "customer_import_new") == 4
