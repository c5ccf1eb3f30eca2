"""A repair that came back: the same damage is asked for once more, free of charge."""

from apps.queue_management.use_cases.requests import RequestDetails, request_repair
from apps.repairs import services
from apps.repairs.models import Repair
from core.models import User


def ask_again(*, actor: User, repair_id: int, description: str) -> Repair:
    """Ask for a completed repair again: the same unit, place and position on the glass.

    Other damage of the unit that is being repaired is no reason to wait with this one.

    Raises:
        NotFound, Forbidden: As ``request_repair``.
        Conflict: ``do_not_service``.
        Invalid: ``redo_not_possible``: ``warranty_of`` says why.
    """
    first = services.find_visible(actor, repair_id)
    details = RequestDetails(
        unit_number=first.unit.number,
        damage_type=first.damage_type,
        description=description,
        site_id=first.site_id,
        damage_x=first.damage_x,
        damage_y=first.damage_y,
        redo_of_id=first.pk,
    )
    return request_repair(
        actor=actor, customer_id=first.customer_id, details=details, confirm_duplicate=True
    )
