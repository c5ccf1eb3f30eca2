"""Repairs that were asked for or found together, decided by the office for the customer."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.repairs import BatchApproveForm, BatchEndForm
from apps.office_portal.page_data import batch_page
from apps.portal_pages.rows import Ticked
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.queue_management.use_cases.batches import find_batch
from core.errors import NotFound
from core.pages import REFUSED, attempt, person, see_other, sent_once


def office_batch_detail(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The rows of a batch."""
    return _show(request, batch_id)


@sent_once
def office_batch_approve(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Approve for the customer what waits."""
    form = BatchApproveForm(request.POST)
    return _decide(
        request,
        batch_id,
        form,
        lambda: use_cases.approve_batch(
            reason=Reason(text=form.cleaned_data["reason"]), **_shown(request, batch_id)
        ),
        success="Approved. The technician is told.",
    )


@sent_once
def office_batch_deny(request: HttpRequest, batch_id: int) -> HttpResponse:
    """End what waits without repair."""
    form = BatchEndForm(request.POST)
    return _decide(
        request,
        batch_id,
        form,
        lambda: use_cases.deny_batch(
            reason=Reason(code=form.cleaned_data["reason_code"], text=form.cleaned_data["reason"]),
            **_shown(request, batch_id),
        ),
        success="Ended. The technician is told.",
    )


def _shown(request: HttpRequest, batch_id: int) -> dict[str, Any]:
    """Whom and what a decision is about: the rows that the page showed, or all that wait."""
    ticked = Ticked.of(request.POST, "repair")
    return {
        "actor": person(request),
        "batch_id": batch_id,
        "repair_ids": ticked.ids or None,
        "versions": ticked.versions,
    }


def _decide(
    request: HttpRequest,
    batch_id: int,
    form: forms.Form,
    action: Callable[[], object],
    *,
    success: str,
) -> HttpResponse:
    if not form.is_valid() or attempt(form, action) is None:
        return _show(request, batch_id, refused=form)
    messages.success(request, success)
    return see_other("office_batch_detail", batch_id=batch_id)


def _show(
    request: HttpRequest, batch_id: int, *, refused: forms.Form | None = None
) -> HttpResponse:
    user = person(request)
    try:
        batch = find_batch(user, batch_id)
    except NotFound as error:
        raise Http404 from error
    approve = refused if isinstance(refused, BatchApproveForm) else BatchApproveForm()
    end = refused if isinstance(refused, BatchEndForm) else BatchEndForm()
    context = batch_page(user, batch) | {"approve": approve, "end": end, "refused": refused}
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/batch_detail.html", context, status=status)
