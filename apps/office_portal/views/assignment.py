"""Repairs that nobody has: whom to give them to and why, one by one or all at once."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.page_data import needs_assignment, with_suggestions
from apps.office_portal.refusals import Refused, refused_repairs
from apps.portal_pages.rows import numbered, versions_from
from apps.queue_management import use_cases
from core.errors import DomainError, NotFound
from core.models import User
from core.pages import REFUSED, list_page, person, see_other, sent_once, whole_number

ROWS = 50
CHOSEN = "technician-"


@sent_once
def office_assignment(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, each with a suggestion; a POST assigns one row or all."""
    user = person(request)
    if request.method != "POST":
        return _show(request)
    given = numbered(request.POST, CHOSEN)
    only = whole_number(request.POST.get("only", ""))
    if only is not None:
        given = {pk: technician for pk, technician in given.items() if pk == only}
    if not given:
        return _show(request, Refused("Choose a technician for at least one repair."))
    try:
        _assign(user, given, versions_from(request))
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        return _show(request, refused_repairs(user, refusal), chosen=given)
    number = len(given)
    told = "One repair is" if number == 1 else f"{number} repairs are"
    messages.success(request, f"{told} assigned.")
    return see_other("office_assignment")


def _assign(user: User, given: Mapping[int, int], versions: Mapping[int, int]) -> None:
    use_cases.assign_repairs(actor=user, given=given, versions=versions)


def _show(
    request: HttpRequest, refused: Refused | None = None, *, chosen: Mapping[int, int] | None = None
) -> HttpResponse:
    rows = needs_assignment(person(request))
    page = list_page(request, rows, ordering=("id",), page_size=ROWS)
    unassigned = with_suggestions(page.rows, chosen or {})
    able = sum(row.suggestion.technician is not None for row in unassigned)
    context = {
        "page": page,
        "rows": unassigned,
        "able": able,
        "refused": refused,
    }
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/assignment.html", context, status=status)
