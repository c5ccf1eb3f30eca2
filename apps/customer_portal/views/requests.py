"""Asking for repairs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.forms import VisitForm, details_of
from apps.customer_portal.member import member_of
from apps.photo_storage.services import PreparedPhoto, staged
from apps.queue_management import use_cases
from apps.repairs.forms import PREFIX, BreakFormSet, filled_rows, one_row_more, row_data
from apps.repairs.models import Repair
from core.errors import Conflict, DomainError
from core.models import CustomerUser, Site
from core.pages import once, see_other, tell_in_form, tell_in_rows


class RequestForms:
    """The rows and what holds for all of them, as one thing to check and to carry out."""

    def __init__(self, member: CustomerUser, request: HttpRequest) -> None:
        self.member = member
        self.duplicate: Conflict | None = None
        sites = Site.objects.filter(customer=member.customer, is_active=True)
        if "add_row" in request.POST:
            self.visit = VisitForm(sites=sites, initial=request.POST.dict())
            self.rows = one_row_more(request.POST)
        elif request.method == "POST":
            posted = row_data(request.POST)
            self.visit = VisitForm(posted, sites=sites)
            self.rows = BreakFormSet(posted, request.FILES, prefix=PREFIX)
        else:
            self.visit = VisitForm(sites=sites)
            first = {"unit_number": request.GET.get("unit", "")[:50]}
            self.rows = BreakFormSet(initial=[first], prefix=PREFIX)

    def are_valid(self) -> bool:
        """Whether every form is."""
        return all([self.visit.is_valid(), self.rows.is_valid()])

    def send(self) -> list[Repair] | None:
        """Ask for the repairs, with their pictures; ``None`` and errors in the forms if refused."""
        visit, rows = self.visit.cleaned_data, filled_rows(self.rows)
        try:
            return use_cases.ask_for_repairs(
                actor=self.member.user,
                customer_id=self.member.customer_id,
                rows=[details_of(row, visit) for row in rows],
                photos=self.photos(),
                confirm_duplicate=visit["confirm_duplicate"],
            )
        except DomainError as refusal:
            self._tell(refusal)
            return None

    def photos(self) -> list[PreparedPhoto | None]:
        """The pictures of the filled rows, in their order, of valid forms."""
        return [row["photo"] for row in filled_rows(self.rows)]

    def _tell(self, refusal: DomainError) -> None:
        if isinstance(refusal, Conflict) and refusal.code == "possible_duplicate":
            self.duplicate = refusal
        elif "row" in refusal.extra:
            tell_in_rows(self.rows, refusal)
        elif len(self.rows.forms) == 1 and "unit_number" in refusal.errors:
            tell_in_form(self.rows.forms[0], refusal)
        else:
            tell_in_form(self.visit, refusal)


def customer_request_repair(request: HttpRequest) -> HttpResponse:
    """Ask for one or several repairs at once."""
    forms = RequestForms(member_of(request), request)
    if request.method != "POST" or "add_row" in request.POST:
        return _show(request, forms)
    if not forms.are_valid():
        return _show(request, forms)
    with staged(*forms.photos()):
        return once(request, lambda: _send(request, forms))


def _send(request: HttpRequest, forms: RequestForms) -> HttpResponse:
    repairs = forms.send()
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


def _show(request: HttpRequest, forms: RequestForms) -> HttpResponse:
    context = {"visit": forms.visit, "rows": forms.rows, "duplicate": forms.duplicate}
    return render(request, "customer_portal/request.html", context)
