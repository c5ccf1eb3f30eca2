"""The table of resins by temperature of the glass."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.resins import RangeFormSet
from apps.queue_management import use_cases
from apps.repairs.models import ResinTable
from apps.repairs.queries import resins_in_force
from apps.repairs.viscosity import BUILT_IN, Range, from_stored, in_words
from core.errors import DomainError
from core.models import User
from core.pages import REFUSED, person, see_other, sent_once, version_from

PREFIX = "rows"
MOST_VERSIONS = 10


@sent_once
def office_resins(request: HttpRequest) -> HttpResponse:
    """The table in force, to be changed as a whole, and its earlier versions."""
    user = person(request)
    table, ranges = resins_in_force()
    if request.method == "POST":
        rows = RangeFormSet(_none_initial(request), prefix=PREFIX)
        if rows.is_valid() and _save(user, rows, version_from(request)):
            messages.success(request, "Saved: technicians see this table from now on.")
            return see_other("office_resins")
    else:
        rows = RangeFormSet(initial=[vars_of(each) for each in ranges], prefix=PREFIX)
    context = {
        "rows": rows,
        "version": table.pk if table else None,
        "lines": in_words(ranges),
        "versions": [
            {"table": each, "lines": in_words(from_stored(each.ranges))}
            for each in ResinTable.objects.select_related("created_by")[:MOST_VERSIONS]
        ],
        "built_in": in_words(BUILT_IN),
    }
    status = REFUSED if rows.is_bound else 200
    return render(request, "office_portal/resins.html", context, status=status)


def vars_of(each: Range) -> dict[str, Any]:
    """A range as the row of its form."""
    return {"below": each.below, "resin": each.resin}


def _none_initial(request: HttpRequest) -> Any:
    """The posted rows, none of them an initial one: a row left empty is passed over."""
    data = request.POST.copy()
    data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    return data


def _save(user: User, rows: Any, version: int | None) -> bool:
    """Put the rows in force; a refusal is told beside the rows that it is about."""
    filled = [form for form in rows.forms if form.cleaned_data]
    ranges = [Range(form.cleaned_data["below"], form.cleaned_data["resin"]) for form in filled]
    try:
        use_cases.set_resins(actor=user, ranges=ranges, version=version)
    except DomainError as refusal:
        for name, told in refusal.errors.items():
            _, place, field = name.split(".")
            filled[int(place)].add_error(field, told)
        if not refusal.errors:
            rows.non_form_errors().append(refusal.detail)
        return False
    return True
