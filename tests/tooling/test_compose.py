"""The compose files, the image and its tools: nothing secret, everything watched, all of it ours.

That docker-compose itself can read them is shown by `make check`.
"""

import http.server
import os
import re
import subprocess
import sys
import threading
from functools import cache
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery
from django.core.management import get_commands

from rs_systems.environment import BASE_DIR

pytestmark = pytest.mark.once

FILES = ("docker-compose.yml", "docker-compose.dev.yml")
SEVEN_AND_OURS = {
    *("db", "rabbitmq", "redis", "mailpit", "web", "worker", "beat"),
    *("migrate", "relay", "stream", "proxy"),
}
# Ports and paths inside a container, and what only development has.
SET_BY_THE_IMAGE = {
    *("DEBUG", "LOCAL_DATABASE_URL", "PORT", "STREAM_PORT"),
    *("MEDIA_ROOT", "AUDIT_ANCHOR_FILE"),
}
SECRET = re.compile(r"SECRET|PASS|TOKEN|KEY|AUTH|DSN")
DEFAULT = re.compile(r"\$\{(?P<name>\w+)(?::?-(?P<default>[^}]*))?")


@cache
def services(file: str = FILES[0]) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((BASE_DIR / file).read_text())["services"]
    return found


def commands() -> list[list[str]]:
    """What containers of ours run, in parts."""
    told = [service.get("command", []) for file in FILES for service in services(file).values()]
    scripts = [command[2].split(" && ") if command[:2] == ["sh", "-c"] else [] for command in told]
    checks = [service["healthcheck"]["test"] for service in services().values()]
    return [
        *(command for command in told if command),
        *(part.split() for script in scripts for part in script),
        *checks,
    ]


def test_there_are_jobops_seven_and_ours() -> None:
    assert set(services()) == SEVEN_AND_OURS


def test_every_part_is_asked_how_it_does_and_restarted() -> None:
    assert [
        name for name, service in services().items() if not service["healthcheck"]["test"]
    ] == []
    once = [name for name, service in services().items() if service["restart"] == "no"]
    assert once == ["migrate"]


def test_what_starts_waits_for_what_it_needs() -> None:
    needed = {"migrate", "db", "redis", "rabbitmq"}
    ours = ("web", "worker", "beat", "relay", "stream")
    assert {name: set(services()[name]["depends_on"]) for name in ours} == dict.fromkeys(
        ours, needed
    )
    waits = [
        need["condition"]
        for service in services().values()
        for need in service.get("depends_on", {}).values()
    ]
    assert set(waits) == {"service_healthy", "service_completed_successfully"}


@pytest.mark.parametrize("file", FILES)
def test_no_secret_has_a_default(file: str) -> None:
    text = (BASE_DIR / file).read_text()
    named = {found["name"]: found["default"] for found in DEFAULT.finditer(text)}
    assert {name for name, default in named.items() if SECRET.search(name) and default} == set()
    written = [
        (name, value)
        for service in services(file).values()
        for name, value in service.get("environment", {}).items()
        if SECRET.search(name) and value is not None and not str(value).startswith("${")
    ]
    assert written == []


def test_whatever_can_be_set_reaches_the_containers() -> None:
    known = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example(), re.MULTILINE))
    passed_on = set(services()["migrate"]["environment"])
    assert known - passed_on == SET_BY_THE_IMAGE


def example() -> str:
    return (BASE_DIR / ".env.example").read_text()


def test_images_are_pinned_to_a_version() -> None:
    images = [service["image"] for service in services().values()]
    bases = re.findall(r"^FROM (\S+)", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    assert [name for name in [*images, *bases] if not re.search(r":[^/]*\d+\.\d+", name)] == []


def test_ports_are_of_the_loopback() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_every_command_is_one_of_ours() -> None:
    named = {
        command[command.index("manage.py") + 1] for command in commands() if "manage.py" in command
    }
    assert named - {"stream"} <= set(get_commands())
    of_celery = {
        command[command.index("celery") + 3] for command in commands() if "celery" in command
    }
    assert of_celery <= set(celery.commands)
    files = {part for command in commands() for part in command if part.startswith("deploy/")}
    assert [file for file in files if not (BASE_DIR / file).is_file()] == []


def test_the_image_runs_as_nobody_and_says_how_it_does() -> None:
    final = (BASE_DIR / "Dockerfile").read_text().split("\nFROM ")[-1]
    words = re.findall(r"^([A-Z]+) ?", final, re.MULTILINE)
    assert words.index("USER") < words.index("HEALTHCHECK") < words.index("CMD")


def test_nothing_secret_goes_into_the_image() -> None:
    left_out = set((BASE_DIR / ".dockerignore").read_text().split("\n"))
    assert {".env*", "**/.env", ".git", "media", "var", "db.sqlite3*"} <= left_out


class Door(http.server.BaseHTTPRequestHandler):
    """Answers 200 under our name and 400 under another, as Django does."""

    def do_GET(self) -> None:
        knows = self.headers["Host"] == "shop.example" and self.path == "/health/live"
        self.send_response(200 if knows else 400)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


def ask_health(port: int, hosts: str) -> int:
    command = [sys.executable, "deploy/healthy.py", str(port)]
    environment = {"PATH": os.environ["PATH"], "ALLOWED_HOSTS": hosts}
    told = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, check=False)
    return told.returncode


def test_the_image_asks_under_a_name_that_is_answered() -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Door) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_port
        answers = [ask_health(port, hosts) for hosts in (".shop.example, b.example", "b.example")]
        server.shutdown()
    assert [*answers, ask_health(port, "shop.example")] == [0, 1, 1]
