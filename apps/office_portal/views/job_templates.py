"""Checklists: their list, one of them to change, its tasks in another order."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.jobs import services
from apps.jobs.models import JobTemplate, JobTemplateItem
from apps.jobs.queries import with_items
from apps.jobs.services import TaskDetails
from apps.office_portal.forms.job_templates import (
    ItemFormSet,
    TemplateForm,
    known_fields,
)
from apps.office_portal.forms.jobs import equipment_choices
from core.errors import DomainError
from core.models import User
from core.pages import (
    REFUSED,
    list_page,
    person,
    press,
    see_other,
    sent_once,
    tell_in_form,
    version_from,
    whole_number,
)

PREFIX = "items"


def office_job_templates(request: HttpRequest) -> HttpResponse:
    """All checklists, retired ones too."""
    rows = with_items(JobTemplate.objects.visible_to(person(request)))
    page = list_page(request, rows, ordering=("name", "id"))
    return render(request, "office_portal/job_templates.html", {"page": page})


@sent_once
def office_job_template_new(request: HttpRequest) -> HttpResponse:
    """Enter a checklist."""
    return _form_page(request, None)


@sent_once
def office_job_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """One checklist, to be changed as a whole."""
    return _form_page(request, _find(person(request), template_id))


@sent_once
def office_job_template_active(request: HttpRequest, template_id: int) -> HttpResponse:
    """Retire a checklist, or take it into use again."""
    template = _find(person(request), template_id)
    is_active = request.POST.get("is_active") == "1"
    return press(
        request,
        lambda: services.edit_template(
            actor=person(request),
            template_id=template.pk,
            version=version_from(request),
            values={"is_active": is_active},
        ),
        success=f"“{template}” is {'in use' if is_active else 'retired'}.",
        back="office_job_template",
        template_id=template.pk,
    )


@sent_once
def office_job_template_order(request: HttpRequest, template_id: int) -> HttpResponse:
    """Move a task of a checklist one place up or down."""
    template = _find(person(request), template_id)
    ids = [item.pk for item in template.items.all()]
    moved = moved_by_one(
        ids, whole_number(request.POST.get("item", "")), is_up=request.POST.get("way") == "up"
    )
    return press(
        request,
        lambda: services.reorder_items(
            actor=person(request),
            template_id=template.pk,
            item_ids=moved,
            version=version_from(request),
        ),
        success="The order is changed.",
        back="office_job_template",
        template_id=template.pk,
    )


def moved_by_one(ids: Sequence[int], pk: int | None, *, is_up: bool) -> list[int]:
    """The ids with one of them a place further up or down, as far as there is one."""
    found = list(ids)
    if pk in found:
        place = found.index(pk)
        other = max(place - 1, 0) if is_up else min(place + 1, len(found) - 1)
        found[place], found[other] = found[other], found[place]
    return found


def _find(user: User, template_id: int) -> JobTemplate:
    rows = with_items(JobTemplate.objects.visible_to(user))
    return get_object_or_404(rows, pk=template_id)


def _form_page(request: HttpRequest, template: JobTemplate | None) -> HttpResponse:
    items = list(template.items.all()) if template else []
    kept = {each for item in items for each in item.equipment.all()}
    options = {"equipment": equipment_choices(sorted(kept, key=str))}
    if request.method == "POST":
        form = TemplateForm(request.POST)
        rows = ItemFormSet(_none_initial(request), prefix=PREFIX, form_kwargs=options)
        if all([form.is_valid(), rows.is_valid()]):
            saved = _save(request, template, form, rows)
            if saved is not None:
                messages.success(request, f"Saved: “{saved}”.")
                return see_other("office_job_template", template_id=saved.pk)
    else:
        form = TemplateForm(initial=known_fields(template or JobTemplate()))
        known = [_known(item) for item in items] or [{}]
        rows = ItemFormSet(initial=known, prefix=PREFIX, form_kwargs=options)
    context = {"template": template, "items": items, "form": form, "rows": rows}
    status = REFUSED if form.is_bound else 200
    return render(request, "office_portal/job_template.html", context, status=status)


def _known(item: JobTemplateItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "description": item.description,
        "equipment": [each.pk for each in item.equipment.all()],
    }


def _none_initial(request: HttpRequest) -> Any:
    """The posted rows, none of them an initial one: a row left empty is passed over."""
    data = request.POST.copy()
    data[f"{PREFIX}-INITIAL_FORMS"] = "0"
    return data


def _save(
    request: HttpRequest, template: JobTemplate | None, form: TemplateForm, rows: Any
) -> JobTemplate | None:
    """Enter or change it; a refusal is told beside what it is about."""
    filled = [each for each in rows.forms if each.cleaned_data]
    items = [each.details() for each in filled]
    try:
        return _stored(request, template, form.cleaned_data, items)
    except DomainError as refusal:
        told = {
            name: texts
            for name, texts in refusal.errors.items()
            if not name.startswith(f"{PREFIX}.")
        }
        for name in refusal.errors.keys() - told.keys():
            _, place, field = name.split(".")
            filled[int(place)].add_error(field, list(refusal.errors[name]))
        if told or not refusal.errors:
            tell_in_form(form, type(refusal)(refusal.detail, code=refusal.code, errors=told))
        return None


def _stored(
    request: HttpRequest,
    template: JobTemplate | None,
    values: dict[str, Any],
    items: list[TaskDetails],
) -> JobTemplate:
    actor = person(request)
    if template is None:
        return services.create_template(actor=actor, values=values, items=items)
    return services.edit_template(
        actor=actor,
        template_id=template.pk,
        version=version_from(request),
        values=values,
        items=items,
    )
