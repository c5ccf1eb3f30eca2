"""What repairs cost: the page, and the data of its charts."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse

from apps.customer_portal.costs import (
    CostsForm,
    WindowForm,
    cost_data,
    months_csv,
    unit_data,
    units_csv,
)
from apps.customer_portal.member import find_member, member_of
from apps.repairs import statistics
from core.errors import DomainError, NotFound
from core.problems import problem_response

Reader = Callable[[int, statistics.Window, str], dict[str, object]]


def customer_costs(request: HttpRequest) -> HttpResponse:
    """What was spent, by month and by unit."""
    member = member_of(request)
    form = CostsForm(request.GET)
    query = form.query()
    window, number = WindowForm(query).asked()
    months = statistics.by_month(member.customer_id, window, number=number)
    units = statistics.by_unit(member.customer_id, window, number=number)
    context = {
        "form": form,
        "window": window,
        "months": list(reversed(months)),
        "total": statistics.total_of(months),
        "units": units,
        "number": number,
        "is_cut": len(units) == statistics.MOST_UNITS,
        "months_url": f"{reverse('customer_repair_cost_data')}?{urlencode(query)}",
        "units_url": f"{reverse('customer_unit_repair_data')}?{urlencode(query)}",
    }
    return render(request, "customer_portal/costs.html", context)


def customer_costs_csv(request: HttpRequest, by: str) -> StreamingHttpResponse:
    """The page's table of months, or of all its units, as a file."""
    customer_id = member_of(request).customer_id
    window, number = WindowForm(CostsForm(request.GET).query()).asked()
    if by == "month":
        return months_csv(statistics.by_month(customer_id, window, number=number))
    if by == "unit":
        return units_csv(statistics.by_unit(customer_id, window, number=number, most=None))
    raise Http404


def customer_repair_cost_data(request: HttpRequest) -> HttpResponse:
    """Repairs and spending by month, of ``?months=`` or ``?year=``, narrowed by ``?unit=``."""
    return _data(request, cost_data)


def customer_unit_repair_data(request: HttpRequest) -> HttpResponse:
    """Repairs and spending by unit, of ``?months=`` or ``?year=``, narrowed by ``?unit=``."""
    return _data(request, unit_data)


def _data(request: HttpRequest, read: Reader) -> HttpResponse:
    """What was read, as JSON; a fault as a problem, like the API's."""
    try:
        member = find_member(request)
        if member is None:
            raise NotFound
        window, number = WindowForm(request.GET).asked()
        return JsonResponse(read(member.customer_id, window, number))
    except DomainError as fault:
        return problem_response(fault)
