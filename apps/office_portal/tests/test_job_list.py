"""The list of jobs: narrowed, ordered, kept as views, given out, as a file."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.jobs.models import Job
from apps.jobs.services import edit_job
from apps.office_portal.tests.steps import nothing_done, signed_in
from core.clock import now, pretending
from core.models import SavedView, User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import completed_job, make_customer, make_job

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404
LIST = "office_jobs"


@pytest.fixture
def jobs(cast: Cast) -> list[Job]:
    """Two of Demo Fleet's sales agent, one with the technician."""
    common: dict[str, Any] = {"actor": cast.sales_agent, "customer": cast.fleet}
    return [
        make_job("Measure", "Cut", technician=cast.technician_record, title="Yard check", **common),
        make_job("Mask", title="Polish lamps", priority="urgent", **common),
    ]


def page(user: User, **query: str | int) -> str:
    answer = signed_in(user).get(reverse(LIST), query)
    assert answer.status_code == OK
    return answer.content.decode()


def titles(user: User, **query: str | int) -> list[str]:
    """The titles that the list shows, in its order."""
    shown = page(user, **query)
    known = Job.objects.values_list("title", flat=True)
    return sorted(
        (t for t in known if f">{t}</a>" in shown), key=lambda t: shown.index(f">{t}</a>")
    )


def assign(user: User, jobs: Iterable[Job], **sent: Any) -> HttpResponse:
    ticked = {"job": [job.pk for job in jobs]}
    answer = signed_in(user).post(reverse(LIST) + "?status=open", ticked | sent)
    assert isinstance(answer, HttpResponse)
    return answer


def overdue_job(cast: Cast, title: str = "Late one") -> Job:
    """Planned for a week ago."""
    with pretending(now() - dt.timedelta(days=8)):
        day = shop_today()
        return make_job("Do it", customer=cast.fleet, title=title, scheduled_date=day)


def test_narrowed_by_each_filter(cast: Cast, jobs: list[Job]) -> None:
    completed_job(customer=make_customer("Hill Haulage"), title="Done before")
    overdue_job(cast)
    admin = cast.admin
    assert titles(admin) == ["Late one", "Done before", "Polish lamps", "Yard check"]
    assert titles(admin, status="open") == ["Late one", "Polish lamps", "Yard check"]
    assert titles(admin, status="completed") == ["Done before"]
    assert titles(admin, text="YARD") == ["Yard check"]
    assert titles(admin, priority="urgent") == ["Polish lamps"]
    assert titles(admin, customer="hill") == ["Done before"]
    assert titles(admin, technician=cast.technician_record.pk) == ["Yard check"]
    assert titles(admin, technician="nobody") == ["Late one", "Done before", "Polish lamps"]
    assert titles(admin, overdue="on") == ["Late one"]
    today = shop_today().isoformat()
    assert titles(admin, until=today) == ["Late one"]
    assert "No job fits this filter." in page(admin, since=today)
    assert len(titles(admin, status="none such", order="sideways")) == 4


def test_ordered_by_date_and_by_priority(cast: Cast, jobs: list[Job]) -> None:
    overdue_job(cast)
    assert titles(cast.admin, order="date") == ["Late one", "Yard check", "Polish lamps"]
    assert titles(cast.admin, order="priority") == ["Polish lamps", "Late one", "Yard check"]


def test_an_overdue_one_says_so_and_progress_is_told(cast: Cast, jobs: list[Job]) -> None:
    shown = page(cast.admin)
    assert "0 of 2" in shown
    assert "</svg>Overdue</span>" not in shown
    overdue_job(cast)
    assert "</svg>Overdue</span>" in page(cast.admin)


def test_sales_agents_see_those_they_made(cast: Cast, jobs: list[Job]) -> None:
    make_job(customer=cast.fleet, title="Of the office")
    assert titles(cast.sales_agent) == ["Polish lamps", "Yard check"]
    assert "No jobs yet." in page(cast.other_sales_agent)


def test_the_ticked_ones_are_given_to_a_technician_and_taken_back(
    cast: Cast, jobs: list[Job]
) -> None:
    uma = cast.other_technician
    answer = assign(cast.admin, jobs, technician=uma.technician.pk)
    assert (answer.status_code, answer["Location"]) == (SEE_OTHER, reverse(LIST) + "?status=open")
    assert set(Job.objects.values_list("assigned_to", flat=True)) == {uma.pk}
    client = signed_in(cast.sales_agent)
    told = client.post(reverse(LIST), {"job": jobs[0].pk, "technician": "nobody"}, follow=True)
    assert "One job is nobody&#x27;s now." in told.content.decode()
    assert Job.objects.get(pk=jobs[0].pk).assigned_to is None


def test_what_cannot_be_given_is_named_and_nothing_is_done(cast: Cast, jobs: list[Job]) -> None:
    done = completed_job(customer=cast.fleet, title="Done before")
    stale, _ = jobs
    sent = {f"version-{job.pk}": job.version for job in jobs}
    edit_job(actor=cast.admin, job_id=stale.pk, version=None, values={"title": "Yard check 2"})
    sent["technician"] = cast.other_technician_record.pk
    with nothing_done():
        told = assign(cast.admin, [*jobs, done], **sent).content.decode()
    assert "2 jobs cannot be changed like that, so nothing was." in told
    assert ">Yard check 2</a>, Demo Fleet: This was changed by somebody" in told
    assert ">Done before</a>, Demo Fleet: This job is completed; reopen it first." in told
    assert told.count(" checked") == 2  # the third one is not on this page
    assert Job.objects.filter(assigned_to=cast.other_technician).count() == 0


def test_nothing_ticked_and_nothing_sensible(cast: Cast, jobs: list[Job]) -> None:
    assert "Tick at least one job." in assign(cast.admin, []).content.decode()
    for sent in ("999999", ""):
        told = assign(cast.admin, jobs, technician=sent).content.decode()
        assert "error-summary" in told
        assert told.count(" checked") == 2
    foreign = make_job(customer=cast.fleet)
    assert assign(cast.sales_agent, [*jobs, foreign], technician="nobody").status_code == NOT_FOUND


def test_the_list_as_a_file(cast: Cast, jobs: list[Job]) -> None:
    address = reverse("office_jobs_csv")
    answer = signed_in(cast.sales_agent).get(address, {"order": "priority"})
    head, *lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert head.startswith("Job,Title,Customer,Place,Status,Priority,Technician,Date,Overdue")
    assert [line.split(",")[1] for line in lines] == ["Polish lamps", "Yard check"]
    assert "Pending,Urgent,,,no,0,1" in lines[0]
    assert "Tom Becker" in lines[1]


def test_a_view_of_jobs_is_none_of_repairs(cast: Cast, jobs: list[Job]) -> None:
    client = signed_in(cast.admin)
    sent = {"name": "Late", "page": LIST, "query": "overdue=on", "is_default": "on"}
    client.post(reverse("office_view_save"), sent)
    view = SavedView.objects.get()
    assert client.get(reverse(LIST))["Location"] == f"{reverse(LIST)}?overdue=on&view={view.pk}"
    assert client.get(reverse("office_repairs")).status_code == OK
    answer = client.post(reverse("office_view", args=[view.pk]), {"remove": "yes"})
    assert answer["Location"] == f"{reverse(LIST)}?view=all"
    answer = client.post(reverse("office_view_save"), sent | {"page": "office_people"})
    assert answer.status_code == NOT_FOUND
