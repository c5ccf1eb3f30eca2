"""Telling that a repair came back, so that it is done again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from apps.customer_portal.came_back import CameBackForm
from apps.customer_portal.member import member_of
from apps.customer_portal.views.repairs import find_repair, show_repair
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.models import Repair
from core.models import User
from core.pages import attempt, see_other, sent_once


@sent_once
def customer_repair_came_back(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Ask for the same repair again, free of charge."""
    user, form = member_of(request).user, CameBackForm(request.POST)
    first = find_repair(user, repair_id)
    if form.is_valid():
        words = form.cleaned_data["description"]
        again = attempt(form, lambda: _ask_again(user, first, words))
        if again is not None:
            messages.success(request, "We do it again, free of charge. You can add a photo here.")
            return see_other("customer_repair_detail", repair_id=again.pk)
    return show_repair(request, repair_id, came_back=form)


def _ask_again(user: User, first: Repair, words: str) -> Repair:
    details = RequestDetails(
        unit_number=first.unit.number,
        damage_type=first.damage_type,
        description=words,
        site_id=first.site_id,
        damage_x=first.damage_x,
        damage_y=first.damage_y,
        redo_of_id=first.pk,
    )
    # Other damage of the unit that is being repaired is no reason to wait with this one.
    return use_cases.request_repair(
        actor=user, customer_id=first.customer_id, details=details, confirm_duplicate=True
    )
