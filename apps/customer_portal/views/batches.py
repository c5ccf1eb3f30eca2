"""Repairs that were asked for or found together."""

from collections.abc import Callable
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.customer_portal.member import member_of
from apps.customer_portal.waiting import ticked_ids
from apps.portal_pages.rows import versions_from
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.queue_management.use_cases.batches import find_batch
from apps.repairs.enums import QueueStatus
from apps.repairs.forms import ReasonForm
from apps.repairs.gallery import batch_gallery
from apps.repairs.models import Repair, RepairBatch
from apps.repairs.queries import repair_list
from apps.repairs.quotes import quotes_of
from core.errors import NotFound
from core.models import CustomerUser, User
from core.pages import person, press, sent_once


def customer_batch_detail(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The rows with their prices; what waits can be decided together or one by one."""
    return _show(request, batch_id)


@sent_once
def customer_batch_approve(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Approve everything that waits, or the rows ticked."""
    user, rows, versions = person(request), _rows(request), versions_from(request)
    return _decide(
        request,
        batch_id,
        lambda: use_cases.approve_batch(
            actor=user, batch_id=batch_id, repair_ids=rows, versions=versions
        ),
        success="Approved. The technician is told.",
    )


@sent_once
def customer_batch_deny(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Decline everything that waits, or the rows ticked, with a reason."""
    user, rows, form = person(request), _rows(request), ReasonForm(request.POST)
    versions = versions_from(request)
    if not form.is_valid():
        return _show(request, batch_id, ending=form)
    reason = Reason(code=form.cleaned_data["reason_code"], text=form.cleaned_data["reason"])
    return _decide(
        request,
        batch_id,
        lambda: use_cases.deny_batch(
            actor=user, batch_id=batch_id, repair_ids=rows, reason=reason, versions=versions
        ),
        success="Declined. The technician is told.",
    )


def _decide(
    request: HttpRequest, batch_id: int, action: Callable[[], RepairBatch], *, success: str
) -> HttpResponse:
    return press(request, action, success=success, back="customer_batch_detail", batch_id=batch_id)


def _rows(request: HttpRequest) -> list[int] | None:
    """The ids ticked; ``None`` for all that wait.

    Raises:
        Http404: One is no id; left out, the rest or even everything would be decided instead.
    """
    return ticked_ids(request.POST.getlist("repair")) or None


def _find(user: User, batch_id: int) -> RepairBatch:
    try:
        return find_batch(user, batch_id)
    except NotFound as error:
        raise Http404 from error


def _show(request: HttpRequest, batch_id: int, *, ending: ReasonForm | None = None) -> HttpResponse:
    member = member_of(request)
    batch = _find(member.user, batch_id)
    rows = repair_list(member.user).filter(repair_batch=batch).order_by("break_number")
    repairs = list(rows.select_related("unit__repair_count"))
    context = _batch_page(member, batch, repairs)
    context |= {"ending": ending or ReasonForm(), "is_ending": ending is not None}
    context["photos"] = batch_gallery(
        member.user,
        repairs,
        url_name="customer_photo",
        archive_url=reverse("customer_batch_photos", args=[batch_id]),
    )
    return render(request, "customer_portal/batch_detail.html", context)


def _batch_page(
    member: CustomerUser, batch: RepairBatch, repairs: list[Repair]
) -> dict[str, object]:
    quotes = quotes_of(member.customer, [row for row in repairs if row.priced_at is None])
    rows = [
        {
            "repair": row,
            "amount": _amount(
                row, quotes[row.pk].amount if row.pk in quotes else row.discounted_cost
            ),
        }
        for row in repairs
    ]
    waiting = [row for row in repairs if row.queue_status == QueueStatus.PENDING]
    return {
        "batch": batch,
        "rows": rows,
        "waiting": waiting,
        "at_most": sum((quotes[row.pk].amount for row in waiting), Decimal("0.00")),
        "may_approve": member.has_right("can_approve"),
    }


def _amount(repair: Repair, amount: Decimal) -> Decimal | None:
    return None if repair.queue_status == QueueStatus.DENIED else amount
