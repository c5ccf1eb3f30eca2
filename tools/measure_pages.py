"""Lighthouse's figures and the bytes of the pages that most people open.

Called as `python -m tools.measure_pages [ROUNDS]`. Fills a shop of its own, serves it with the
static files as production has them, and fails below the goals. Needs Node 20 or newer and
Chromium; Lighthouse itself is installed into tools/lighthouse at the first run.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tools import services

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "tools" / "lighthouse"
GOALS = {"performance": 95, "accessibility": 100, "best practices": 100, "SEO": 100}
# Over the wire, at most: what a technician's and anybody else's first visit takes, and the next.
TECHNICIANS, OTHERS, AGAIN = 60, 80, 12
LINK = re.compile(r"/r/([\w-]{20,})/")
Page = dict[str, Any]


def main() -> int:
    """Measures, prints, compares."""
    rounds = int(sys.argv[1]) if sys.argv[1:] else 3
    install()
    with tempfile.TemporaryDirectory(prefix="rs-pages-") as folder:
        port = services.free_port()
        prepare(Path(folder), port)
        server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT)
        try:
            wait_for(f"http://127.0.0.1:{port}/health/live")
            is_well = measure(pages(f"http://127.0.0.1:{port}"), rounds)
        finally:
            server.terminate()
            server.wait(timeout=30)
    return int(not is_well)


def install() -> None:
    """Installs the locked Lighthouse, unless it is there."""
    node = shutil.which("node")
    if not node:
        sys.exit("Node 20 or newer is missing: Lighthouse needs it (the product does not).")
    stamp, lock = HERE / "node_modules" / ".installed-from", HERE / "package-lock.json"
    if stamp.exists() and stamp.read_text() == lock.read_text():
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=HERE, check=True)
    stamp.write_text(lock.read_text())


def prepare(folder: Path, port: int) -> None:
    """Makes a shop with the demonstration; this process and the server both work on it."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tools.measured_settings",
        "MEASURED_FOLDER": str(folder),
        "ENV_FILE": "",
        "DEBUG": "False",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": "",
        "LOCAL_DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "PORT": str(port),
    }
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415 - its settings are known now
    from django.core.management import call_command  # noqa: PLC0415 - as above

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("create_test_data", size="small", verbosity=0)


def pages(shop: str) -> list[Page]:
    """What is measured, each page with the session of who opens it."""
    from django.urls import reverse  # noqa: PLC0415 - settings first

    signed_in = [
        ("customer's home", "democustomer", "customer_dashboard", OTHERS),
        ("customer's request", "democustomer", "customer_request_repair", OTHERS),
        ("technician's today", "tech1", "technician_dashboard", TECHNICIANS),
    ]
    return [
        *(
            {"name": name, "url": shop + reverse(view), "cookie": session_of(who), "most": most}
            for name, who, view, most in signed_in
        ),
        {
            "name": "a repair by its own link",
            "url": shop + repair_link(),
            "cookie": "",
            "most": OTHERS,
        },
    ]


def session_of(username: str) -> str:
    """The cookie of this person's new session."""
    from django.conf import settings  # noqa: PLC0415 - settings first
    from django.test import Client  # noqa: PLC0415 - as above

    from core.models import User  # noqa: PLC0415 - as above

    client = Client()
    client.force_login(User.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def repair_link() -> str:
    """The address of a repair that waits for approval, from its mail."""
    from apps.notifications.models import Delivery  # noqa: PLC0415 - settings first
    from apps.repairs.links import live_link  # noqa: PLC0415 - as above

    for message in Delivery.objects.order_by("-id"):
        found = LINK.search(json.dumps(message.fields))
        if found and live_link(found[1]):
            return found[0]
    sys.exit("The demonstration has sent no link to a repair.")


def measure(shown: list[Page], rounds: int) -> bool:
    """Runs Lighthouse and prints a line for each page; whether all reach the goals."""
    order = {"chromium": services.chromium(), "rounds": rounds, "pages": shown}
    title = f"Lighthouse, mobile, median of {rounds}"
    print(f"\n{title:<36}", *GOALS, " KB", "again", sep="  ", flush=True)
    is_well = True
    command = ["node", "measure.mjs"]
    with subprocess.Popen(
        command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdin  # noqa: S101 - asked for above
        assert run.stdout  # noqa: S101 - as above
        run.stdin.write(json.dumps(order))
        run.stdin.close()
        for page, line in zip(shown, run.stdout, strict=False):
            told = json.loads(line)
            first, again = (size / 1000 for size in told["bytes"])
            cells = (
                f"{score:>{len(goal)}}" for goal, score in zip(GOALS, told["scores"], strict=True)
            )
            sizes = f"{first:>3.0f}", f"{again:>5.1f}"
            print(f"{told['name']:<36}", *cells, *sizes, sep="  ", flush=True)
            faults = []
            if missed(told["scores"]):
                faults.append(f"below {missed(told['scores'])}: {', '.join(told['weak'])}")
            if first > page["most"] or again > AGAIN:
                faults.append(f"over {page['most']} KB, or {AGAIN} KB the next time")
            for fault in faults:
                print(f"    {fault}")
            is_well = is_well and not faults
    return run.returncode == 0 and is_well


def missed(scores: list[int]) -> dict[str, int]:
    """The goals that these scores do not reach."""
    pairs = zip(GOALS.items(), scores, strict=True)
    return {name: goal for (name, goal), score in pairs if score < goal}


def wait_for(address: str) -> None:
    """Returns when the server answers."""
    for _ in range(300):
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own loopback
                return
        except URLError:
            time.sleep(0.1)
    sys.exit("The server never answered.")


if __name__ == "__main__":
    sys.exit(main())
