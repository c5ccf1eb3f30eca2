"""The processes of production on this machine, without containers: `python -m tools.stack up|down`.

PostgreSQL, RabbitMQ, Redis, a mail catcher and an S3 server of its own; web, worker, beat, relay,
stream, and one address in front. All on free ports of the loopback. One process starts and owns
them: when it ends, however it ends, they end. Its folder (var/stack, or STACK_FOLDER) holds each
part's log; what the shop keeps is gone with `down`.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import boto3
import psycopg
from kombu.connection import Connection

from tools import services
from tools.with_postgres import MissingServerError, private_cluster

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("STACK_FOLDER", ROOT / "var" / "stack")).resolve()
PYTHON = sys.executable
HOST = "127.0.0.1"
BUCKET = "stack-photos"
START_SECONDS = 120
STOP_SECONDS = 60
# What a process needs of ours; anything else would change what it reads.
KEPT = ("PATH", "HOME", "LANG", "COVERAGE_")


@dataclass
class Stack:
    """What is running: addresses for people, variables for programs."""

    addresses: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    pids: dict[str, int] = field(default_factory=dict)


def up(*, demo: bool) -> int:
    """Starts the owner in the background and returns when everything is healthy."""
    if owner_pid() is not None:
        print("It is running already.")
        return told(json.loads((FOLDER / "stack.json").read_text()))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    begun = time.monotonic()
    with (FOLDER / "log").open("ab") as log:
        owner = subprocess.Popen(
            [PYTHON, "-m", "tools.stack", "own", *(["--demo"] if demo else [])],
            cwd=ROOT,
            env=bare({"STACK_FOLDER": str(FOLDER)}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    ready = FOLDER / "stack.json"
    while owner.poll() is None and not ready.exists():
        time.sleep(0.1)
    if owner.poll() is not None:
        print((FOLDER / "log").read_text()[-3000:])
        print(f"It did not start; each part's log is in {FOLDER}.")
        return 1
    print(f"Everything is healthy after {time.monotonic() - begun:.0f} s.")
    return told(json.loads(ready.read_text()))


def told(stack: dict[str, dict[str, str]]) -> int:
    """Prints the addresses."""
    for name, address in stack["addresses"].items():
        print(f"  {name:<10} {address}")
    print(f"Logs: {FOLDER}. Commands: ENV_FILE={FOLDER}/env .venv/bin/python manage.py ...")
    print("make stack-down ends it, and its data with it.")
    return 0


def down() -> int:
    """Ends the owner, and with it what it owns; nothing else."""
    pid = owner_pid()
    if pid is None:
        print("Nothing is running.")
        return 0
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while owner_pid() is not None:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
    shutil.rmtree(FOLDER, ignore_errors=True)
    print("Stopped.")
    return 0


def begun_at(pid: int) -> str:
    """When a process began, in the kernel's ticks; empty when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def owner_pid() -> int | None:
    """The owner's number, as long as it is the same process."""
    try:
        pid, began = (FOLDER / "owner.pid").read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if begun_at(int(pid)) == began else None


def own(*, demo: bool) -> int:
    """Starts everything, says so, waits for TERM, ends everything."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: leave(stop))
    (FOLDER / "owner.pid").write_text(f"{os.getpid()} {begun_at(os.getpid())}")
    try:
        with running(demo=demo) as stack:
            write_down(stack)
            stop.wait()
    except KeyboardInterrupt:
        return 0
    except (MissingServerError, services.MissingServiceError, subprocess.CalledProcessError) as no:
        print(no)
        return 1
    return 0


def leave(stop: threading.Event) -> None:
    """Ends the wait, or the start that is under way."""
    if stop.is_set() or not (FOLDER / "stack.json").exists():
        raise KeyboardInterrupt
    stop.set()


def write_down(stack: Stack) -> None:
    """Leaves what others need; the file's appearance says that all is healthy."""
    lines = [f"{name}='{value}'" for name, value in stack.environment.items()]
    (FOLDER / "env").write_text("\n".join(lines) + "\n")
    part = FOLDER / "stack.json.part"
    part.write_text(json.dumps(asdict(stack)))
    part.replace(FOLDER / "stack.json")


