"""Repairs asked for in a customer's name, one or many at once."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.repairs import RequestForm
from apps.office_portal.forms.shared import customer_in, living
from apps.people.rules import customers_visible_to
from apps.portal_pages.photos import once_stored
from apps.portal_pages.requests import ADD_ROW, RequestForms
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import DamageType
from apps.repairs.forms import BreakForm, BreakFormSet, position_columns, rows_of
from core.errors import DomainError
from core.models import User
from core.pages import REFUSED, person, see_other
from core.rules import is_admin


class WordsForm(BreakForm):
    """A break without pictures: sales agents neither see nor add any."""

    photos = None  # type: ignore[assignment] # so Django is told to leave a field out


WordsFormSet = rows_of(WordsForm)
# Buttons for who has no script: another row, the places of the customer that was chosen.
HALF_FILLED = frozenset({ADD_ROW, "places"})
COPIED = ("requested_by_name", "preferred_date", "po_number")


def _forms(user: User, request: HttpRequest) -> RequestForms:
    customers = living(customers_visible_to(user))
    return RequestForms(
        request,
        visit=partial(RequestForm, customers=customers),
        rows=BreakFormSet if is_admin(user) else WordsFormSet,
        known={"customer": customer_in(request, customers)},
        half_filled=HALF_FILLED,
    )


def _details(row: dict[str, Any], visit: dict[str, Any]) -> RequestDetails:
    site = visit["site"]
    return RequestDetails(
        **position_columns(row),
        **{name: visit[name] for name in COPIED},
        unit_number=row["unit_number"],
        damage_type=row["damage_type"] or DamageType.UNKNOWN,
        description=row["description"],
        site_id=site.pk if site else None,
    )


def office_request_repair(request: HttpRequest) -> HttpResponse:
    """Ask for one or several repairs in a customer's name."""
    asked = _forms(person(request), request)
    if request.method != "POST" or asked.is_half_filled:
        return _show(request, asked)
    if not asked.are_valid():
        return _show(request, asked, status=REFUSED)
    return once_stored(
        request,
        asked.every_photo(),
        lambda: _send(request, asked),
        refused=lambda away: _show(request, asked, refusal=away),
    )


def _send(request: HttpRequest, asked: RequestForms) -> HttpResponse:
    customer = asked.visit.cleaned_data["customer"]
    repairs = asked.send(
        use_cases.ask_for_repairs,
        details_of=_details,
        actor=person(request),
        customer_id=customer.pk,
    )
    if repairs is None:
        if asked.duplicate is not None:
            asked.tell(asked.duplicate)
        return _show(request, asked, status=REFUSED)
    if len(repairs) > 1:
        messages.success(request, f"{len(repairs)} repairs are requested.")
        return see_other("office_batch_detail", batch_id=repairs[0].repair_batch_id)
    messages.success(request, f"Requested for unit {repairs[0].unit_number}.")
    return see_other("office_repair_detail", repair_id=repairs[0].pk)


def _show(
    request: HttpRequest,
    asked: RequestForms,
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    if refusal is not None:
        asked.tell(refusal)
    context = {"form": asked.visit, "rows": asked.rows, "customer": asked.visit.chosen}
    return render(request, "office_portal/request.html", context, status=status)
