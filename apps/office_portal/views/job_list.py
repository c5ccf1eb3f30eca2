"""All jobs: narrowed, kept as views, given to somebody many at once, as a file."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from apps.jobs import services
from apps.jobs.queries import shown_jobs
from apps.office_portal.exports import jobs_csv
from apps.office_portal.filters import JobFilter
from apps.office_portal.forms.jobs import AssignJobsForm
from apps.office_portal.refusals import Refused, refused_jobs
from apps.office_portal.views.saved_views import address_of, default_view, views_of
from apps.portal_pages.rows import Ticked
from core.errors import DomainError, NotFound
from core.models import User
from core.pages import REFUSED, list_page, person, see_other, sent_once, tell_in_form
from core.paging import binding_of
from core.rules import is_admin
from core.shop import today_here

LIST = "office_jobs"


@sent_once
def office_jobs(request: HttpRequest) -> HttpResponse:
    """All jobs that this person may see; a POST gives those that are ticked to somebody."""
    user = person(request)
    if request.method == "POST":
        return _assign(request, user)
    first = None if request.GET else default_view(user, LIST)
    return see_other(address_of(first)) if first is not None else _show(request, user)


def office_jobs_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    form = JobFilter(request.GET)
    return jobs_csv(form.narrow(shown_jobs(person(request), today_here())), ordering=form.ordering)


def _assign(request: HttpRequest, user: User) -> HttpResponse:
    ticked, form = Ticked.of(request.POST, "job"), AssignJobsForm(request.POST)
    if not ticked.ids:
        return _show(request, user, form=form, refused=Refused("Tick at least one job."))
    if not form.is_valid():
        return _show(request, user, form=form, ticked=ticked.ids)
    technician = form.cleaned_data["technician"]
    try:
        done = services.assign_jobs(
            actor=user,
            job_ids=ticked.ids,
            assigned_to_id=technician.user_id if technician else None,
            versions=ticked.versions,
        )
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        tell_in_form(form, refusal)
        return _show(
            request, user, form=form, ticked=ticked.ids, refused=refused_jobs(user, refusal)
        )
    number = "One job is" if len(done) == 1 else f"{len(done)} jobs are"
    told = f"with {technician} now" if technician else "nobody's now"
    messages.success(request, f"{number} {told}.")
    return see_other(request.get_full_path())


def _show(
    request: HttpRequest,
    user: User,
    *,
    form: AssignJobsForm | None = None,
    ticked: Sequence[int] = (),
    refused: Refused | None = None,
) -> HttpResponse:
    search = JobFilter(request.GET)
    rows = search.narrow(shown_jobs(user, today_here()))
    page = list_page(
        request, rows, ordering=search.ordering, binding=binding_of(search.cleaned_data)
    )
    context: dict[str, Any] = {
        "form": search,
        "page": page,
        "is_office": is_admin(user),
        "assign": form or AssignJobsForm(),
        "acted": form,
        "ticked": set(ticked),
        "refused": refused,
        **views_of(request, user, LIST),
    }
    status = REFUSED if form is not None else 200
    return render(request, "office_portal/jobs.html", context, status=status)
