"""A few addresses of our own to knock at, so that the tests need no door."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from apps.security.access import ADMIN, CUSTOMER, PUBLIC, SIGNED_IN, TECHNICIAN, Access
from apps.security.identity import Identity
from apps.security.middleware import identity_of
from core.errors import Conflict
from core.request_context import request_id

app_name = "test"
# The project's own page links to addresses that are not here.
handler404 = "apps.security.tests.urls_of_tests.missing"
handler403 = "apps.security.tests.urls_of_tests.forbid"


def tell(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    """Who is asking."""
    identity: Identity = identity_of(request)
    zone = timezone.get_current_timezone_name()
    return HttpResponse(f"{identity.principal} {identity.proof} {request_id.get()} {zone}")


def missing(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a 404."""
    return HttpResponse("missing", status=404)


def forbid(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a 403."""
    return HttpResponse("forbidden", status=403)


def look_in_vain(_request: HttpRequest) -> HttpResponse:
    """What ``get_object_or_404`` raises."""
    raise Http404("secret")


def fail(_request: HttpRequest) -> HttpResponse:
    """A bug with a secret in it."""
    raise ZeroDivisionError("secret")


def refuse(_request: HttpRequest) -> HttpResponse:
    """What a use case raises."""
    raise Conflict("Not now.", extra={"allowed_moves": ["DENIED"]})


def _free(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    view.csrf_exempt = True  # type: ignore[attr-defined]  # as the API's views are
    return view


_api = [
    path("things/", _free(tell), name="thing-list"),
    path("things/<int:pk>/", _free(tell), name="thing-detail"),
    path("anyone/", _free(tell), name="anyone"),
    path("fail/", fail, name="fail"),
    path("refuse/", refuse, name="refuse"),
    path("in-vain/", look_in_vain, name="in-vain"),
    path("rowless/", tell, name="rowless"),
]
urlpatterns = [
    path("api/", include((_api, "knock"))),
    path("page/", tell, name="page"),
    path("tech/page/", tell, name="tech_page"),
    path("press/", tell, name="press"),
    path("desk/", tell, name="desk"),
    path("rowless/", tell, name="rowless"),
    path("staff/one/", include(([path("", tell, name="one")], "staff"))),
]

ROWS = [
    Access("knock:thing-list", GET={SIGNED_IN}, POST={ADMIN, TECHNICIAN}),
    Access("knock:thing-detail", GET={CUSTOMER, TECHNICIAN}, PATCH={TECHNICIAN}),
    Access("knock:anyone", GET={PUBLIC}),
    Access("knock:fail", GET={PUBLIC}),
    Access("knock:refuse", GET={PUBLIC}),
    Access("knock:in-vain", GET={PUBLIC}),
    Access("page", GET={CUSTOMER}),
    Access("tech_page", GET={TECHNICIAN}),
    Access("press", POST={CUSTOMER}),
    Access("desk", GET={CUSTOMER}, POST={ADMIN}),
    Access("staff:*", GET={ADMIN}),
]
