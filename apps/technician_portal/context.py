"""What the frame of every page of the portal shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.navigation import menu

PREFIX = "/tech/"
PAGES = (
    ("Today", "technician_dashboard", "house"),
    ("My day", "technician_day", "calendar"),
    ("Repairs", "repair_list", "tools"),
    ("New repair", "create_repair", "plus"),
    ("Me", "technician_profile", "person"),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, and where the notices are; nothing outside the portal."""
    if not request.path_info.startswith(PREFIX):
        return {}
    return {
        "portal": "tech",
        "notices_url": reverse("technician_notices"),
        "nav": menu(request, PAGES, home=PREFIX),
    }
