"""Who changed what, when: the trail, searched."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from apps.audit.search import ORDERING
from apps.office_portal.exports import audit_csv
from apps.office_portal.forms.audit import AuditFilter
from apps.office_portal.trail import trail
from core.pages import list_page
from core.paging import binding_of

ROWS = 50


def office_audit(request: HttpRequest) -> HttpResponse:
    """Entries, the newest first, narrowed by what the address says."""
    form = AuditFilter(request.GET)
    entries = form.entries()
    page = list_page(
        request,
        entries,
        ordering=ORDERING,
        binding=binding_of(form.cleaned_data),
        page_size=ROWS,
    )
    context = {"form": form, "page": page, "lines": list(trail(page.rows))}
    return render(request, "office_portal/audit.html", context)


def office_audit_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries in whole, as a file."""
    return audit_csv(AuditFilter(request.GET).entries())
