"""Everything that waits for the customer's word, decided in one go."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.member import member_of
from apps.customer_portal.waiting import ticked_rows, waiting_of
from apps.portal_pages.rows import versions_from
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs.forms import ReasonForm
from apps.repairs.models import Repair
from core.errors import DomainError, NotFound
from core.models import CustomerUser
from core.money import ZERO
from core.pages import person, see_other, sent_once
from core.templatetags.ui import money


def customer_waiting(request: HttpRequest) -> HttpResponse:
    """Every repair that waits, to be ticked and decided together."""
    return _show(request)


@sent_once
def customer_waiting_approve(request: HttpRequest) -> HttpResponse:
    """Approve the repairs named, at most at the sum that was shown."""
    user, (ids, at_most) = person(request), ticked_rows(request)
    versions = versions_from(request)
    return _decide(
        request,
        lambda: use_cases.approve_repairs(
            actor=user, repair_ids=ids, at_most=at_most, versions=versions
        ),
        tell=_approved,
    )


@sent_once
def customer_waiting_deny(request: HttpRequest) -> HttpResponse:
    """Decline the repairs named, for one reason."""
    user, (ids, _), form = person(request), ticked_rows(request), ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, ending=form, ticked=ids)
    reason = Reason(code=form.cleaned_data["reason_code"], text=form.cleaned_data["reason"])
    versions = versions_from(request)
    return _decide(
        request,
        lambda: use_cases.deny_repairs(
            actor=user, repair_ids=ids, reason=reason, versions=versions
        ),
        tell=lambda denied: f"Declined: {_number(denied)}. The technicians are told.",
    )


def _decide(
    request: HttpRequest,
    action: Callable[[], list[Repair]],
    *,
    tell: Callable[[list[Repair]], str],
) -> HttpResponse:
    """Do it and go home; what is refused is told row by row."""
    try:
        decided = action()
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return _show(request, refused=refusal.extra.get("rows", {}))
    messages.success(request, tell(decided))
    return see_other("customer_dashboard")


def _approved(repairs: Sequence[Repair]) -> str:
    total = sum((repair.approved_amount or ZERO for repair in repairs), ZERO)
    return f"Approved: {_number(repairs)}, at most {money(total)}. The technicians are told."


def _number(repairs: Sequence[Repair]) -> str:
    return "1 repair" if len(repairs) == 1 else f"{len(repairs)} repairs"


def _show(
    request: HttpRequest,
    *,
    ending: ReasonForm | None = None,
    ticked: Sequence[int] | None = None,
    refused: Mapping[str, str] | None = None,
) -> HttpResponse:
    member = member_of(request)
    waiting = waiting_of(member)
    rows = [
        {"row": row, "is_ticked": ticked is None or row.repair.pk in ticked} for row in waiting.rows
    ]
    context = {
        "rows": rows,
        "gone": _gone(member, refused or {}),
        "has_more": waiting.has_more,
        "amount": waiting.amount,
        "may_approve": member.has_right("can_approve"),
        "ending": ending or ReasonForm(),
        "is_ending": ending is not None,
    }
    return render(request, "customer_portal/waiting.html", context)


def _gone(member: CustomerUser, refused: Mapping[str, str]) -> list[dict[str, object]]:
    """The repairs that were refused, each with why: they no longer wait."""
    if not refused:
        return []
    repairs = Repair.objects.visible_to(member.user).filter(pk__in=map(int, refused))
    return [{"repair": repair, "refusal": refused[str(repair.pk)]} for repair in repairs]
