"""Settings of the suite: development's, blind to `.env`, fast, leaving nothing behind."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Subprocesses of the tests are to be blind as well.
os.environ["ENV_FILE"] = ""

from rs_systems.settings import *  # ENV_FILE comes first
from rs_systems.settings import DATABASES, POSTGRESQL  # ENV_FILE comes first

SCRATCH = Path(tempfile.mkdtemp(prefix="rs-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

SECRET_KEY = "a-key-for-tests-alone-long-enough-for-every-signature-made-with-it"  # noqa: S105  # no secret
# A strong hash per sign-in would be most of the suite's time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = SCRATCH / "media"
AUDIT_ANCHOR_FILE = SCRATCH / "audit-anchor.log"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Nobody's Redis and broker are used, and emptied, but those that a test has started.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
REDIS_URL = CELERY_BROKER_URL = ""
# Tests of bursts ask for it; all others want to see their mail at once.
MESSAGES_TOGETHER_SECONDS = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING_CONFIG = None
# Static files are looked up when asked for: to list them all for each test's client would be a
# fifth of the suite's time.
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Threads of race tests close their own connections; nobody else's may linger.
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 0,
        "OPTIONS": POSTGRESQL["OPTIONS"],
        "TEST": {"NAME": os.environ.get("TEST_DATABASE", "test_rs_systems")},
    }
