"""One repair as the office sees it, and an edit."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.repairs import RepairEditForm
from apps.office_portal.views.repair_page import show_repair
from apps.queue_management import use_cases
from apps.repairs.queries import repair_list
from core.pages import (
    REFUSED,
    attempt,
    person,
    see_other,
    sent_once,
    version_from,
)


def office_repair_detail(request: HttpRequest, repair_id: int) -> HttpResponse:
    """One repair."""
    return show_repair(request, repair_id)


@sent_once
def office_repair_edit(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Correct the request while work has not begun, and the notes."""
    user = person(request)
    repair = get_object_or_404(repair_list(user), pk=repair_id)
    shown, has_begun = str(repair.unit_number), repair.started_at is not None or not repair.is_open
    version = repair.version
    posted = request.POST if request.method == "POST" else None
    form = RepairEditForm(posted, instance=repair, only_notes=has_begun)
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: use_cases.edit_repair(
                actor=user,
                repair_id=repair_id,
                version=version_from(request),
                values=form.values(),
            ),
        )
        if saved is not None:
            messages.success(request, f"The repair of unit {shown} is saved.")
            return see_other("office_repair_detail", repair_id=repair_id)
    context = {"form": form, "unit_number": shown, "repair_id": repair_id, "version": version}
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/repair_edit.html", context, status=status)
