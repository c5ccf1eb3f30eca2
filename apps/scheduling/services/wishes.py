"""A customer wishes another time; the office decides."""

import datetime as dt

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.people.editing import CORRECT, apply, found
from apps.scheduling import notices
from apps.scheduling.models import Appointment
from apps.scheduling.rules import may_wish
from apps.scheduling.services.steps import (
    FARTHEST,
    check_open,
    check_version,
    locked_visits,
    save_visit,
)
from core.clock import now
from core.errors import Forbidden, Invalid
from core.models import User
from core.shop import shop_today


@use_case
def wish_visit(
    *,
    actor: User,
    visit_id: int,
    day: dt.date,
    window: str = "",
    note: str = "",
    version: int | None = None,
) -> Appointment:
    """Wish another day; the visit stays as it is, and the office is told.

    A later wish takes the place of an earlier one; moving the visit answers it.

    Raises:
        NotFound, PreconditionFailed.
        Forbidden: Only the customer's people who may ask for repairs.
        Invalid: The day has passed or is too far, or a text is no good.
        Conflict: ``visit_closed``.
    """
    found(Appointment.objects.visible_to(actor), visit_id)
    (visit,) = locked_visits(Appointment.objects.filter(pk=visit_id))
    if not may_wish(actor, visit):
        raise Forbidden("Only the customer's people who may ask for repairs wish another time.")
    check_version(visit, version)
    check_open(visit)
    if not shop_today() <= day <= shop_today() + FARTHEST:
        raise Invalid(CORRECT, errors={"date": ["Choose a day from today on, within two years."]})
    before = snapshot(visit)
    apply(visit, {"wish_date": day, "wish_window": window, "wish_note": note})
    if snapshot(visit) != before:
        visit.wished_by, visit.wished_at = actor, now()
    if save_visit(actor, visit, before, "appointment.wished"):
        notices.tell_wished(visit, actor)
    return visit
