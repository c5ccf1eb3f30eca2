"""Who the portal's pages are for; what they may do there is asked in the use cases."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from apps.technicians.rules import technician_of
from core.pages import person
from core.rules import is_admin

View = Callable[..., HttpResponseBase]


def technician_required(view: View) -> View:
    """Let technicians with an active record in, and admins."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = person(request)
        if technician_of(user) is None and not is_admin(user):
            raise Http404
        return view(request, *args, **kwargs)

    return run
