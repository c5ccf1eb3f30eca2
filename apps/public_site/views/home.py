"""The first page: everybody's way to their portal."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.public_site.views.shared import show
from core.enums import Role
from core.models import User
from core.rules import is_signed_in, membership

PORTALS = {
    Role.CUSTOMER.value: "/app/",
    Role.TECHNICIAN.value: "/tech/",
    Role.ADMIN.value: "/office/",
    Role.SALES_AGENT.value: "/office/",
}


def home(request: HttpRequest) -> HttpResponse:
    """The portal of who is signed in, the landing page for others."""
    if is_signed_in(request.user):
        return redirect(portal_of(request.user))
    return show(request, "home")


def portal_of(user: User) -> str:
    """Where a person works; who belongs to no customer yet can ask to join one."""
    if user.role == Role.CUSTOMER and membership(user) is None:
        return "/join/"
    return PORTALS[user.role]
