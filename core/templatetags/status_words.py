"""The words and the icon of the status of a repair, a job or a task (the one home of both)."""

from typing import Literal, NamedTuple

Reader = Literal["customer", "technician", "office"]


class StatusLook(NamedTuple):
    """How one status shows itself; the colours of ``slug`` are in ``static/css/_tokens.scss``."""

    words: str
    icon: str
    slug: str


LOOKS = {
    "REQUESTED": StatusLook("Requested", "inbox", "requested"),
    "PENDING": StatusLook("Waiting for approval", "hourglass", "pending"),
    "APPROVED": StatusLook("Approved", "check", "approved"),
    "IN_PROGRESS": StatusLook("In progress", "circle-half", "in-progress"),
    "COMPLETED": StatusLook("Completed", "check2-all", "completed"),
    "DENIED": StatusLook("Declined", "x", "denied"),
    # Of jobs and their tasks; their values are written small.
    "pending": StatusLook("Pending", "inbox", "requested"),
    "in_progress": StatusLook("In progress", "circle-half", "in-progress"),
    "completed": StatusLook("Completed", "check2-all", "completed"),
    "cancelled": StatusLook("Cancelled", "x", "denied"),
}
WORDS_BY_READER = {
    ("PENDING", "customer"): "Needs your approval",
    ("PENDING", "technician"): "Waiting for customer",
}
WORDS_BY_REASON = {
    "declined": "Declined",
    "cancelled": "Cancelled",
    "not_repairable": "Not repairable",
    "mistake": "Entered by mistake",
}


def status_look(status: str, *, reader: Reader = "office", reason_code: str = "") -> StatusLook:
    """What this reader sees of a status; DENIED says its reason.

    Raises:
        KeyError: No such status.
    """
    look = LOOKS[status]
    if status == "DENIED":
        return look._replace(words=WORDS_BY_REASON.get(reason_code, look.words))
    return look._replace(words=WORDS_BY_READER.get((status, reader), look.words))
