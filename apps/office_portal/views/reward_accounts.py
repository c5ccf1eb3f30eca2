"""Accounts of points: found, looked into, corrected; what the shop owes by all of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.exports import liability_csv
from apps.office_portal.forms.rewards import AccountFilter, AdjustForm, CodeForm
from apps.office_portal.reward_figures import as_rows, owed
from apps.people.rules import customers_visible_to
from apps.queue_management import use_cases
from apps.rewards_referrals.models import Referral, Reward
from apps.rewards_referrals.queries import entries_of, redemptions_of, standing_of
from apps.rewards_referrals.rules import may_adjust
from apps.rewards_referrals.wording import entry_lines, redemption_lines
from core.models import Customer, User
from core.pages import REFUSED, attempt, list_page, person, see_other, sent_once
from core.paging import binding_of

MOST_REDEEMED = 5


def office_reward_accounts(request: HttpRequest) -> HttpResponse:
    """Accounts, the fullest first."""
    form = AccountFilter(request.GET)
    rows = form.narrow(Reward.objects.visible_to(person(request)).select_related("customer"))
    page = list_page(
        request, rows, ordering=("-points", "-id"), binding=binding_of(form.cleaned_data)
    )
    return render(request, "office_portal/reward_accounts.html", {"form": form, "page": page})


@sent_once
def office_reward_account(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One account and its ledger; a POST corrects it, or enters by whose code they came."""
    user = person(request)
    customer = get_object_or_404(customers_visible_to(user), pk=customer_id)
    standing = standing_of(customer_id)
    sent = {request.POST.get("part"): request.POST} if request.method == "POST" else {}
    adjusting = AdjustForm(sent.get("adjust"), limit=standing.terms.adjustment_limit)
    entering = CodeForm(sent.get("code"))
    told = _adjust(user, customer, adjusting) or _enter(user, customer, entering)
    if told:
        messages.success(request, told)
        return see_other("office_reward_account", customer_id=customer_id)
    page = list_page(request, entries_of(user, customer_id), ordering=("-id",))
    context = {
        "customer": customer,
        "standing": standing,
        "adjusting": adjusting,
        "entering": entering,
        "may_adjust": may_adjust(user),
        "page": page,
        "entries": entry_lines(page.rows),
        "lines": redemption_lines(redemptions_of(user, customer_id)[:MOST_REDEEMED]),
        "referral": _referral_of(customer),
    }
    status = REFUSED if sent else 200
    return render(request, "office_portal/reward_account.html", context, status=status)


def _referral_of(customer: Customer) -> Referral | None:
    rows = Referral.objects.filter(referred=customer)
    return rows.select_related("referrer", "code__owner").first()


def _adjust(user: User, customer: Customer, form: AdjustForm) -> str:
    """Correct the balance; what to tell of it, nothing when it is not asked or refused."""
    if not (form.is_bound and form.is_valid()):
        return ""
    values: dict[str, Any] = form.cleaned_data
    entry = attempt(
        form, lambda: use_cases.adjust_points(actor=user, customer_id=customer.pk, **values)
    )
    return f"Corrected: the balance is {entry.balance_after:,} points." if entry else ""


def _enter(user: User, customer: Customer, form: CodeForm) -> str:
    """Enter the code; as ``_adjust``."""
    if not (form.is_bound and form.is_valid()):
        return ""
    code = form.cleaned_data["referral_code"]
    referral = attempt(
        form,
        lambda: use_cases.enter_referral_code(actor=user, customer_id=customer.pk, code=code),
    )
    return f"Entered: {referral.referrer} brought them." if referral else ""


def office_reward_liability(request: HttpRequest) -> HttpResponse:
    """What the shop owes in points."""
    return render(request, "office_portal/reward_liability.html", {"figures": owed()})


def office_reward_liability_csv(_request: HttpRequest) -> StreamingHttpResponse:
    """The same as a file."""
    return liability_csv(as_rows(owed()))
