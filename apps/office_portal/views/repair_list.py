"""All repairs: narrowed, kept as views, done something with many at once, as a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from apps.office_portal.filters import OfficeRepairFilter
from apps.office_portal.forms.bulk import FORMS, form_of
from apps.office_portal.refusals import Refused, refused_repairs
from apps.office_portal.views.saved_views import address_of, default_view, views_of
from apps.portal_pages.rows import Ticked
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs.exports import repairs_csv
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list, shown_repairs
from core.errors import DomainError, NotFound
from core.models import User
from core.pages import (
    REFUSED,
    list_page,
    person,
    see_other,
    sent_once,
    tell_in_form,
)
from core.paging import binding_of
from core.rules import is_admin

Sent = dict[str, Any]
LIST = "office_repairs"


@dataclass(frozen=True)
class Action:
    """Something done with many repairs at once, and what is said of it."""

    run: Callable[[User, Ticked, Sent], Sequence[Repair]]
    told: str


def _assign(user: User, ticked: Ticked, sent: Sent) -> Sequence[Repair]:
    given = dict.fromkeys(ticked.ids, sent["technician"].pk)
    return use_cases.assign_repairs(
        actor=user, given=given, versions=ticked.versions, pin=sent["pin"]
    )


def _pin(user: User, ticked: Ticked, _sent: Sent) -> Sequence[Repair]:
    return use_cases.pin_repairs(is_pinned=True, **_about(user, ticked))


def _unpin(user: User, ticked: Ticked, _sent: Sent) -> Sequence[Repair]:
    return use_cases.pin_repairs(is_pinned=False, **_about(user, ticked))


def _approve(user: User, ticked: Ticked, sent: Sent) -> Sequence[Repair]:
    reason = Reason(text=sent["reason"])
    return use_cases.approve_repairs(reason=reason, **_about(user, ticked))


def _end(user: User, ticked: Ticked, sent: Sent) -> Sequence[Repair]:
    reason = Reason(code=sent["reason_code"], text=sent["reason"])
    return use_cases.deny_repairs(reason=reason, **_about(user, ticked))


def _put_back(user: User, ticked: Ticked, sent: Sent) -> Sequence[Repair]:
    reason = Reason(text=sent["reason"])
    return use_cases.put_back_repairs(reason=reason, **_about(user, ticked))


def _about(user: User, ticked: Ticked) -> Sent:
    return {"actor": user, "repair_ids": ticked.ids, "versions": ticked.versions}


ACTIONS = {
    "assign": Action(_assign, "assigned"),
    "pin": Action(_pin, "kept for their technicians"),
    "unpin": Action(_unpin, "free to take again"),
    "approve": Action(_approve, "approved"),
    "end": Action(_end, "ended"),
    "back": Action(_put_back, "put back"),
}


@sent_once
def office_repairs(request: HttpRequest) -> HttpResponse:
    """All repairs that this person may see; a POST does something with those that are ticked."""
    user = person(request)
    if request.method == "POST":
        return _act(request, user)
    first = None if request.GET else default_view(user, LIST)
    return see_other(address_of(first)) if first is not None else _show(request, user)


def office_repairs_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    user = person(request)
    form = OfficeRepairFilter(request.GET, user=user)
    repairs = form.narrow(repair_list(user))
    return repairs_csv(repairs, reader="office", sees_work=is_admin(user))


def _act(request: HttpRequest, user: User) -> HttpResponse:
    name = request.POST.get("action", "")
    if name not in ACTIONS:
        raise Http404
    ticked = Ticked.of(request.POST, "repair")
    form, action = form_of(name, request.POST), ACTIONS[name]
    if not ticked.ids:
        return _show(request, user, refused=Refused("Tick at least one repair."))
    if not form.is_valid():
        return _show(request, user, name=name, form=form, ticked=ticked.ids)
    try:
        done = action.run(user, ticked, form.cleaned_data)
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        tell_in_form(form, refusal)
        rows = refused_repairs(user, refusal)
        return _show(request, user, name=name, form=form, ticked=ticked.ids, refused=rows)
    number = "One repair is" if len(done) == 1 else f"{len(done)} repairs are"
    messages.success(request, f"{number} {action.told}.")
    return see_other(request.get_full_path())


def _show(
    request: HttpRequest,
    user: User,
    *,
    name: str = "",
    form: forms.Form | None = None,
    ticked: Sequence[int] = (),
    refused: Refused | None = None,
) -> HttpResponse:
    search = OfficeRepairFilter(request.GET, user=user)
    page = list_page(
        request,
        search.narrow(shown_repairs(user)),
        ordering=("-repair_date", "-id"),
        binding=binding_of(search.cleaned_data),
    )
    office = is_admin(user)
    fresh = {each: form_of(each) for each in FORMS} if office else {}
    context = {
        "form": search,
        "page": page,
        "is_office": office,
        "forms": fresh | ({name: form} if form is not None else {}),
        "acted": form,
        "ticked": set(ticked),
        "refused": refused,
        **views_of(request, user, LIST),
    }
    status = REFUSED if form is not None or refused is not None else 200
    return render(request, "office_portal/repairs.html", context, status=status)
