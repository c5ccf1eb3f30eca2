"""Telling that a repair came back, so that it is done again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from apps.customer_portal.member import member_of
from apps.customer_portal.views.repairs import find_repair, show_repair
from apps.queue_management import use_cases
from apps.repairs.came_back import CameBackForm
from core.pages import attempt, see_other, sent_once


@sent_once
def customer_repair_came_back(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Ask for the same repair again, free of charge."""
    user, form = member_of(request).user, CameBackForm(request.POST)
    find_repair(user, repair_id)
    if form.is_valid():
        again = attempt(
            form,
            lambda: use_cases.ask_again(actor=user, repair_id=repair_id, **form.cleaned_data),
        )
        if again is not None:
            messages.success(request, "We do it again, free of charge. You can add a photo here.")
            return see_other("customer_repair_detail", repair_id=again.pk)
    return show_repair(request, repair_id, came_back=form)
