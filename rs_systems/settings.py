"""Settings of development: SQLite unless `DATABASE_URL` says otherwise, mail to the console.

Every variable is read with its type by `rs_systems.environment`, which refuses nonsense.
Production (`rs_systems.settings_aws`) starts from these and refuses what only development may.
"""

import datetime as dt
import os
import warnings
from typing import Any

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from rs_systems import providers
from rs_systems.environment import BASE_DIR, ENVIRONMENTS, read_environment
from rs_systems.logs import FORMATS, log_settings
from rs_systems.settings_background import *
from rs_systems.settings_browser import *
from rs_systems.settings_rest import *

# Lets annotations such as `ModelAdmin[Repair]` stand where Django has no generics.
django_stubs_ext.monkeypatch()

ENV = read_environment()

ENVIRONMENT = ENV.choice("ENVIRONMENT", default="development", options=ENVIRONMENTS)
if ENVIRONMENT == "production" and os.environ.get("DJANGO_SETTINGS_MODULE") == __name__:
    raise ImproperlyConfigured(
        "ENVIRONMENT=production wants the production settings. "
        "Set DJANGO_SETTINGS_MODULE=rs_systems.settings_aws, or leave it unset."
    )

# Whoever reads the source knows this key; production refuses it.
DEVELOPMENT_KEY = "development-only-key-known-to-everybody-who-reads-the-source"
SECRET_KEY = ENV.text("SECRET_KEY", DEVELOPMENT_KEY)
DEBUG = ENV.flag("DEBUG", default=False)
ALLOWED_HOSTS = ENV.hosts("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],0.0.0.0")
USE_HTTPS = ENV.flag("USE_HTTPS", default=False)
PORT = ENV.number("PORT", default=8000, lowest=1, highest=65535)
# `manage.py web`: its processes, and the threads of each.
WEB_WORKERS = ENV.number("WEB_WORKERS", default=2, lowest=1, highest=64)
WEB_THREADS = ENV.number("WEB_THREADS", default=4, lowest=1, highest=64)
# Whether the proxy in front leads /api/events/ to `manage.py stream`; else pages poll.
EVENT_STREAM = ENV.flag("EVENT_STREAM", default=False)
STREAM_PORT = ENV.number("STREAM_PORT", default=8010, lowest=1, highest=65535)
# What links in messages begin with.
PUBLIC_BASE_URL = ENV.url(
    "PUBLIC_BASE_URL", schemes=("https", "http"), default=f"http://127.0.0.1:{PORT}"
).rstrip("/")
# Machines whose X-Forwarded-For counts; anybody else's is a claim.
TRUSTED_PROXIES = ENV.networks("TRUSTED_PROXIES")
CORS_ALLOWED_ORIGINS = ENV.origins("CORS_ALLOWED_ORIGINS")

# Who may read /metrics/ beside admins: who knows the token, and machines of these networks.
METRICS_TOKEN = ENV.secret("METRICS_TOKEN")
METRICS_NETWORKS = ENV.networks("METRICS_NETWORKS")

# The first administrator, made by setup_db; there is no default password.
ADMIN_USERNAME = ENV.text("ADMIN_USERNAME", "admin")
ADMIN_EMAIL = ENV.text("ADMIN_EMAIL", "admin@localhost")
ADMIN_PASSWORD = ENV.text("ADMIN_PASSWORD")

INSTALLED_APPS = [
    "core",
    "apps.audit",
    "apps.security",
    "apps.people",
    "apps.notifications",
    "apps.photo_storage",
    "apps.technicians",
    "apps.repairs",
    "apps.jobs",
    "apps.rewards_referrals",
    "apps.scheduling",
    "apps.queue_management",
    "apps.api",
    "apps.customer_portal",
    "apps.technician_portal",
    "apps.office_portal",
    "apps.public_site",
    "rs_systems",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    # After the packages whose own admin pages it takes away.
    "apps.admin_site",
]

