"""`manage.py check --deploy` tells what starts, but will disappoint."""

from typing import Any

import pytest
from django.core.checks import Tags, run_checks


def told(*, deploy: bool) -> list[str]:
    found = run_checks(tags=[Tags.security], include_deployment_checks=deploy)
    return [str(check.id) for check in found if str(check.id).startswith("rs_systems.")]


@pytest.mark.parametrize(
    ("mail_server", "use_https", "warnings"),
    [
        ("smtp.shop.example", True, []),
        ("", True, ["rs_systems.W001"]),
        ("smtp.shop.example", False, ["rs_systems.W002"]),
        ("", False, ["rs_systems.W001", "rs_systems.W002"]),
    ],
)
def test_a_deployment_is_warned_of_what_it_lacks(
    settings: Any,
    mail_server: str,
    use_https: bool,  # noqa: FBT001  # a column of the table
    warnings: list[str],
) -> None:
    settings.EMAIL_HOST, settings.USE_HTTPS = mail_server, use_https

    assert sorted(told(deploy=True)) == warnings


def test_a_developers_machine_is_not_warned(settings: Any) -> None:
    settings.EMAIL_HOST, settings.USE_HTTPS = "", False

    assert told(deploy=False) == []