@contextlib.contextmanager
def running(*, demo: bool) -> Iterator[Stack]:
    """Runs all parts until the block ends; the last started ends first."""
    ports = {
        name: services.free_port() for name in ("smtp", "mail", "s3", "web", "stream", "front")
    }
    stack = Stack()
    with contextlib.ExitStack() as parts:
        for name, command in helpers(ports).items():
            stack.pids[name] = parts.enter_context(part(name, command, {}))
        database = parts.enter_context(private_cluster(durable=False))
        redis = parts.enter_context(services.redis(FOLDER / "redis"))
        stack.environment = environment(ports, database, redis.url)
        wait(lambda: answers(ports["s3"], "/"), "s3")
        make_bucket(stack.environment)
        # The tables are made while the broker, the slowest, starts.
        with ThreadPoolExecutor(1) as pool:
            prepared = pool.submit(prepare, stack.environment, demo=demo)
            broker = parts.enter_context(services.rabbitmq(FOLDER / "rabbitmq"))
            prepared.result()
        stack.environment["CELERY_BROKER_URL"] = broker.url
        stack.pids |= {"redis": redis.process.pid, "rabbitmq": broker.process.pid}
        for name, command in ours(ports).items():
            stack.pids[name] = parts.enter_context(part(name, command, stack.environment))
        wait_for_all(ports, broker.url, database)
        stack.addresses = {
            "shop": f"http://{HOST}:{ports['front']}/",
            "mail": f"http://{HOST}:{ports['mail']}/",
            "web": f"http://{HOST}:{ports['web']}/",
            "stream": f"http://{HOST}:{ports['stream']}/api/events/",
            "S3": f"http://{HOST}:{ports['s3']}/",
            "database": database,
            "broker": broker.url,
            "redis": redis.url,
        }
        try:
            yield stack
        finally:
            # All at once; each is then waited for.
            for name in ours(ports):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(stack.pids[name], signal.SIGTERM)


def environment(ports: dict[str, int], database: str, redis: str) -> dict[str, str]:
    """Variables of every process of ours."""
    return {
        "ENV_FILE": "",
        "ENVIRONMENT": "development",
        "DEBUG": "False",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "PORT": str(ports["web"]),
        "STREAM_PORT": str(ports["stream"]),
        "EVENT_STREAM": "True",
        "PUBLIC_BASE_URL": f"http://{HOST}:{ports['front']}",
        "EMAIL_HOST": HOST,
        "EMAIL_PORT": str(ports["smtp"]),
        "EMAIL_USE_TLS": "False",
        # Whoever looks for a mail here does not want to wait for others to join it.
        "MESSAGES_TOGETHER_SECONDS": "0",
        "AWS_STORAGE_BUCKET_NAME": BUCKET,
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_S3_REGION_NAME": "us-east-1",
        "AWS_S3_ENDPOINT_URL": f"http://{HOST}:{ports['s3']}",
        "AUDIT_ANCHOR_FILE": str(FOLDER / "audit-anchor.log"),
        "METRICS_TOKEN": secrets.token_urlsafe(30),
    }


def helpers(ports: dict[str, int]) -> dict[str, list[str]]:
    """What stands in for others' services."""
    catcher = ["--smtp", str(ports["smtp"]), "--page", str(ports["mail"])]
    return {
        "mail": [PYTHON, "-m", "tools.mail_catcher", *catcher, "--folder", str(FOLDER / "mails")],
        "s3": [PYTHON, "-m", "moto.server", "--host", HOST, "--port", str(ports["s3"])],
    }