MIDDLEWARE = [
    "core.metrics.MeasureMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.security.middleware.CompressionMiddleware",
    "apps.security.middleware.RequestIdMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "apps.security.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "apps.security.devices.DeviceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.security.middleware.IdentityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.security.middleware.ZoneMiddleware",
    "apps.security.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "rs_systems.urls"
WSGI_APPLICATION = "rs_systems.wsgi.application"
TEST_RUNNER = "rs_systems.testing.PytestRunner"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.notifications.context.notices",
                "apps.customer_portal.context.portal",
                "apps.technician_portal.context.portal",
                "apps.office_portal.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "core.form_renderer.FormRenderer"

# --- Database -----------------------------------------------------------------------------------

POSTGRESQL: dict[str, Any] = {
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
    # Django prepares nothing unless told; both are needed (docs/performance.md).
    "OPTIONS": {"server_side_binding": True, "prepare_threshold": 2},
}
SQLITE: dict[str, Any] = {
    # Readers never wait (WAL); writers queue at BEGIN instead of failing in the middle.
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        ),
    },
}


def with_options(database: dict[str, Any]) -> dict[str, Any]:
    """Returns the connection settings with what its engine needs, those of the URL winning."""
    engine = SQLITE if database["ENGINE"].endswith("sqlite3") else POSTGRESQL
    options = {**engine["OPTIONS"], **database.get("OPTIONS", {})}
    return {**database, **engine, "OPTIONS": options}


DATABASES = {
    "default": with_options(
        ENV.database("DATABASE_URL")
        or ENV.database("LOCAL_DATABASE_URL", default="sqlite:///db.sqlite3")
    )
}

# --- Signing in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.security.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 60 * 60

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = USE_HTTPS
# Scripts take the token from the page, so the cookie can stay out of their reach.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = USE_HTTPS

# One person at one address: nobody can lock somebody else out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
# Trying on while locked does not lock longer, or nobody would ever get in again.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "apps.security.addresses.client_network"
AXES_USERNAME_CALLABLE = "apps.security.sign_in.attempted_name"
AXES_LOCKOUT_CALLABLE = "apps.security.sign_in.keep_answer"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# Which role may use which method at which URL.
ACCESS_ROWS = "rs_systems.access.ROWS"

# Calls a minute that each process lets through, with Redis all of them; 0 is no limit.
CALLS_PER_MINUTE = {
    "user": ENV.number("API_CALLS_PER_USER", default=1200, lowest=0, highest=10_000_000),
    "address": ENV.number("API_CALLS_PER_ADDRESS", default=3000, lowest=0, highest=10_000_000),
    "sign_in": ENV.number("SIGN_INS_PER_ADDRESS", default=60, lowest=0, highest=10_000_000),
    "calendar": ENV.number("CALENDAR_READS", default=60, lowest=0, highest=10_000_000),
    "driver": ENV.number("DRIVER_REQUESTS", default=10, lowest=0, highest=10_000_000),
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# Shares counters and sessions among processes; whatever it loses, nobody misses.
REDIS_URL = ENV.url("REDIS_URL", schemes=("redis", "rediss"))
if REDIS_URL:
    REDIS = {"BACKEND": "core.disposable_cache.DisposableRedis", "LOCATION": REDIS_URL}
    CACHES = {
        "default": {**REDIS, "KEY_PREFIX": "rs", "OPTIONS": {"counts_alone": True}},
        # Who signs out while Redis is away must not be signed in again by what it still holds.
        "sessions": {**REDIS, "KEY_PREFIX": "rs-session", "OPTIONS": {"longest": 300}},
    }
    SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    SESSION_CACHE_ALIAS = "sessions"

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": dt.timedelta(minutes=60),
    "REFRESH_TOKEN_LIFETIME": dt.timedelta(hours=24),
    "ALGORITHM": "HS256",
}

