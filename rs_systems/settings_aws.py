"""Settings of production: those of development made strict, and refused where they are unsafe.

The developer guide's `settings_aws.py`: the same variables, the same log, HTTPS by `USE_HTTPS`.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from rs_systems import providers
from rs_systems.environment import BASE_DIR
from rs_systems.reporting import report_faults
from rs_systems.settings import *
from rs_systems.settings import (
    ALLOWED_HOSTS,
    AWS_ACCESS_KEY_ID,
    AWS_S3_ENDPOINT_URL,
    AWS_S3_REGION_NAME,
    AWS_SECRET_ACCESS_KEY,
    AWS_STORAGE_BUCKET_NAME,
    CONTENT_SECURITY_POLICY,
    DATABASES,
    DEBUG,
    DEVELOPMENT_KEY,
    ENV,
    LOG_FORMAT,
    LOGGING,
    MAIL,
    PROJECT,
    SECRET_KEY,
    STORAGES,
)

SHORTEST_KEY = 50
# Shown in the guide and in .env.example, so known to everybody.
KNOWN_SECRETS = {
    DEVELOPMENT_KEY,
    "your-development-secret-key-here",
    "secure-dev-password",
    "demo123",
    "admin",
    "password",
}
HOW_TO_MAKE_A_KEY = (
    "Set SECRET_KEY to at least 50 random characters; make them with: "
    'python -c "import secrets; print(secrets.token_urlsafe(60))"'
)


def demand(condition: object, sentence: str) -> None:
    """Refuses to start when the condition does not hold."""
    if not condition:
        raise ImproperlyConfigured(sentence)


ENVIRONMENT = "production"

demand(not DEBUG, "DEBUG=True shows the source to strangers. Production wants DEBUG=False.")
demand(
    SECRET_KEY not in KNOWN_SECRETS and not SECRET_KEY.startswith("django-insecure-"),
    f"SECRET_KEY is missing or one that everybody knows. {HOW_TO_MAKE_A_KEY}",
)
demand(
    len(SECRET_KEY) >= SHORTEST_KEY and len(set(SECRET_KEY)) >= 10,  # noqa: PLR2004  # Django's own
    f"SECRET_KEY is too short or too regular to be secret. {HOW_TO_MAKE_A_KEY}",
)
demand(
    ENV.text("DATABASE_URL"),
    "DATABASE_URL is missing. Set DATABASE_URL=postgresql://user:password@host:5432/database",
)
demand(
    DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql",
    "Production does not run on SQLite: it cannot hold two people changing the shop at once. "
    "Set DATABASE_URL=postgresql://user:password@host:5432/database",
)
demand(
    ENV.hosts("ALLOWED_HOSTS"),
    "ALLOWED_HOSTS is missing. Name the hosts people type: ALLOWED_HOSTS=shop.example.com",
)
demand(
    "*" not in ALLOWED_HOSTS,
    "ALLOWED_HOSTS=* lets anybody put their own address into our links. Name the hosts.",
)
demand(
    ENV.text("ADMIN_PASSWORD") not in KNOWN_SECRETS,
    "ADMIN_PASSWORD is one that everybody knows. Choose another.",
)

# --- HTTPS --------------------------------------------------------------------------------------

USE_HTTPS = ENV.flag("USE_HTTPS", default=True)
SECURE_SSL_REDIRECT = USE_HTTPS
SESSION_COOKIE_SECURE = USE_HTTPS
CSRF_COOKIE_SECURE = USE_HTTPS
# TLS always ends at a proxy in front: our server speaks plain HTTP only.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if USE_HTTPS else None
# Health checks and Prometheus come from inside, past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/"]
MONTH = 30 * 24 * 60 * 60
SECURE_HSTS_SECONDS = (
    ENV.number("HSTS_SECONDS", default=MONTH, lowest=0, highest=24 * MONTH) if USE_HTTPS else 0
)
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other names under the shop's domain are not ours to force
    "security.W021",  # a preload list cannot be left again; the owner may join it by hand
]
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = USE_HTTPS

scheme = "https" if USE_HTTPS else "http"
PUBLIC_BASE_URL = ENV.url(
    "PUBLIC_BASE_URL",
    schemes=("https", "http"),
    default=f"{scheme}://{ALLOWED_HOSTS[0].lstrip('.')}",
).rstrip("/")
demand(
    urlsplit(PUBLIC_BASE_URL).scheme == "https" or not USE_HTTPS,
    "PUBLIC_BASE_URL must begin with https:// while USE_HTTPS is on.",
)

# --- Mail and files -----------------------------------------------------------------------------

# Nobody reads a server's console: without a provider mails wait in the outbox.
EMAIL_BACKEND = providers.SMTP if MAIL.provider == "console" else MAIL.backend
demand(
    not AWS_STORAGE_BUCKET_NAME or (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY),
    "AWS_STORAGE_BUCKET_NAME is set without its keys. "
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY too, or leave the bucket out.",
)
demand(
    not AWS_STORAGE_BUCKET_NAME or AWS_S3_REGION_NAME or AWS_S3_ENDPOINT_URL,
    "AWS_STORAGE_BUCKET_NAME is set without its place. Set AWS_S3_REGION_NAME=eu-central-1, "
    "or AWS_S3_ENDPOINT_URL=https://... for a server that is not Amazon's.",
)
demand(
    AWS_STORAGE_BUCKET_NAME or not (AWS_ACCESS_KEY_ID or AWS_S3_ENDPOINT_URL),
    "AWS_ACCESS_KEY_ID or AWS_S3_ENDPOINT_URL is set without a bucket: photos would go to the "
    "local folder. Set AWS_STORAGE_BUCKET_NAME too, or leave the others out.",
)
demand(
    urlsplit(AWS_S3_ENDPOINT_URL).scheme != "http" or not USE_HTTPS,
    "AWS_S3_ENDPOINT_URL must begin with https:// while USE_HTTPS is on: photos would travel in "
    "the clear.",
)
WHITENOISE_USE_FINDERS = False
# Compressing maps takes minutes and helps nobody.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2"),
    *("map", "txt"),
]
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}

# --- Log ----------------------------------------------------------------------------------------

# LOG_FILE=none leaves the file out, for machines whose console is collected anyway.
LOG_FILE = ENV.text("LOG_FILE", "logs/django.log")
handlers = ["console"] if LOG_FILE == "none" else ["console", "file"]
if LOG_FILE != "none":
    path = BASE_DIR / LOG_FILE
    LOGGING["handlers"]["file"] = {
        "level": "INFO",
        "class": "logging.handlers.RotatingFileHandler",
        "filename": str(path),
        "maxBytes": 15 * 1024 * 1024,
        "backupCount": 10,
        "formatter": LOG_FORMAT,
        "delay": True,
    }
    Path(path).parent.mkdir(parents=True, exist_ok=True)
LOGGING["handlers"]["console"]["level"] = "INFO"
LOGGING["root"] = {"handlers": handlers, "level": "INFO"}
LOGGING["loggers"] |= {
    name: {"handlers": handlers, "level": "INFO", "propagate": False}
    for name in ("django", "apps", "core")
}

# Another service than Sentry: see rs_systems.reporting.
SENTRY_DSN = ENV.url("SENTRY_DSN", schemes=("https", "http"))
if SENTRY_DSN:
    report_faults(SENTRY_DSN, release=PROJECT["version"])
