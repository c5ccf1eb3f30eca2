"""What is known of the request that the running code works for."""

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