def ours(ports: dict[str, int]) -> dict[str, list[str]]:
    """The processes of docker-compose.yml, and the address in front."""
    manage, celery = [PYTHON, str(ROOT / "manage.py")], [PYTHON, "-m", "celery", "-A", "rs_systems"]
    behind = ["--pages", f"{HOST}:{ports['web']}", "--stream", f"{HOST}:{ports['stream']}"]
    return {
        "web": [*manage, "web"],
        "worker": [*celery, "worker", "--loglevel", "INFO"],
        "beat": [*celery, "beat", "--loglevel", "INFO"],
        "relay": [*manage, "relay_outbox"],
        "stream": [*manage, "stream"],
        "front": [PYTHON, "-m", "tools.front", "--port", str(ports["front"]), *behind],
    }


def bare(variables: dict[str, str]) -> dict[str, str]:
    """The environment of a process: what it must have of ours, and its own."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | variables


@contextlib.contextmanager
def part(name: str, command: list[str], variables: dict[str, str]) -> Iterator[int]:
    """Runs one part in its own folder; asked to end first, and ended after five seconds."""
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    process = services.start(command, folder, bare(variables))
    try:
        yield process.pid
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        services.stop(process)


def make_bucket(variables: dict[str, str]) -> None:
    """An empty bucket."""
    boto3.client(
        "s3",
        endpoint_url=variables["AWS_S3_ENDPOINT_URL"],
        region_name=variables["AWS_S3_REGION_NAME"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
    ).create_bucket(Bucket=BUCKET)


def prepare(variables: dict[str, str], *, demo: bool) -> None:
    """The tables, the roles, and who wants it the demonstration."""
    commands = [["migrate", "--verbosity", "0"], ["setup_groups"]]
    if demo:
        commands.append(["create_test_data", "--size", "small"])
    for command in commands:
        subprocess.run(
            [PYTHON, str(ROOT / "manage.py"), *command], env=bare(variables), cwd=ROOT, check=True
        )


def wait_for_all(ports: dict[str, int], broker: str, database: str) -> None:
    """Returns when every process of ours is at work."""
    wait(lambda: answers(ports["mail"], "/"), "mail")
    wait(lambda: answers(ports["web"], "/health/live"), "web")
    wait(lambda: answers(ports["stream"], "/health/live"), "stream")
    wait(lambda: answers(ports["front"], "/login/"), "front")
    wait(lambda: has_worker(broker), "worker")
    wait(lambda: {"relay", "beat"} <= seen(database), "relay, beat")


def wait(is_ready: Callable[[], bool], name: str) -> None:
    """Asks again and again; refuses after two minutes."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if time.monotonic() > deadline:
            raise services.MissingServiceError(f"{name} is not healthy; see {FOLDER / name}/log")
        time.sleep(0.1)


def answers(port: int, path: str) -> bool:
    """Whether 200 comes back."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=5) as answer:  # ours
            return bool(answer.status == 200)  # noqa: PLR2004  # OK
    except (urllib.error.URLError, OSError):
        return False


def has_worker(broker: str) -> bool:
    """Whether somebody takes from the queue of short work."""
    try:
        with Connection(broker, connect_timeout=2) as connection:
            queue = connection.channel().queue_declare("outbox", passive=True)
            return bool(queue.consumer_count)
    except Exception:  # noqa: BLE001 - whatever it is, nobody takes yet
        return False


def seen(database: str) -> set[str]:
    """Who has said that they live."""
    with psycopg.connect(database, connect_timeout=5) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM core_heartbeat")}


def main() -> int:
    """Reads the command line."""
    match sys.argv[1:]:
        case ["up", *options]:
            return up(demo="--demo" in options)
        case ["down"]:
            return down()
        case ["own", *options]:
            return own(demo="--demo" in options)
    print("python -m tools.stack up [--demo] | down")
    return 2


if __name__ == "__main__":
    sys.exit(main())
