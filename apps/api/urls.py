"""Addresses under /api/; each has its row in ``access.py``."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from apps.api import documentation
from core.errors import NotFound
from core.problems import problem_response

app_name = "api"


@csrf_exempt
def unknown(_request: HttpRequest) -> HttpResponse:
    """Any other address under /api/: a problem, not a page."""
    return problem_response(NotFound())


urlpatterns = [
    path("schema/", documentation.SchemaView.as_view(), name="schema"),
    path("schema/swagger-ui/", documentation.swagger_ui, name="swagger-ui"),
    path("schema/redoc/", documentation.redoc, name="redoc"),
    re_path("^", unknown, name="unknown"),
]
