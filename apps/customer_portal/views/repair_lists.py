"""A customer's repairs as a list and as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from apps.customer_portal.filters import OwnRepairFilter
from apps.customer_portal.member import member_of
from apps.repairs.exports import repairs_csv
from apps.repairs.queries import repair_list, shown_repairs
from core.pages import list_page
from core.paging import binding_of


def customer_repairs(request: HttpRequest) -> HttpResponse:
    """All repairs, narrowed by what the address says."""
    member = member_of(request)
    form = OwnRepairFilter(request.GET, customer=member.customer)
    page = list_page(
        request,
        form.narrow(shown_repairs(member.user)),
        ordering=("-repair_date", "-id"),
        binding=binding_of(form.cleaned_data),
    )
    context = {"form": form, "page": page, "may_request": member.has_right("can_request")}
    return render(request, "customer_portal/repairs.html", context)


def customer_repairs_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    member = member_of(request)
    form = OwnRepairFilter(request.GET, customer=member.customer)
    return repairs_csv(form.narrow(repair_list(member.user)), reader="customer")
