"""Repairs asked for in a customer's name, one or many at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.repairs import RequestForm
from apps.office_portal.forms.shared import living, named_customer, typed_customer
from apps.people.rules import customers_visible_to
from apps.photo_storage.services import PreparedPhoto, staged
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import DamageType
from apps.repairs.forms import (
    PREFIX,
    BreakForm,
    BreakFormSet,
    filled_rows,
    position_columns,
    row_data,
    rows_as_sent,
    rows_of,
)
from apps.repairs.models import Repair
from core.errors import DomainError
from core.models import User
from core.pages import (
    REFUSED,
    once,
    person,
    see_other,
    tell_in_form,
    tell_in_rows,
)
from core.rules import is_admin


class WordsForm(BreakForm):
    """A break without its picture: sales agents neither see nor add any."""

    photo = None  # type: ignore[assignment] # so Django is told to leave a field out


WordsFormSet = rows_of(WordsForm)
# Buttons for who has no script: another row, the places of the customer that was chosen.
HALF_FILLED = frozenset({"add_row", "places"})
COPIED = ("requested_by_name", "preferred_date", "po_number")


def is_half_filled(request: HttpRequest) -> bool:
    """Whether the form is only to be shown again with more of it."""
    return not HALF_FILLED.isdisjoint(request.POST)


class Request:
    """The rows and what holds for all of them, as one thing to check and to carry out."""

    def __init__(self, user: User, request: HttpRequest) -> None:
        self.user = user
        customers = living(customers_visible_to(user))
        rows = BreakFormSet if is_admin(user) else WordsFormSet
        if is_half_filled(request):
            typed = request.POST.get("customer", "")
            initial = request.POST.dict() | {"customer": typed_customer(customers, typed) or typed}
            self.visit = RequestForm(customers=customers, initial=initial)
            self.rows = rows_as_sent(request.POST, rows, empty="add_row" in request.POST)
        elif request.method == "POST":
            posted = row_data(request.POST)
            self.visit = RequestForm(posted, customers=customers)
            self.rows = rows(posted, request.FILES, prefix=PREFIX)
        else:
            text = request.GET.get("customer", "")
            known = named_customer(customers, text) or typed_customer(customers, text)
            self.visit = RequestForm(customers=customers, initial={"customer": known})
            first = {"unit_number": request.GET.get("unit", "")[:50]}
            self.rows = rows(initial=[first], prefix=PREFIX)

    def are_valid(self) -> bool:
        """Whether every form is."""
        return all([self.visit.is_valid(), self.rows.is_valid()])

    def photos(self) -> list[PreparedPhoto | None]:
        """The pictures of the filled rows, in their order, of valid forms."""
        return [row.get("photo") for row in filled_rows(self.rows)]

    def send(self) -> list[Repair] | None:
        """Ask for the repairs; ``None`` and errors in the forms when that is refused."""
        visit = self.visit.cleaned_data
        try:
            return use_cases.ask_for_repairs(
                actor=self.user,
                customer_id=visit["customer"].pk,
                rows=[_details(row, visit) for row in filled_rows(self.rows)],
                photos=self.photos(),
                confirm_duplicate=visit["confirm_duplicate"],
            )
        except DomainError as refusal:
            self._tell(refusal)
            return None

    def _tell(self, refusal: DomainError) -> None:
        if len(self.rows.forms) == 1 and "unit_number" in refusal.errors:
            tell_in_form(self.rows.forms[0], refusal)
        elif "row" in refusal.extra:
            tell_in_rows(self.rows, refusal)
        else:
            tell_in_form(self.visit, refusal)


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
    asked = Request(person(request), request)
    if request.method != "POST" or is_half_filled(request):
        return _show(request, asked)
    if not asked.are_valid():
        return _show(request, asked, status=REFUSED)
    with staged(*asked.photos()):
        return once(request, lambda: _send(request, asked))


def _send(request: HttpRequest, asked: Request) -> HttpResponse:
    repairs = asked.send()
    if repairs is None:
        return _show(request, asked, status=REFUSED)
    if len(repairs) > 1:
        messages.success(request, f"{len(repairs)} repairs are requested.")
        return see_other("office_batch_detail", batch_id=repairs[0].repair_batch_id)
    messages.success(request, f"Requested for unit {repairs[0].unit_number}.")
    return see_other("office_repair_detail", repair_id=repairs[0].pk)


def _show(request: HttpRequest, asked: Request, *, status: int = 200) -> HttpResponse:
    context = {"form": asked.visit, "rows": asked.rows, "customer": asked.visit.chosen}
    return render(request, "office_portal/request.html", context, status=status)
