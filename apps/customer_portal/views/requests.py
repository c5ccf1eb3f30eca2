"""Asking for repairs."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.forms import VisitForm, details_of
from apps.customer_portal.member import member_of
from apps.portal_pages.photos import once_stored
from apps.portal_pages.requests import ADD_ROW, RequestForms
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from core.errors import DomainError
from core.models import CustomerUser, Site
from core.pages import see_other


def customer_request_repair(request: HttpRequest) -> HttpResponse:
    """Ask for one or several repairs at once."""
    member = member_of(request)
    sites = Site.objects.filter(customer=member.customer, is_active=True)
    forms = RequestForms(request, visit=partial(VisitForm, sites=sites))
    if request.method != "POST" or ADD_ROW in request.POST or not forms.are_valid():
        return _show(request, forms)
    return once_stored(
        request,
        forms.every_photo(),
        lambda: _send(request, member, forms),
        refused=lambda away: _show(request, forms, away),
    )


def _send(request: HttpRequest, member: CustomerUser, forms: RequestForms) -> HttpResponse:
    repairs = forms.send(
        use_cases.ask_for_repairs,
        details_of=details_of,
        actor=member.user,
        customer_id=member.customer_id,
    )
    if repairs is None:
        return _show(request, forms)
    messages.success(request, _thanks(repairs))
    if len(repairs) > 1:
        return see_other("customer_batch_detail", batch_id=repairs[0].repair_batch_id)
    return see_other("customer_repair_detail", repair_id=repairs[0].pk)


def _thanks(repairs: list[Repair]) -> str:
    if len(repairs) > 1:
        return f"{len(repairs)} repairs are requested. We tell you when work begins."
    return f"The repair of unit {repairs[0].unit_number} is requested."


def _show(
    request: HttpRequest, forms: RequestForms, refusal: DomainError | None = None
) -> HttpResponse:
    if refusal is not None:
        forms.tell(refusal)
    context = {"visit": forms.visit, "rows": forms.rows, "duplicate": forms.duplicate}
    return render(request, "customer_portal/request.html", context)
