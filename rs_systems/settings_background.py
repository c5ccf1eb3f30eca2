"""Settings of the work in the background, the outbox and Celery; part of `rs_systems.settings`."""

from typing import Any

from rs_systems.environment import read_environment

_ENV = read_environment()

# How long whoever claimed a row of the outbox has it to themselves. A worker's time ends before.
OUTBOX_LEASE_SECONDS = _ENV.number("OUTBOX_LEASE_SECONDS", default=120, lowest=4, highest=3600)
# Without a broker, `manage.py serve` and `relay_outbox` do the work themselves.
CELERY_BROKER_URL = _ENV.url("CELERY_BROKER_URL", schemes=("amqp", "amqps"))
# The outbox keeps what became of the work; a backend is for who wants Celery's own view of it.
CELERY_RESULT_BACKEND = _ENV.url("CELERY_RESULT_BACKEND", schemes=("redis", "rediss")) or None
CELERY_TASK_IGNORE_RESULT = CELERY_RESULT_BACKEND is None
CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "outbox"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = _ENV.number(
    "CELERY_WORKER_CONCURRENCY", default=2, lowest=1, highest=64
)
# A connection to the database for a hundred tasks; whether it still stands is asked for each.
CELERY_DB_REUSE_MAX = 100
CELERY_TASK_TIME_LIMIT = OUTBOX_LEASE_SECONDS * 5 // 6
CELERY_TASK_SOFT_TIME_LIMIT = OUTBOX_LEASE_SECONDS * 3 // 4
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 5
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "confirm_publish": True,
    "write_timeout": 5,
}
