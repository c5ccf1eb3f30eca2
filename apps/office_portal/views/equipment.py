"""Equipment: found, entered, changed, retired, deleted; what needs it, and where two need it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from apps.jobs import services
from apps.jobs.models import Equipment, JobTask
from apps.jobs.queries import clashes_on
from apps.office_portal.exports import BY_NAME, equipment_csv
from apps.office_portal.forms.equipment import DayForm, EquipmentFilter, EquipmentForm
from apps.office_portal.trail import history_beside
from core.pages import (
    REFUSED,
    attempt,
    button_form,
    list_page,
    person,
    press,
    see_other,
    sent_once,
    version_from,
)
from core.paging import binding_of
from core.shop import today_here


@sent_once
def office_equipment(request: HttpRequest) -> HttpResponse:
    """All items by name; a POST enters one."""
    form = EquipmentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actor, values = person(request), form.cleaned_data
        item = attempt(form, lambda: services.create_equipment(actor=actor, values=values))
        if item is not None:
            messages.success(request, f"{item} is entered.")
            return see_other("office_equipment_item", equipment_id=item.pk)
    search = EquipmentFilter(request.GET)
    rows = search.narrow(Equipment.objects.visible_to(person(request)))
    page = list_page(request, rows, ordering=BY_NAME, binding=binding_of(search.cleaned_data))
    context = {"form": search, "page": page, "new_form": form}
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/equipment.html", context, status=status)


def office_equipment_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    rows = EquipmentFilter(request.GET).narrow(Equipment.objects.visible_to(person(request)))
    return equipment_csv(rows)


@sent_once
def office_equipment_item(request: HttpRequest, equipment_id: int) -> HttpResponse:
    """One item and the tasks that need it; a POST changes it."""
    if request.method != "POST":
        return _show(request, equipment_id)
    user, form = person(request), EquipmentForm(request.POST)
    if not form.is_valid():
        return _show(request, equipment_id, refused=form)
    values, version = form.cleaned_data, version_from(request)
    saved = attempt(
        form,
        lambda: services.edit_equipment(
            actor=user, equipment_id=equipment_id, version=version, values=values
        ),
    )
    if saved is None:
        return _show(request, equipment_id, refused=form)
    messages.success(request, f"{saved} is saved.")
    return see_other("office_equipment_item", equipment_id=equipment_id)


@sent_once
def office_equipment_active(request: HttpRequest, equipment_id: int) -> HttpResponse:
    """Retire it, or take it into use again."""
    user, is_active = person(request), request.POST.get("active") == "yes"
    return press(
        request,
        lambda: services.edit_equipment(
            actor=user,
            equipment_id=equipment_id,
            version=version_from(request),
            values={"is_active": is_active},
        ),
        success="In use again." if is_active else "Retired: tasks that have it keep it.",
        back="office_equipment_item",
        equipment_id=equipment_id,
    )


@sent_once
def office_equipment_delete(request: HttpRequest, equipment_id: int) -> HttpResponse:
    """Delete it while no task needs it."""
    user, form = person(request), button_form(request)

    def delete() -> bool:
        services.delete_equipment(
            actor=user, equipment_id=equipment_id, version=version_from(request)
        )
        return True

    if attempt(form, delete) is None:
        return _show(request, equipment_id, refused=form)
    messages.success(request, "Deleted; its history stays.")
    return see_other("office_equipment")


def office_clashes(request: HttpRequest) -> HttpResponse:
    """Items that tasks of two technicians need on one day."""
    form = DayForm(request.GET)
    day = form.day(today_here())
    context = {"form": form, "day": day, "clashes": clashes_on(day, person(request))}
    return render(request, "office_portal/clashes.html", context)


def _show(
    request: HttpRequest, equipment_id: int, *, refused: forms.Form | None = None
) -> HttpResponse:
    user = person(request)
    item = get_object_or_404(Equipment.objects.visible_to(user), pk=equipment_id)
    known = {name: getattr(item, name) for name in EquipmentForm.base_fields}
    tasks = JobTask.objects.visible_to(user).filter(equipment=item)
    rows = tasks.select_related("job__customer", "job__assigned_to")
    context: dict[str, Any] = {
        "item": item,
        "item_form": refused
        if isinstance(refused, EquipmentForm)
        else EquipmentForm(initial=known),
        "page": list_page(request, rows, ordering=("-id",)),
        "history": history_beside(item),
        "refused": refused,
    }
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/equipment_item.html", context, status=status)
