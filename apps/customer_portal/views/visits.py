"""Booked visits, and the wish for another time."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.forms import WishForm
from apps.customer_portal.member import member_of
from apps.scheduling.models import Appointment, AppointmentQuerySet
from apps.scheduling.queries import Row, told_visit, visit_rows
from apps.scheduling.services import wish_visit
from core.clock import now
from core.models import CustomerUser
from core.pages import REFUSED, attempt, list_page, person, see_other, sent_once, version_from
from core.shop import zone_here

MOST_PAST = 10


def customer_visits(request: HttpRequest) -> HttpResponse:
    """Who comes when, the next first; then those that were."""
    member = member_of(request)
    zone = zone_here()
    page = list_page(request, visit_rows(_of(member).open()), ordering=("starts_at", "id"))
    past = _of(member).filter(starts_at__lt=now()).exclude(pk__in=_of(member).open())
    context = {
        "page": page,
        "coming": [told_visit(row, zone) for row in page.rows],
        "past": [
            told_visit(row, zone) for row in visit_rows(past.order_by("-starts_at"))[:MOST_PAST]
        ],
        "may_wish": member.has_right("can_request"),
    }
    return render(request, "customer_portal/visits.html", context)


def _of(member: CustomerUser) -> AppointmentQuerySet:
    return Appointment.objects.visible_to(member.user)


@sent_once
def customer_visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit; a POST wishes another time for it."""
    member, user = member_of(request), person(request)
    visit = visit_rows(Appointment.objects.visible_to(user)).filter(pk=visit_id).first()
    if visit is None:
        raise Http404
    form = WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _wish(request, form, visit):
        messages.success(request, "The shop knows your wish; the visit stays until it is moved.")
        return see_other("customer_visits")
    context = {
        "visit": told_visit(visit, zone_here()),
        "form": form,
        "may_wish": member.has_right("can_request"),
    }
    status = REFUSED if form.is_bound else 200
    return render(request, "customer_portal/visit.html", context, status=status)


def _wish(request: HttpRequest, form: forms.Form, visit: Row) -> Any:
    sent = form.cleaned_data
    return attempt(
        form,
        lambda: wish_visit(
            actor=person(request),
            visit_id=visit["id"],
            day=sent["date"],
            window=sent["window"],
            note=sent["note"],
            version=version_from(request),
        ),
    )
