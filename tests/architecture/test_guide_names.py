"""Every name of the developer guide and of JobOps resolves; those of later issues are listed."""

import datetime as dt
import importlib
import importlib.util
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.db import models
from django.template import Engine
from django.template.loader import get_template
from django.urls import NoReverseMatch, resolve, reverse

from apps.repairs.models import Repair, Unit
from core.enums import Role
from core.models import User

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent

MODELS = [
    "core.models.Customer",
    "core.models.User",
    "apps.technician_portal.models.Repair",
    "apps.technician_portal.models.Technician",
    "apps.technician_portal.models.UnitRepairCount",
    "apps.technician_portal.models.TechnicianNotification",
    "apps.customer_portal.models.CustomerUser",
    "apps.customer_portal.models.RepairApproval",
    "apps.customer_portal.models.CustomerPreference",
    "apps.rewards_referrals.models.Reward",
    "apps.rewards_referrals.models.RewardType",
    "apps.rewards_referrals.models.RewardOption",
    "apps.rewards_referrals.models.RewardRedemption",
    "apps.rewards_referrals.models.ReferralCode",
    "apps.rewards_referrals.models.Referral",
]
FIELDS = {
    "apps.technician_portal.models.Repair": [
        *("technician", "customer", "unit_number", "repair_date", "description"),
        *("damage_type", "cost", "queue_status"),
    ],
    "apps.technician_portal.models.Technician": ["user"],
    "apps.customer_portal.models.CustomerUser": ["user", "customer"],
    "apps.customer_portal.models.RepairApproval": ["repair"],
    "apps.customer_portal.models.CustomerPreference": ["customer"],
    "apps.rewards_referrals.models.RewardRedemption": [
        *("reward", "reward_option", "status", "applied_to_repair", "created_at"),
    ],
    "apps.rewards_referrals.models.RewardOption": ["reward_type", "points_required"],
    "apps.rewards_referrals.models.ReferralCode": ["customer_user", "code"],
    "core.models.Customer": ["name"],
    "core.models.User": ["role"],
}
MODULES = [
    "apps.technician_portal.views",
    "apps.technician_portal.forms",
    "apps.customer_portal.views",
    "apps.photo_storage",
    "apps.jobs",
    "apps.queue_management",
    "apps.rewards_referrals",
    "apps.rewards_referrals.services",
    "apps.scheduling",
    "apps.security",
    "core.models",
    "core.views",
    "rs_systems.settings",
    "rs_systems.settings_aws",
    "rs_systems.urls",
    "rs_systems.wsgi",
]
URL_NAMES: dict[str, list[int]] = {
    "technician_dashboard": [],
    "repair_list": [],
    "repair_detail": [1],
    "update_queue_status": [1],
    "customer_request_repair": [],
}
PATHS = [
    *("/app/", "/tech/", "/admin/", "/app/api/repair-cost-data/"),
    *("/api/repairs/", "/api/repairs/1/", "/api/repairs/1/status/"),
    *("/api/customers/", "/api/customers/1/repairs/"),
    *("/api/jobs/", "/api/jobs/1/complete/", "/api/tasks/1/", "/api/equipment/1/usage/"),
    *("/api/technician-dashboard/", "/api/analytics/"),
    *("/api/rewards/", "/api/rewards/redeem/", "/api/referrals/code/"),
    *("/api/schema/", "/api/schema/swagger-ui/", "/api/schema/redoc/"),
]
COMMANDS = [
    *("setup_db", "setup_groups", "create_test_data", "test_system_flow"),
    "flag_overdue_jobs",
    *("collectstatic", "runserver", "migrate", "makemigrations", "test"),
]
VARIABLES = [
    *("SECRET_KEY", "DEBUG", "ENVIRONMENT", "LOCAL_DATABASE_URL", "DATABASE_URL"),
    *("ADMIN_USERNAME", "ADMIN_EMAIL", "ADMIN_PASSWORD", "ALLOWED_HOSTS", "USE_HTTPS"),
]
SETTINGS = [
    *("REST_FRAMEWORK", "SPECTACULAR_SETTINGS", "DATABASES", "STATIC_ROOT", "SECRET_KEY"),
    *("DEBUG", "ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
]
TEMPLATES = ["base.html", "components/navbar.html", "technician_portal/dashboard.html"]
FILES = [
    *("static/css/components/repair-card.css", "static/js", "templates/base.html"),
    *("templates/customer_portal", "templates/technician_portal", "docs", "requirements.txt"),
    *(".github/workflows/deploy.yml", "manage.py", "static/js/customer_dashboard.js"),
    *("Dockerfile", "docker-compose.yml"),
]


def find(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("dotted", MODELS)
def test_model(dotted: str) -> None:
    assert issubclass(find(dotted), models.Model)


@pytest.mark.parametrize("dotted", FIELDS)
def test_fields(dotted: str) -> None:
    names = {field.name for field in find(dotted)._meta.get_fields()}
    assert set(FIELDS[dotted]) - names == set()


@pytest.mark.parametrize("name", MODULES)
def test_module(name: str) -> None:
    # Production's settings refuse a development environment; that they are there is enough.
    assert importlib.util.find_spec(name) is not None


def test_repair_keeps_the_guides_statuses_labels_and_methods() -> None:
    assert Repair.QUEUE_CHOICES == [
        ("REQUESTED", "Customer Requested"),
        ("PENDING", "Approval Pending"),
        ("APPROVED", "Approved"),
        ("IN_PROGRESS", "In Progress"),
        ("COMPLETED", "Completed"),
        ("DENIED", "Denied"),
    ]
    assert [Repair.calculate_cost(count) for count in (1, 2, 3, 4, 5, 6)] == [
        50,
        40,
        35,
        30,
        25,
        25,
    ]
    assert Repair(cost=50, discount=5).get_discounted_cost() == 45
    assert next(iter(Repair._meta.ordering or [])) == "-repair_date"


def test_indexes_begin_with_what_the_guide_indexes() -> None:
    starts = {tuple(index.fields[:2]) for index in Repair._meta.indexes}
    first = {fields[0] for fields in starts}
    assert {"queue_status", "technician", "repair_date"} <= first
    assert ("customer", "unit_number") in starts


def test_technician_required_is_a_decorator() -> None:
    assert callable(find("apps.technician_portal.decorators.technician_required"))


@pytest.mark.parametrize("name", URL_NAMES)
def test_url_name(name: str) -> None:
    assert reverse(name, args=URL_NAMES[name])


@pytest.mark.parametrize("path", PATHS)
def test_path(path: str) -> None:
    assert resolve(path).view_name != "api:unknown"


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str) -> None:
    assert command in get_commands()


@pytest.mark.parametrize("name", VARIABLES)
def test_variable_is_in_the_example(name: str) -> None:
    assert f"{name}=" in (ROOT / ".env.example").read_text()


@pytest.mark.parametrize("name", SETTINGS)
def test_setting(name: str) -> None:
    assert hasattr(settings, name)


def test_schema_settings_are_the_guides() -> None:
    told = settings.SPECTACULAR_SETTINGS
    assert (told["TITLE"], told["DESCRIPTION"]) == (
        "RS Systems API",
        "Windshield Repair Management API",
    )
    assert told["SCHEMA_PATH_PREFIX"].startswith("/api/")


def test_jobops_user_model_roles_and_token_times() -> None:
    assert User._meta.label == settings.AUTH_USER_MODEL
    assert {"admin", "technician", "sales_agent"} <= set(Role.values)
    tokens = settings.SIMPLE_JWT
    assert tokens["ACCESS_TOKEN_LIFETIME"] == dt.timedelta(minutes=60)
    assert tokens["REFRESH_TOKEN_LIFETIME"] == dt.timedelta(hours=24)


@pytest.mark.parametrize("name", TEMPLATES)
def test_template(name: str) -> None:
    assert get_template(name) is not None


def test_base_template_has_the_guides_blocks() -> None:
    source = Engine.get_default().get_template("base.html").source
    for block in ("title", "content", "extra_js"):
        assert f"{{% block {block} %}}" in source


@pytest.mark.parametrize("path", FILES)
def test_file(path: str) -> None:
    assert (ROOT / path).exists()


def test_rewards_come_off_by_completing_and_by_nothing_else() -> None:
    # Decision 11: the model's own method would be a second path, from the bottom of the house up.
    assert hasattr(Repair, "applied_rewards")
    assert not hasattr(Repair, "apply_available_rewards")


def test_unknown_name_does_not_resolve() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("no_such_page")
    assert not hasattr(Unit, "calculate_cost")
