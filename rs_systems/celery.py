"""The Celery application: `celery -A rs_systems worker`, `celery -A rs_systems beat`.

The web neither imports nor needs it: what must happen later is a row of the outbox, and only the
relay and the schedule's clock send messages.
"""

import os

from celery import Celery
from kombu.entity import Exchange, Queue

from rs_systems.environment import settings_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())

EXCHANGE = Exchange("outbox", type="direct", durable=True)
# What may take long has a queue of its own, so that a worker can be kept free of it (-Q outbox).
SHORT = Queue("outbox", EXCHANGE, routing_key="outbox", durable=True)
LONG = Queue("outbox.long", EXCHANGE, routing_key="outbox.long", durable=True)

app = Celery("rs_systems")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    imports=("rs_systems.tasks",),
    task_queues=(SHORT, LONG),
    task_default_exchange=EXCHANGE.name,
    task_default_routing_key=SHORT.routing_key,
    task_routes={"outbox.run_long": {"queue": LONG.name, "routing_key": LONG.routing_key}},
    beat_scheduler="rs_systems.beat:Clock",
    # One entry: what is to be done when is asked of the register, which knows what was done.
    beat_schedule={
        "schedule.tick": {
            "task": "schedule.tick",
            "schedule": 60.0,
            # A tick that nobody took within the minute is followed by the next. Without a
            # time-out, the confirmation of a broker that hangs is waited for for ever.
            "options": {"expires": 55, "confirm_timeout": 5, "retry": False},
        }
    },
)