# --- Sizes --------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# More than any form takes, so that the form itself says how many it takes.
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
# Files are served from where they are written, so the collected ones may be missing.
WHITENOISE_USE_FINDERS = True
warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
MEDIA_ROOT = BASE_DIR / ENV.text("MEDIA_ROOT", "media")
AWS_STORAGE_BUCKET_NAME = ENV.bucket("AWS_STORAGE_BUCKET_NAME")
AWS_S3_REGION_NAME = ENV.text("AWS_S3_REGION_NAME")
AWS_S3_ENDPOINT_URL = ENV.url("AWS_S3_ENDPOINT_URL", schemes=("https", "http"))
AWS_ACCESS_KEY_ID = ENV.text("AWS_ACCESS_KEY_ID")
AWS_SECRET_ACCESS_KEY = ENV.text("AWS_SECRET_ACCESS_KEY")
FOLDER: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
BUCKET: dict[str, Any] = {
    "BACKEND": "apps.photo_storage.bucket.PrivateBucket",
    "OPTIONS": {
        "bucket_name": AWS_STORAGE_BUCKET_NAME,
        "access_key": AWS_ACCESS_KEY_ID or None,
        "secret_key": AWS_SECRET_ACCESS_KEY or None,
        "region_name": AWS_S3_REGION_NAME or None,
        "endpoint_url": AWS_S3_ENDPOINT_URL or None,
        # Servers other than Amazon's rarely have a name of their own for each bucket.
        "addressing_style": "path" if AWS_S3_ENDPOINT_URL else "virtual",
        "default_acl": None,
        # Names are random: asking first whether one is taken is a call for nothing.
        "file_overwrite": True,
        "max_memory_size": 4 * 1024 * 1024,
    },
}
STORAGES: dict[str, dict[str, Any]] = {
    "default": BUCKET if AWS_STORAGE_BUCKET_NAME else FOLDER,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The head of the audit chain, kept outside the database it guards.
AUDIT_ANCHOR_FILE = BASE_DIR / ENV.text("AUDIT_ANCHOR_FILE", "var/audit-anchor.log")
# Who gets it by mail each night, best somebody outside; empty: nobody.
AUDIT_ANCHOR_MAIL_TO = ENV.email("AUDIT_ANCHOR_MAIL_TO")

# --- Messages -----------------------------------------------------------------------------------

MAIL = providers.mail_settings(ENV)
EMAIL_PROVIDER, EMAIL_BACKEND, ANYMAIL = MAIL.provider, MAIL.backend, MAIL.anymail
EMAIL_HOST = ENV.text("EMAIL_HOST")
EMAIL_PORT = ENV.number("EMAIL_PORT", default=587, lowest=1, highest=65535)
EMAIL_HOST_USER = ENV.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = ENV.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = ENV.flag("EMAIL_USE_TLS", default=True)
# For each answer of the server, and for a mail in all: its row is ours no longer than the lease.
EMAIL_TIMEOUT = min(20, OUTBOX_LEASE_SECONDS / 2)
EMAIL_LONGEST_SECONDS = min(60, OUTBOX_LEASE_SECONDS / 2)
EMAIL_FILE_PATH, SMS_FILE_PATH = BASE_DIR / "var" / "mail", BASE_DIR / "var" / "sms"
DEFAULT_FROM_EMAIL = ENV.text("DEFAULT_FROM_EMAIL", "RS Systems <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SMS_PROVIDER = providers.sms_provider(ENV)
SMS_WEBHOOK_URL = ENV.url("SMS_WEBHOOK_URL", schemes=("https", "http"))
TWILIO_API_URL = "https://api.twilio.com"
TWILIO_ACCOUNT_SID = ENV.text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = ENV.text("TWILIO_AUTH_TOKEN")
TWILIO_FROM = ENV.text("TWILIO_FROM")
# Messages in browsers, none by default; we post to these services alone.
VAPID_PRIVATE_KEY = providers.push_key(ENV)
VAPID_SUBJECT = f"mailto:{ADMIN_EMAIL}"
PUSH_SERVICES = ENV.words("PUSH_SERVICES", providers.USUAL_PUSH_SERVICES)
# So long a message waits for others to go with it; 0: each goes at once and alone.
MESSAGES_TOGETHER_SECONDS = providers.together_seconds(ENV)

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
# Stored instants are UTC; what people see is in the shop's zone (ShopSettings).
TIME_ZONE = "UTC"

# --- Log ----------------------------------------------------------------------------------------

# As the guide writes it, or an object a line with the id of its request.
LOG_FORMAT = ENV.choice("LOG_FORMAT", default="verbose", options=FORMATS)
LOGGING = log_settings(LOG_FORMAT)
