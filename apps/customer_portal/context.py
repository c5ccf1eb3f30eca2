"""What the frame of every page of the portal shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.navigation import menu

PREFIX = "/app/"
PAGES = (
    ("Home", "customer_dashboard", "house"),
    ("Repairs", "customer_repairs", "tools"),
    ("Units", "customer_units", "truck"),
    ("Costs", "customer_costs", "money"),
    ("Team", "customer_team", "people"),
    ("Preferences", "customer_preferences", "gear"),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, and where the notices are; nothing outside the portal."""
    if not request.path_info.startswith(PREFIX):
        return {}
    return {
        "portal": "customer",
        "notices_url": reverse("customer_notices"),
        "nav": menu(request, PAGES, home=PREFIX),
    }
