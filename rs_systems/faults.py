"""What is answered where a request failed before or behind the views: `handler500` of the URLs.

While the database is away that is where most requests end: who asks is looked up before any view.
"""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error

from apps.security.middleware import NOT_KEPT, ServerFault, is_api
from core.away import away
from core.problems import marked, problem_response


def answer_fault(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, 500 for a bug; a problem in the API, else a page."""
    unavailable = away(sys.exc_info()[1])
    if is_api(request):
        response = problem_response(unavailable or ServerFault())
    elif unavailable is None:
        response = server_error(request)
    else:
        # Rendered without context: whatever that asked of the database would fail as well.
        response = marked(HttpResponse(render_to_string("503.html")), unavailable)
    response["Cache-Control"] = NOT_KEPT
    return response
