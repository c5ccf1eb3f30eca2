"""The Content-Security-Policy of every answer."""

from dataclasses import asdict
from functools import cached_property

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.security.middleware import is_api


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, which writes the policy anew for each answer; the API's JSON shares one."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Tell the policy."""
        if settings.DEBUG or not is_api(request) or not _is_json(response):
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        response.headers.setdefault(HEADER, self._policy)
        return response

    @cached_property
    def _policy(self) -> str:
        parts = self.get_policy_parts(request=HttpRequest(), response=HttpResponse())
        return str(build_policy(**asdict(parts)))


def _is_json(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type") == "application/json"
