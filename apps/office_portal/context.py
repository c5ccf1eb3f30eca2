"""What the frame of every page of the portal shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.models import User
from core.navigation import Entry, menu
from core.rules import is_admin, is_signed_in

PREFIX = "/office/"
SALES = (
    ("Today", "office_dashboard", "house"),
    ("Repairs", "office_repairs", "car"),
    ("Jobs", "office_jobs", "list"),
    ("Customers", "office_customers", "building"),
)
OFFICE = (
    SALES[0],
    ("Schedule", "office_schedule", "calendar"),
    *SALES[1:],
    ("Technicians", "office_technicians", "tools"),
    ("Analytics", "office_analytics", "board"),
)
# What is not needed every day stands in the menu alone.
FURTHER = (
    ("Rewards", "office_rewards", "gift"),
    ("Equipment", "office_equipment", "truck"),
    ("People", "office_people", "people"),
    ("Settings", "office_settings", "gear"),
    ("Audit", "office_audit", "clock"),
    ("Background work", "office_background", "tools"),
)


def pages_of(user: User) -> tuple[Entry, ...]:
    """The menu of this person: label, URL name, icon."""
    return (*OFFICE, *FURTHER) if is_admin(user) else SALES


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, and where the notices are; nothing outside the portal."""
    if not request.path_info.startswith(PREFIX) or not is_signed_in(request.user):
        return {}
    return {
        "portal": "office",
        "notices_url": reverse("office_notices"),
        "search_url": reverse("office_search"),
        "nav": _menu(request, request.user),
    }


def _menu(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    further = FURTHER if is_admin(user) else ()
    return menu(request, OFFICE if further else SALES, home=PREFIX, further=further)
