"""What every test of photo storage stands on."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    """A storage folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path
