"""Who came by whose code, with what looks odd about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.rewards import ReferralFilter, WhyForm
from apps.queue_management import use_cases
from apps.rewards_referrals.enums import ReferralStatus
from apps.rewards_referrals.queries import referrals_of
from apps.rewards_referrals.review import oddities
from core.pages import REFUSED, attempt, list_page, person, see_other, sent_once
from core.paging import binding_of


def office_referrals(request: HttpRequest) -> HttpResponse:
    """Referrals, the newest first."""
    return _show(request)


@sent_once
def office_referral_refuse(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Let one that waits not count."""
    user, form = person(request), WhyForm(request.POST)
    get_object_or_404(referrals_of(user), pk=referral_id)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        refused = attempt(
            form,
            lambda: use_cases.refuse_referral(actor=user, referral_id=referral_id, reason=reason),
        )
        if refused is not None:
            messages.success(request, f"{refused.referred} does not count as brought.")
            return see_other("office_referrals")
    return _show(request, refusing=(referral_id, form))


def _show(request: HttpRequest, *, refusing: tuple[int, WhyForm] | None = None) -> HttpResponse:
    search = ReferralFilter(request.GET)
    rows = search.narrow(referrals_of(person(request)))
    page = list_page(request, rows, ordering=("-id",), binding=binding_of(search.cleaned_data))
    odd = oddities(page.rows)
    lines = [
        {
            "referral": each,
            "odd": odd.get(each.pk, []),
            "is_waiting": each.status == ReferralStatus.PENDING,
            "form": _form_of(each.pk, refusing),
        }
        for each in page.rows
    ]
    context = {
        "form": search,
        "page": page,
        "lines": lines,
        "refused": refusing and refusing[1],
    }
    status = REFUSED if refusing else 200
    return render(request, "office_portal/referrals.html", context, status=status)


def _form_of(pk: int, refusing: tuple[int, WhyForm] | None) -> WhyForm:
    """Each row has a form of its own; the refused one keeps what was written."""
    if refusing is not None and refusing[0] == pk:
        refusing[1].auto_id = f"why_{pk}_%s"
        return refusing[1]
    return WhyForm(auto_id=f"why_{pk}_%s")
