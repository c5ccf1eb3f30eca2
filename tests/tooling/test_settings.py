"""Production refuses what only development may; both run on what they say they run on."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from core.models import User
from rs_systems.environment import BASE_DIR

pytestmark = pytest.mark.once

GOOD_KEY = "q7Wm2-Zk9_Xr4Tt8Lp1Vv6Bn3Hd5Jc0Gs-Yf7Ue2Ra9Oi4Pw8Qx1Mz"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": GOOD_KEY,
    "DATABASE_URL": "postgresql://shop:made-up@db.example:5432/shop",
    "ALLOWED_HOSTS": "shop.example",
    "LOG_FILE": "none",
}

BUCKET = {
    "AWS_STORAGE_BUCKET_NAME": "our-shop-photos",
    "AWS_ACCESS_KEY_ID": "made-up",
    "AWS_SECRET_ACCESS_KEY": "made-up",
    "AWS_S3_REGION_NAME": "eu-central-1",
}

# What a process needs from ours; the rest would change what it reads.
KEPT = ("PATH", "COVERAGE_")


def start(script: str = "pass", **environment: str) -> subprocess.CompletedProcess[str]:
    """Starts Django in a process of its own, with this environment and no other."""
    kept = {name: os.environ[name] for name in os.environ if name.startswith(KEPT)}
    bare = {**kept, "ENV_FILE": ""}
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", script],
        cwd=BASE_DIR,
        env=bare | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("provider", "backend"),
    [
        ({}, "rs_systems.mail.PunctualSmtpBackend"),
        (
            {"EMAIL_PROVIDER": "postmark", "POSTMARK_SERVER_TOKEN": "made-up"},
            "anymail.backends.postmark.EmailBackend",
        ),
    ],
)
def test_production_starts_with_what_the_guide_sets(provider: dict[str, str], backend: str) -> None:
    script = (
        "from django.conf import settings; print(settings.PUBLIC_BASE_URL, settings.EMAIL_BACKEND)"
    )
    shown = start(script, **PRODUCTION, **provider)
    assert (shown.stderr, shown.stdout) == ("", f"https://shop.example {backend}\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"DEBUG": "True"}, "Production wants DEBUG=False"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or one that everybody knows"),
        ({"SECRET_KEY": "your-development-secret-key-here"}, "one that everybody knows"),
        ({"SECRET_KEY": "django-insecure-" + GOOD_KEY}, "one that everybody knows"),
        ({"SECRET_KEY": GOOD_KEY[:20]}, "SECRET_KEY is too short"),
        ({"SECRET_KEY": "ab" * 40}, "too regular to be secret"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing. Set DATABASE_URL=postgresql://"),
        ({"DATABASE_URL": "sqlite:///db.sqlite3"}, "Production does not run on SQLite"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "*"}, "Name the hosts"),
        ({"ADMIN_PASSWORD": "secure-dev-password"}, "ADMIN_PASSWORD is one that everybody knows"),
        ({"PUBLIC_BASE_URL": "http://shop.example"}, "PUBLIC_BASE_URL must begin with https://"),
        ({"AWS_STORAGE_BUCKET_NAME": "photos"}, "Set AWS_ACCESS_KEY_ID"),
        ({"AWS_STORAGE_BUCKET_NAME": "https://photos.s3.example"}, "is no name of a bucket"),
        ({**BUCKET, "AWS_S3_REGION_NAME": ""}, "Set AWS_S3_REGION_NAME"),
        ({**BUCKET, "AWS_STORAGE_BUCKET_NAME": ""}, "photos would go to the local folder"),
        ({**BUCKET, "AWS_S3_ENDPOINT_URL": "http://s3.example"}, "would travel in the clear"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN='***' is too easy to guess"),
        ({"METRICS_NETWORKS": "inside"}, "METRICS_NETWORKS='inside' is not an address"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT='xml' is unknown. Write one of: verbose, json."),
        ({"SENTRY_DSN": "sentry"}, "SENTRY_DSN='sentry' is not an address we can use"),
        ({"SENTRY_DSN": "https://k@sentry.example/1"}, "its library is missing"),
        ({"WEB_WORKERS": "0"}, "WEB_WORKERS='0' is out of range"),
        ({"USE_HTTPS": "perhaps"}, "USE_HTTPS='perhaps' is neither yes nor no"),
        ({"DJANGO_SETTINGS_MODULE": "rs_systems.settings"}, "wants the production settings"),
    ],
)
def test_production_refuses_with_one_sentence(change: dict[str, str], sentence: str) -> None:
    refused = start(**(PRODUCTION | change))
    assert refused.returncode == 1
    assert refused.stderr.startswith("RS Systems cannot start: ")
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("change", "storage"),
    [
        ({}, "FileSystemStorage media"),
        (BUCKET, "PrivateBucket virtual"),
        ({**BUCKET, "AWS_S3_ENDPOINT_URL": "https://s3.example"}, "PrivateBucket path"),
    ],
)
def test_photos_go_to_the_folder_or_the_bucket(change: dict[str, str], storage: str) -> None:
    script = (
        "from django.core.files.storage import default_storage as s;"
        "print(s.__class__.__name__,"
        " getattr(s, 'addressing_style', None) or s.base_location.name)"
    )
    assert start(script, **(PRODUCTION | change)).stdout == f"{storage}\n"


def test_https_can_be_left_to_a_private_network() -> None:
    script = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_PROXY_SSL_HEADER)"
    )
    assert start(script, **PRODUCTION, USE_HTTPS="False").stdout == "False False None\n"


def test_production_writes_its_log_to_the_file_named() -> None:
    script = "import logging; logging.getLogger('apps.repairs').info('a repair was begun')"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "of" / "the-shop.log"
        start(script, **(PRODUCTION | {"LOG_FILE": str(file)}))
        assert "a repair was begun" in file.read_text()


def test_development_needs_no_variable() -> None:
    script = "from django.conf import settings as s; print(s.DATABASES['default']['NAME'])"
    assert start(script).stdout == f"{BASE_DIR / 'db.sqlite3'}\n"


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} == {
        "'none'",
        "'self'",
        "data:",
        "blob:",
    }


@pytest.mark.postgresql
@pytest.mark.django_db
def test_repeated_queries_are_prepared_on_postgresql() -> None:
    for _ in range(4):
        list(User.objects.filter(username="nobody"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ 'username'")
        assert cursor.fetchone() == (1,)


def test_sqlite_takes_the_write_lock_when_a_transaction_begins() -> None:
    script = (
        "from django.db import connection as c, transaction;"
        "t = transaction.atomic(); t.__enter__();"
        "import sqlite3; other = sqlite3.connect(c.settings_dict['NAME'], timeout=0)\n"
        "try: other.execute('BEGIN IMMEDIATE')\n"
        "except sqlite3.OperationalError as error: print(error)"
    )
    with tempfile.TemporaryDirectory() as folder:
        shown = start(script, LOCAL_DATABASE_URL=f"sqlite:///{folder}/shop.sqlite3")
    assert shown.stdout == "database is locked\n"


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys() -> None:
    script = (
        "from django.db import connection as c; cursor = c.cursor();"
        "print(*(cursor.execute(f'PRAGMA {name}').fetchone()[0]"
        " for name in ('journal_mode', 'foreign_keys')))"
    )
    with tempfile.TemporaryDirectory() as folder:
        shown = start(script, LOCAL_DATABASE_URL=f"sqlite:///{folder}/shop.sqlite3")
    assert shown.stdout == "wal 1\n"


@pytest.mark.parametrize("lease", ["4", "120", "3600"])
def test_a_mail_is_given_up_before_its_row_is_somebody_else_s(lease: str) -> None:
    told = start(
        "from django.conf import settings as s; from rs_systems.mail import GOODBYE_SECONDS as g; "
        "print(s.EMAIL_TIMEOUT <= s.EMAIL_LONGEST_SECONDS < s.OUTBOX_LEASE_SECONDS - g)",
        OUTBOX_LEASE_SECONDS=lease,
    )
    assert told.stdout == "True\n", told.stderr
