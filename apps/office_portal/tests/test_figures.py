"""The owner's figures: what each counts, where its rows are, by page and by file."""

from typing import Any

import pytest
from django.urls import reverse

from apps.jobs.analytics import FIGURES
from apps.office_portal.figures import figures
from apps.office_portal.tests.steps import signed_in
from core.models import User
from tests.cast import Cast
from tests.factories import completed_job, completed_repair, make_equipment, make_job

pytestmark = pytest.mark.django_db
OK, NOT_FOUND = 200, 404


def shown(user: User) -> str:
    answer = signed_in(user).get(reverse("office_analytics"))
    assert answer.status_code == OK
    return answer.content.decode()


def numbers(title: str) -> dict[str, int]:
    """One figure by what it is of."""
    (counts,) = [each for each in figures().counts if each.title == title]
    return {line.name: line.value for line in counts.lines}


def test_of_an_empty_shop(cast: Cast) -> None:
    assert [single.value for single in figures().singles] == ["0", "", "$0.00", ""]
    assert numbers("Jobs by status") == dict.fromkeys(
        ("Pending", "In progress", "Completed", "Cancelled"), 0
    )
    assert "Nothing yet." in shown(cast.admin)


def test_of_a_shop_at_work(cast: Cast) -> None:
    lamp = make_equipment("UV lamp")
    common: dict[str, Any] = {"customer": cast.fleet, "technician": cast.technician_record}
    make_job("Cure", equipment=[lamp], priority="urgent", **common)
    completed_job(**common)
    completed_repair(technician=cast.technician_record, customer=cast.fleet)
    assert numbers("Jobs by status")["Completed"] == 1
    assert numbers("Jobs by priority") == {"Low": 0, "Medium": 1, "High": 0, "Urgent": 1}
    assert numbers("Most used equipment") == {"UV lamp": 1}
    assert numbers("Open jobs by technician") == {"Tom Becker": 1, "Uma Other": 0}
    assert numbers("Open repairs by technician") == {"Tom Becker": 0, "Uma Other": 0}
    values = {single.title: single.value for single in figures().singles}
    assert values["Revenue"] == "$50.00"
    assert values["Done again"] == "0.0%"


def test_each_figure_says_what_it_counts_and_leads_to_its_rows(cast: Cast) -> None:
    make_job("Cure", equipment=[make_equipment("UV lamp")], customer=cast.fleet)
    page, client, found = shown(cast.admin), signed_in(cast.admin), figures()
    assert page.count("<figure") == len(found.counts)
    for figure in FIGURES.values():
        told = figure.definition.replace("null", "nothing").replace("'", "&#x27;")
        assert told in page
    addresses = {single.url for single in found.singles}
    addresses |= {line.url for counts in found.counts for line in counts.lines}
    for address in addresses:
        assert address.replace("&", "&amp;") in page
        assert client.get(address).status_code == OK


def test_the_figures_as_a_file(cast: Cast) -> None:
    answer = signed_in(cast.admin).get(reverse("office_analytics_csv"))
    head, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert head == "Figure,Of,Value,What it counts"
    overdue = FIGURES["overdue"].definition
    assert lines[0] == f"Overdue jobs,,0,{overdue}"
    assert any(line.startswith("Jobs by status,Pending,0,") for line in lines)


def test_for_admins_only(cast: Cast) -> None:
    for other in (cast.sales_agent, cast.technician, cast.primary):
        for page in ("office_analytics", "office_analytics_csv"):
            assert signed_in(other).get(reverse(page)).status_code == NOT_FOUND
