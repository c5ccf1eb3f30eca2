"""What a fault of the database means to whoever asked, at every door."""

from django.db import InterfaceError, OperationalError

from core.errors import Unavailable

# Whether it was done is not said: a server that dies at a commit takes the answer with it.
DETAIL = (
    "The database is busy or away for a moment. Try again: "
    "with the same Idempotency-Key nothing is done twice."
)


def away(error: BaseException | None) -> Unavailable | None:
    """Ask again in a moment, the database is away or too busy; ``None`` for any other fault."""
    if isinstance(error, OperationalError | InterfaceError):
        return Unavailable(DETAIL, extra={"retry_after": 1})
    return None
