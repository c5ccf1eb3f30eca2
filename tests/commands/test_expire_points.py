"""``expire_points`` tells how many points went."""

import io

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


def test_it_tells_how_many_points_expired() -> None:
    out = io.StringIO()
    call_command("expire_points", stdout=out)
    assert out.getvalue() == "0 points expired.\n"
