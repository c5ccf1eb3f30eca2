"""What nobody has: suggested with reasons, given away one by one or all at once."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from apps.queue_management import use_cases
from apps.queue_management.models import Assignment
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.enums import AssignmentMode
from core.models import User
from tests.cast import Cast
from tests.factories import request, set_shop

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404


@pytest.fixture
def waiting(cast: Cast) -> list[Repair]:
    set_shop(assignment_mode=AssignmentMode.SUGGEST)
    return [request(customer=cast.fleet, unit_number=f"41{number}") for number in range(3)]


def page(user: User) -> str:
    return signed_in(user).get(reverse("office_assignment")).content.decode()


def send(user: User, sent: dict[str, Any]) -> HttpResponse:
    answer = signed_in(user).post(reverse("office_assignment"), sent)
    assert isinstance(answer, HttpResponse)
    return answer


def as_suggested(cast: Cast, repairs: list[Repair]) -> dict[str, Any]:
    people = [cast.technician_record, cast.other_technician_record]
    sent = {}
    for index, repair in enumerate(repairs):
        sent[f"technician-{repair.pk}"] = people[index % 2].pk
        sent[f"version-{repair.pk}"] = repair.version
    return sent


def holders(repairs: list[Repair]) -> list[str]:
    rows = Repair.objects.filter(pk__in=[repair.pk for repair in repairs]).order_by("pk")
    return [str(row.technician or "") for row in rows.select_related("technician__user")]


def test_each_waits_with_a_suggestion_and_its_reasons(cast: Cast, waiting: list[Repair]) -> None:
    shown = page(cast.admin)
    assert "Assign all 3 as suggested" in shown
    assert shown.count("Least work: 0 open") == 2
    assert shown.count("Least work: 1 open") == 1
    client = signed_in(cast.admin)
    dashboard = client.get(reverse("office_dashboard")).content.decode()
    assert "See whom to give them to" in dashboard


def test_all_are_assigned_as_suggested_in_one_tap(cast: Cast, waiting: list[Repair]) -> None:
    assert send(cast.admin, as_suggested(cast, waiting)).status_code == SEE_OTHER
    assert holders(waiting) == ["Tom Becker", "Uma Other", "Tom Becker"]
    assert set(Assignment.objects.values_list("rule", flat=True)) == {"least_load"}
    assert "Every open repair has a technician." in page(cast.admin)


def test_one_row_is_assigned_alone(cast: Cast, waiting: list[Repair]) -> None:
    sent = as_suggested(cast, waiting) | {"only": waiting[1].pk}
    assert send(cast.admin, sent).status_code == SEE_OTHER
    assert holders(waiting) == ["", "Uma Other", ""]
    assert Assignment.objects.get().rule == "least_load"


def test_rows_left_for_now_stay(cast: Cast, waiting: list[Repair]) -> None:
    sent = as_suggested(cast, waiting) | {f"technician-{waiting[0].pk}": ""}
    assert send(cast.admin, sent).status_code == SEE_OTHER
    assert holders(waiting) == ["", "Uma Other", "Tom Becker"]


def test_nothing_chosen_is_told(cast: Cast, waiting: list[Repair]) -> None:
    answer = send(cast.admin, {"technician-x": "1", f"technician-{waiting[0].pk}": "nobody"})
    assert answer.status_code == OK
    assert "Choose a technician for at least one repair." in answer.content.decode()


def test_what_somebody_has_meanwhile_is_named_and_choices_are_kept(
    cast: Cast, waiting: list[Repair]
) -> None:
    sent = as_suggested(cast, waiting)
    sent[f"technician-{waiting[1].pk}"] = cast.technician_record.pk
    use_cases.approve_repair(actor=cast.other_technician, repair_id=waiting[0].pk)
    shown = send(cast.admin, sent).content.decode()
    assert "One repair cannot be changed like that, so nothing was." in shown
    assert "changed by somebody else" in shown
    assert f'<option value="{cast.technician_record.pk}" selected>' in shown
    assert holders(waiting) == ["Uma Other", "", ""]


def test_a_row_that_is_not_there_is_not_found(cast: Cast, waiting: list[Repair]) -> None:
    sent = as_suggested(cast, waiting) | {"technician-999999": cast.technician_record.pk}
    assert send(cast.admin, sent).status_code == NOT_FOUND
    assert holders(waiting) == ["", "", ""]


def test_what_nobody_can_do_is_told(cast: Cast, waiting: list[Repair]) -> None:
    Technician.objects.update(is_active=False)
    shown = page(cast.admin)
    assert "Nobody works today." in shown
    assert "Assign all 0" not in shown
    assert f"somebody for unit {waiting[0].unit_number}" in shown
