import pytest
from pytest_django import Settings

from apps.notifications.kinds import MessageKind, all_kinds
from apps.notifications.links import address, path_for
from core.enums import Role
from core.models import User

LEADING = [(kind, role) for kind in all_kinds() for role in kind.pages]


@pytest.mark.parametrize(("kind", "role"), LEADING, ids=lambda value: getattr(value, "code", value))
def test_every_page_that_a_message_leads_to_is_there(kind: MessageKind, role: str) -> None:
    assert path_for(kind.code, 17, User(role=role)).startswith(("/app/", "/tech/", "/office/"))


def test_a_page_about_one_thing_names_it() -> None:
    reader = User(role=Role.CUSTOMER)
    assert path_for("repair_completed", 17, reader) == "/app/repairs/17/"


def test_a_role_without_a_page_is_led_nowhere() -> None:
    assert path_for("join_request", 17, User(role=Role.TECHNICIAN)) == ""
    assert address("") == ""


def test_an_address_begins_with_the_shops(settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = "https://shop.example"
    assert address("/app/") == "https://shop.example/app/"
