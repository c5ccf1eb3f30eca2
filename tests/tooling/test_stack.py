"""`make stack`: every process of production on this machine, used, and gone without a trace."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest

from rs_systems.environment import BASE_DIR

pytestmark = pytest.mark.once
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this stack is; every process of it has the name in its environment."""
    return tmp_path_factory.mktemp("stack") / "of-the-tests"


@pytest.fixture(scope="module")
def stack(folder: Path) -> Iterator[dict[str, Any]]:
    """A running stack, without a demonstration."""
    started = run(folder, "up")
    try:
        assert started.returncode == 0, started.stdout
        yield json.loads((folder / "stack.json").read_text())
    finally:
        run(folder, "down")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`make stack` and `make stack-down`, in that folder."""
    return subprocess.run(
        [sys.executable, "-m", "tools.stack", *arguments],
        cwd=BASE_DIR,
        env=os.environ | {"STACK_FOLDER": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def processes(folder: Path) -> list[str]:
    """What runs with the folder's name in its environment, ourselves apart."""
    found = []
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            if str(folder).encode() in file.read_bytes():
                found.append((file.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def read(address: str, **headers: str) -> str:
    with urlopen(Request(address, headers=headers), timeout=20) as answer:  # noqa: S310  # our own loopback
        return str(answer.read().decode())


def subjects(stack: dict[str, Any]) -> list[str]:
    return [
        mail["subject"] for mail in json.loads(read(stack["addresses"]["mail"] + "messages.json"))
    ]


def photos(stack: dict[str, Any]) -> list[str]:
    variables = stack["environment"]
    bucket = boto3.client(
        "s3",
        endpoint_url=variables["AWS_S3_ENDPOINT_URL"],
        region_name=variables["AWS_S3_REGION_NAME"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    )
    listed = bucket.list_objects_v2(Bucket=variables["AWS_STORAGE_BUCKET_NAME"])
    bucket.close()
    return [file["Key"] for file in listed.get("Contents", [])]


def test_the_guides_flow_passes_through_its_processes(stack: dict[str, Any], folder: Path) -> None:
    flow = subprocess.run(
        [sys.executable, "manage.py", "test_system_flow", "--url", stack["addresses"]["web"]],
        cwd=BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "rs_systems.settings"} | stack["environment"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert flow.returncode == 0, flow.stdout + flow.stderr
    # Committed with the last step, rung for by the relay, sent by the worker.
    deadline = time.monotonic() + 60
    while len(subjects(stack)) < 7 and time.monotonic() < deadline:
        time.sleep(0.1)
    begins = sorted(subject.split(":")[0] for subject in subjects(stack))
    # Three people come by page and by program, which is a new device of theirs.
    noticed = ["New sign-in to your account"] * 3
    assert begins == ["For you", "For you", *noticed, "Repaired", "Repaired"]
    assert "<h1>Mail caught</h1>" in read(stack["addresses"]["mail"])
    files = [f"{number:06}.eml" for number in range(1, 8)]
    assert any("FLOW-1" in read(stack["addresses"]["mail"] + file) for file in files)
    assert len(photos(stack)) >= 2
    assert processes(folder) != []


def test_its_metrics_tell_of_all_of_it(stack: dict[str, Any]) -> None:
    bearer = f"Bearer {stack['environment']['METRICS_TOKEN']}"
    told = read(stack["addresses"]["web"] + "metrics/", Authorization=bearer)
    assert 'rs_queue_consumers{queue="outbox"} 1.0' in told
    assert "rs_broker_up 1.0" in told
    assert "rs_outbox_dead 0.0" in told


def test_one_address_leads_to_pages_and_stream(stack: dict[str, Any]) -> None:
    assert "<form" in read(stack["addresses"]["shop"] + "login/")
    with pytest.raises(HTTPError) as refused:
        read(stack["addresses"]["shop"] + "api/events/")
    with refused.value as answer:
        assert answer.code == 401


def test_a_second_start_tells_the_addresses_of_the_first(
    stack: dict[str, Any], folder: Path
) -> None:
    again = run(folder, "up")
    assert (again.returncode, again.stdout.splitlines()[0]) == (0, "It is running already.")
    assert stack["addresses"]["shop"] in again.stdout


def test_down_leaves_no_process_and_no_file(stack: dict[str, Any], folder: Path) -> None:
    assert run(folder, "down").stdout == "Stopped.\n"
    assert (processes(folder), folder.exists()) == ([], False)
    assert run(folder, "down").stdout == "Nothing is running.\n"
