"""The page of one repair, with the forms that stand on it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.repairs import (
    AssignForm,
    MoveForm,
    PhotoForm,
    PriceForm,
    VoidForm,
)
from apps.office_portal.page_data import repair_page
from apps.repairs.came_back import CameBackForm, came_back_page
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list
from core.pages import REFUSED, person
from core.rules import is_admin

EXPLAINED_MOVES = (QueueStatus.APPROVED, QueueStatus.PENDING, QueueStatus.DENIED)


def show_repair(
    request: HttpRequest, repair_id: int, *, refused: forms.Form | None = None
) -> HttpResponse:
    """Answer with the page; a refused form stands on it as it was sent."""
    user = person(request)
    repairs = repair_list(user).select_related("unit", "redo_of")
    repair = get_object_or_404(repairs, pk=repair_id)
    came_back = refused if isinstance(refused, CameBackForm) else None
    context = repair_page(user, repair) | _forms(repair, refused) | {"refused": refused}
    context |= came_back_page(user, repair, came_back, photo_follows=is_admin(user))
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/repair_detail.html", context, status=status)


def _forms(repair: Repair, refused: forms.Form | None) -> dict[str, Any]:
    given = {"technician": repair.technician_id, "pin": repair.is_pinned}
    priced = {"amount": repair.cost_override, "override_reason": repair.override_reason}
    fresh: dict[str, forms.Form] = {
        "assign_form": AssignForm(initial=given),
        "void_form": VoidForm(),
        "price_form": PriceForm(initial=priced),
        "photo_form": PhotoForm(),
    }
    bound = {name: refused for name, form in fresh.items() if type(form) is type(refused)}
    moves = {status.value: MoveForm(status=status) for status in EXPLAINED_MOVES}
    if isinstance(refused, MoveForm):
        moves[refused["status"].value()] = refused
    # Only marked so: which move has to be explained, the use case knows.
    moves[QueueStatus.APPROVED].fields["reason"].required = True
    moves[QueueStatus.DENIED].fields["reason_code"].required = True
    return fresh | bound | {"move_forms": moves}
