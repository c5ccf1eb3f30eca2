"""What the frame of every page of the portal shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.navigation import menu
from core.rules import is_signed_in, membership

PREFIX = "/app/"
PAGES = (
    ("Home", "customer_dashboard", "house"),
    ("Repairs", "customer_repairs", "tools"),
    ("Units", "customer_units", "truck"),
    ("Costs", "customer_costs", "money"),
    ("Rewards", "customer_rewards", "gift"),
    ("Team", "customer_team", "people"),
    ("Preferences", "customer_preferences", "gear"),
)

# Of people who belong to no customer yet: the other pages would have nothing to show them.
WITHOUT_COMPANY = (
    ("Home", "customer_dashboard", "house"),
    ("Join a company", "join", "people"),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation, and where the notices are; nothing outside the portal."""
    if not request.path_info.startswith(PREFIX):
        return {}
    is_alone = is_signed_in(request.user) and membership(request.user) is None
    return {
        "portal": "customer",
        "notices_url": reverse("customer_notices"),
        "nav": menu(request, WITHOUT_COMPANY if is_alone else PAGES, home=PREFIX),
    }
