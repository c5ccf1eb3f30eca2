"""A copy of the shop comes back whole, or is refused with one sentence."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django.fixtures import Settings

from rs_systems.environment import BASE_DIR
from tests import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, str]:
    """Variables of the shop in the test's database, with a photo and an anchor of its own."""
    (tmp_path / "media" / "photos").mkdir(parents=True)
    (tmp_path / "media" / "photos" / "a.jpg").write_bytes(b"a picture")
    name = connection.settings_dict["NAME"]
    return {
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        "DJANGO_SETTINGS_MODULE": "rs_systems.settings",
        "MEDIA_ROOT": str(tmp_path / "media"),
        "AUDIT_ANCHOR_FILE": str(tmp_path / "anchors" / "audit.log"),
        "AWS_STORAGE_BUCKET_NAME": "",
        "ENV_FILE": "",
    }


def run(shop: dict[str, str], *command: str, **changed: str) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=BASE_DIR,
        env=os.environ | shop | changed,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(shop: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "copy"
    code, told = run(shop, "tools/backup", str(folder))
    assert code == 0, told
    yield folder
    shutil.rmtree(folder)


def test_the_drill_restores_what_was_copied_and_asks_it(
    shop: dict[str, str], settings: Settings
) -> None:
    factories.field_repair()
    settings.AUDIT_ANCHOR_FILE = Path(shop["AUDIT_ANCHOR_FILE"])
    call_command("verify_audit")

    code, told = run(shop, "tools/restore_drill")

    assert code == 0, told
    steps = [line.split(" s  ")[1] for line in told.splitlines() if line.startswith("ok")]
    assert steps == [
        "copy",
        "restore",
        "every migration is in it",
        "every invariant holds",
        "the audit chain is whole",
    ]
    assert "audit-anchor.log" in told
    assert "media.tar" in told


def test_a_copy_holds_only_what_its_sums_say_and_replaces_nothing(
    shop: dict[str, str], copy: Path
) -> None:
    assert sorted(file.name for file in copy.iterdir()) == [
        "SHA256SUMS",
        "database.dump",
        "media.tar",
    ]
    assert copy.stat().st_mode & 0o077 == 0
    assert run(shop, "tools/backup", str(copy)) == (
        1,
        f"backup: {copy} exists already; a copy never replaces another\n",
    )
    code, told = run(shop, "tools/restore", str(copy))
    assert (code, "tables already; name an empty one" in told) == (1, True)
    with (copy / "media.tar").open("ab") as file:
        file.write(b"x")
    code, told = run(shop, "tools/restore", str(copy))
    assert (code, told.endswith(f"restore: {copy} is damaged\n")) == (1, True)


def test_without_a_database_or_a_folder_both_say_what_is_missing(shop: dict[str, str]) -> None:
    assert run(shop, "tools/backup", "x", DATABASE_URL="")[1] == "backup: DATABASE_URL is not set\n"
    assert run(shop, "tools/backup")[1].startswith("backup: name the folder to make: ")
    assert run(shop, "tools/restore", "/nowhere")[1] == "restore: /nowhere is no copy of ours\n"
    assert run(shop, "tools/restore_drill", DATABASE_URL="sqlite:///x")[0] == 1
