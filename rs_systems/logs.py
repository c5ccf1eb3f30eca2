"""How the log looks: as the guide writes it, or as lines of JSON for machines that collect it."""

import datetime as dt
import json
import logging
from typing import Any

import orjson

from core.request_context import request_id

FORMATS = ("verbose", "json")


def log_settings(style: str) -> dict[str, Any]:
    """Django's LOGGING with everything on the console, in one of ``FORMATS``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "verbose": {
                "format": "{levelname} {asctime} {module} {process:d} {thread:d} {message}",
                "style": "{",
            },
            "json": {"()": JsonFormatter},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": style}},
        "root": {"handlers": ["console"], "level": "INFO"},
        # At INFO it greets at every start and tells of every sign-in.
        "loggers": {"axes": {"level": "WARNING"}},
    }


class JsonFormatter(logging.Formatter):
    """One object a line, with the id of the request that the line is about."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get() or None,
            "process": record.process,
            "thread": record.threadName,
            "fault": self.formatException(record.exc_info) if record.exc_info else None,
        }
        kept = {name: value for name, value in told.items() if value is not None}
        try:
            return orjson.dumps(kept).decode()
        except TypeError:  # a lone surrogate that somebody typed must not cost us the line
            return json.dumps(kept)
