"""Leaving alone what does not answer, so that nobody waits for it twice."""

import logging
import threading
import time

logger = logging.getLogger(__name__)


class Circuit:
    """Whether one server is left alone, for all threads of the process.

    Args:
        name: What the log calls it.
        seconds: How long it is left alone after a fault.
    """

    def __init__(self, name: str, *, seconds: float) -> None:
        self._name, self._seconds = name, seconds
        self._closed_at = 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether nobody is to ask."""
        return time.monotonic() < self._closed_at

    def trip(self, error: Exception) -> None:
        """Leave it alone for a while."""
        with self._lock:
            if not self.is_open:
                logger.warning("%s is left alone for a while: %r", self._name, error)
            self._closed_at = time.monotonic() + self._seconds

    def close(self) -> None:
        """Ask again at once."""
        self._closed_at = 0.0
