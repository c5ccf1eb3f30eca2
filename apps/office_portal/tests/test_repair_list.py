"""The list of repairs: narrowed, kept as views, many changed at once, as a file."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.models import SavedView, User
from tests.cast import Cast
from tests.factories import approved_repair, field_repair, make_customer, request, started_repair

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404
LIST = "office_repairs"


@pytest.fixture
def waiting(cast: Cast) -> list[Repair]:
    return [
        field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number=number)
        for number in ("4127", "4128")
    ]


def csv_lines(user: User, **query: str) -> list[str]:
    answer = signed_in(user).get(reverse("office_repairs_csv"), query)
    assert answer.status_code == OK
    return b"".join(answer).decode("utf-8-sig").splitlines()


def page(user: User, **query: str | int) -> str:
    answer = signed_in(user).get(reverse(LIST), query)
    assert answer.status_code == OK
    return answer.content.decode()


def act(user: User, action: str, repairs: Iterable[Repair], **sent: Any) -> HttpResponse:
    ticked = {"action": action, "repair": [repair.pk for repair in repairs]}
    answer = signed_in(user).post(reverse(LIST) + "?status=PENDING", ticked | sent)
    assert isinstance(answer, HttpResponse)
    return answer


def statuses(repairs: Iterable[Repair]) -> set[str]:
    rows = Repair.objects.filter(pk__in=[repair.pk for repair in repairs])
    return set(rows.values_list("queue_status", flat=True))


def test_narrowed_by_customer_and_technician(cast: Cast, waiting: list[Repair]) -> None:
    other = make_customer("Hill Haulage")
    field_repair(technician=cast.other_technician_record, customer=other, unit_number="77-H")
    assert "77-H" not in page(cast.admin, customer="demo FLEET")
    mine = page(cast.admin, technician=cast.other_technician_record.pk)
    assert "77-H" in mine
    assert ">4127<" not in mine
    assert "No repair fits this filter." in page(cast.admin, technician="nobody")
    assert ">4127<" in page(cast.admin, technician="none such")


def test_a_sales_agent_sees_no_technicians_and_changes_nothing(
    cast: Cast, waiting: list[Repair]
) -> None:
    shown = page(cast.sales_agent)
    assert "With the ticked repairs" not in shown
    assert 'name="technician"' not in shown
    assert act(cast.sales_agent, "pin", waiting).status_code in {403, NOT_FOUND}
    title, *rows = csv_lines(cast.sales_agent)
    assert title == "Repair,Customer,Unit,Date,Status,Completed,At most,Price,Discount,Charged"
    assert len(rows) == Repair.objects.visible_to(cast.sales_agent).count() > 0


def test_the_ticked_ones_are_approved_with_a_reason(cast: Cast, waiting: list[Repair]) -> None:
    answer = act(cast.admin, "approve", waiting, **{"approve-reason": "Petra by phone"})
    assert (answer.status_code, answer["Location"]) == (
        SEE_OTHER,
        reverse(LIST) + "?status=PENDING",
    )
    assert statuses(waiting) == {QueueStatus.APPROVED}


def test_a_missing_reason_keeps_the_ticks(cast: Cast, waiting: list[Repair]) -> None:
    shown = act(cast.admin, "approve", waiting).content.decode()
    assert "error-summary" in shown
    assert shown.count(" checked") == 2
    assert statuses(waiting) == {QueueStatus.PENDING}


def test_they_are_ended_with_a_reason(cast: Cast, waiting: list[Repair]) -> None:
    sent = {"end-reason_code": "cancelled", "end-reason": "They sold the trucks"}
    assert act(cast.admin, "end", waiting, **sent).status_code == SEE_OTHER
    assert statuses(waiting) == {QueueStatus.DENIED}


def test_they_are_given_to_a_technician(cast: Cast, waiting: list[Repair]) -> None:
    sent = {"assign-technician": cast.other_technician_record.pk, "assign-pin": "on"}
    assert act(cast.admin, "assign", waiting, **sent).status_code == SEE_OTHER
    assert {repair.technician for repair in Repair.objects.all()} == {cast.other_technician_record}


def test_they_are_kept_for_their_technicians_and_freed(cast: Cast, waiting: list[Repair]) -> None:
    act(cast.admin, "pin", waiting)
    assert set(Repair.objects.values_list("is_pinned", flat=True)) == {True}
    client = signed_in(cast.admin)
    sent = {"action": "unpin", "repair": [waiting[0].pk]}
    told = client.post(reverse(LIST), sent, follow=True).content.decode()
    assert "One repair is free to take again." in told
    assert Repair.objects.get(pk=waiting[0].pk).is_pinned is False


def test_started_work_is_put_back_and_what_is_not_is_named(
    cast: Cast, waiting: list[Repair]
) -> None:
    started = started_repair(technician=cast.technician_record, customer=cast.fleet)
    sent = {"back-reason": "Rain all day"}
    shown = act(cast.admin, "back", [started, *waiting], **sent).content.decode()
    assert "2 repairs cannot be changed like that, so nothing was." in shown
    assert shown.count("Work on it has not begun or is over.") == 2
    assert "Rain all day" in shown
    assert statuses([started]) == {QueueStatus.IN_PROGRESS}
    assert act(cast.admin, "back", [started], **sent).status_code == SEE_OTHER
    assert statuses([started]) == {QueueStatus.APPROVED}


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("approve", {"approve-reason": "Petra by phone"}),
        ("end", {"end-reason_code": "cancelled", "end-reason": "They sold the trucks"}),
        ("pin", {}),
        ("assign", {"assign-technician": "uma"}),
    ],
)
def test_what_changed_since_the_page_was_shown_is_named_and_nothing_is_done(
    cast: Cast, waiting: list[Repair], action: str, sent: dict[str, Any]
) -> None:
    shown = page(cast.admin)
    fresh, stale = waiting
    for repair in waiting:
        assert f'name="version-{repair.pk}" value="{repair.version}"' in shown
    sent = sent | {f"version-{repair.pk}": repair.version for repair in waiting}
    if "assign-technician" in sent:
        sent["assign-technician"] = cast.other_technician_record.pk
    use_cases.set_cost_override(
        actor=cast.admin, repair_id=stale.pk, amount=Decimal(45), reason="As agreed"
    )
    told = act(cast.admin, action, waiting, **sent).content.decode()
    assert "One repair cannot be changed like that, so nothing was." in told
    assert f">Unit {stale.unit_number}</a>, Demo Fleet: This was changed by somebody" in told
    assert f">Unit {fresh.unit_number}</a>, Demo Fleet:" not in told
    assert statuses(waiting) == {QueueStatus.PENDING}
    again = sent | {f"version-{stale.pk}": Repair.objects.get(pk=stale.pk).version}
    assert f'name="version-{stale.pk}" value="{again[f"version-{stale.pk}"]}"' in told
    assert act(cast.admin, action, waiting, **again).status_code == SEE_OTHER


def test_nothing_ticked_and_nothing_sensible(cast: Cast, waiting: list[Repair]) -> None:
    assert "Tick at least one repair." in act(cast.admin, "pin", []).content.decode()
    assert act(cast.admin, "explode", waiting).status_code == NOT_FOUND
    sent = {"action": "pin", "repair": ["999999", "x"]}
    assert signed_in(cast.admin).post(reverse(LIST), sent).status_code == NOT_FOUND


def test_the_list_as_a_file(cast: Cast, waiting: list[Repair]) -> None:
    lines = csv_lines(cast.admin, unit="4127")
    assert len(lines) == 2
    assert "Demo Fleet" in lines[1]


def test_a_view_is_kept_shown_first_renamed_and_removed(cast: Cast, waiting: list[Repair]) -> None:
    approved_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="9-A")
    client = signed_in(cast.admin)
    sent = {"name": "Waiting", "query": "status=PENDING&unit=&view=7", "is_default": "on"}
    answer = client.post(reverse("office_view_save"), sent)
    view = SavedView.objects.get()
    assert (answer.status_code, view.query) == (SEE_OTHER, "status=PENDING")

    opened = client.get(reverse(LIST))
    assert opened["Location"] == f"{reverse(LIST)}?status=PENDING&view={view.pk}"
    shown = client.get(opened["Location"]).content.decode()
    assert "Change “Waiting”" in shown
    assert ">9-A<" not in shown
    assert ">9-A<" in client.get(reverse(LIST), {"view": "all"}).content.decode()

    address = reverse("office_view", args=[view.pk])
    client.post(address, {"name": "For the phone"})
    view.refresh_from_db()
    assert (view.name, view.is_default) == ("For the phone", False)
    assert client.get(reverse(LIST)).status_code == OK
    client.post(address, {"remove": "yes"})
    assert not SavedView.objects.exists()


def test_a_view_without_filters_shows_all(cast: Cast, waiting: list[Repair]) -> None:
    client = signed_in(cast.sales_agent)
    answer = client.post(reverse("office_view_save"), {"name": "All", "is_default": "on"})
    assert answer["Location"] == f"{reverse(LIST)}?view=all"
    view = SavedView.objects.get()
    assert client.get(reverse(LIST))["Location"] == f"{reverse(LIST)}?view={view.pk}"
    assert "Type" not in page(cast.admin, view=str(view.pk))


def test_what_is_wrong_with_a_view_is_told(cast: Cast) -> None:
    client = signed_in(cast.admin)
    answer = client.post(reverse("office_view_save"), {"name": ""}, follow=True)
    assert "Please correct what is marked." in answer.content.decode()
    view = SavedView.objects.create(owner=cast.owner, page=LIST, name="Mine")
    for sent in ({"name": "Yours"}, {"remove": "yes"}):
        missing = client.post(reverse("office_view", args=[view.pk]), sent)
        assert missing.status_code == NOT_FOUND


def test_a_batch_is_approved_row_by_row_too(cast: Cast) -> None:
    repair = request(customer=cast.fleet, unit_number="5")
    shown = act(cast.admin, "approve", [repair], **{"approve-reason": "By phone"})
    assert "does not wait for approval" in shown.content.decode()
    use_cases.ask_approval(actor=cast.admin, repair_id=repair.pk)
    answer = act(cast.admin, "approve", [repair], **{"approve-reason": "By phone"})
    assert answer.status_code == SEE_OTHER
