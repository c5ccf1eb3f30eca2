"""How long requests take, counted in each process; `/metrics/` tells the sum of all processes."""

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import Histogram

NOWHERE = "(no such address)"
_SECONDS = Histogram(
    "rs_request_seconds",
    "Time of requests by view; those of the event stream are not among them.",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
# What strangers send as a method is not ours to count by.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe(view: str, method: str, status: int, seconds: float) -> None:
    """Count one request; its status by its hundreds."""
    known = method if method in _METHODS else "other"
    _SECONDS.labels(view, known, f"{status // 100}xx").observe(seconds)


class MeasureMiddleware:
    """Times what Django answers, all other middleware included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on, then count."""
        begun = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.view_name if match else NOWHERE
        observe(view, request.method or "", response.status_code, perf_counter() - begun)
        return response
