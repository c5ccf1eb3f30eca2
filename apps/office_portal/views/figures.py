"""The owner's figures, on a page and as a file."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from apps.office_portal.exports import figures_csv
from apps.office_portal.figures import as_rows, figures


def office_analytics(request: HttpRequest) -> HttpResponse:
    """Jobs, repairs and who carries what."""
    return render(request, "office_portal/analytics.html", {"figures": figures()})


def office_analytics_csv(_request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file."""
    return figures_csv(as_rows(figures()))
