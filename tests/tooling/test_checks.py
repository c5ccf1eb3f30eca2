"""`manage.py check --deploy` tells what starts, but will disappoint."""

from typing import Any

import pytest
from django.core.checks import Tags, run_checks


def told(*, deploy: bool) -> list[str]:
    found = run_checks(tags=[Tags.security], include_deployment_checks=deploy)
    return [str(check.id) for check in found if str(check.id).startswith("rs_systems.")]


@pytest.mark.parametrize(
    ("provider", "use_https", "warnings"),
    [
        ("mailgun", True, []),
        ("console", True, ["rs_systems.W001"]),
        ("mailgun", False, ["rs_systems.W002"]),
        ("console", False, ["rs_systems.W001", "rs_systems.W002"]),
    ],
)
def test_a_deployment_is_warned_of_what_it_lacks(
    settings: Any,
    provider: str,
    use_https: bool,  # noqa: FBT001  # a column of the table
    warnings: list[str],
) -> None:
    settings.EMAIL_PROVIDER, settings.USE_HTTPS = provider, use_https

    assert sorted(told(deploy=True)) == warnings


def test_a_developers_machine_is_not_warned(settings: Any) -> None:
    settings.EMAIL_PROVIDER, settings.USE_HTTPS = "console", False

    assert told(deploy=False) == []
