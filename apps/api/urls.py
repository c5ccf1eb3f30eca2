"""Addresses under /api/; each has its row in ``access.py``."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from apps.api import auth, changes, documentation, keys, users
from core.errors import NotFound
from core.problems import problem_response

app_name = "api"


@csrf_exempt
def unknown(_request: HttpRequest) -> HttpResponse:
    """Any other address under /api/: a problem, not a page."""
    return problem_response(NotFound())


urlpatterns = [
    path("auth/token/", auth.TokenView.as_view(), name="token"),
    path("auth/token/refresh/", auth.RefreshView.as_view(), name="token-refresh"),
    path("auth/logout/", auth.LogoutView.as_view(), name="logout"),
    path("auth/logout-all/", auth.LogoutAllView.as_view(), name="logout-all"),
    path("auth/password/", auth.PasswordView.as_view(), name="password"),
    path("keys/", keys.KeyList.as_view(), name="key-list"),
    path("keys/<int:pk>/", keys.KeyDetail.as_view(), name="key-detail"),
    path("users/", users.UserList.as_view(), name="user-list"),
    path("users/me/", users.Me.as_view(), name="user-me"),
    path("users/<int:pk>/", users.UserDetail.as_view(), name="user-detail"),
    path("changes/", changes.ChangeList.as_view(), name="change-list"),
    path("schema/", documentation.SchemaView.as_view(), name="schema"),
    path("schema/swagger-ui/", documentation.swagger_ui, name="swagger-ui"),
    path("schema/redoc/", documentation.redoc, name="redoc"),
    re_path("^", unknown, name="unknown"),
]
