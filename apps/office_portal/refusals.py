"""Why rows of something done at once were refused, beside each of them."""

from dataclasses import dataclass

from apps.repairs.models import Repair
from apps.repairs.queries import repair_list
from core.errors import DomainError
from core.models import User


@dataclass(frozen=True)
class Refused:
    """A refusal of several rows.

    Attributes:
        detail: What happened, in one sentence.
        rows: Each repair with its own reason.
    """

    detail: str
    rows: tuple[tuple[Repair, str], ...] = ()


def refused_rows(user: User, refusal: DomainError) -> Refused:
    """The refusal of a use case that works on many repairs, with what a list shows of each."""
    told = {int(pk): text for pk, text in refusal.extra.get("rows", {}).items()}
    repairs = repair_list(user).filter(pk__in=told).order_by("pk")
    return Refused(refusal.detail, tuple((repair, told[repair.pk]) for repair in repairs))
