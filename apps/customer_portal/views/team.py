"""A customer's people and their rights."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.customer_portal.forms import RIGHT_WORDS, InvitationForm, RightsForm
from apps.customer_portal.member import member_of
from apps.people.queries import team_of, waiting
from apps.people.rules import (
    invitations_visible_to,
    join_requests_visible_to,
    members_visible_to,
)
from apps.people.services.invitations import invite, revoke_invitation
from apps.people.services.join_requests import decide_join_request
from apps.people.services.team import make_primary_contact, set_rights
from core.clock import now
from core.pages import (
    attempt,
    person,
    press,
    see_other,
    sent_once,
)


@sent_once
def customer_team(request: HttpRequest) -> HttpResponse:
    """Who belongs to the company; a POST invites somebody."""
    member = member_of(request)
    posted = request.POST if request.method == "POST" else None
    form = InvitationForm(posted, initial={"rights": ["can_request"]})
    if form.is_bound and form.is_valid():
        sent = attempt(
            form,
            lambda: invite(
                actor=member.user,
                email=form.cleaned_data["email"],
                customer_id=member.customer_id,
                rights=form.rights_given(),
            ),
        )
        if sent is not None:
            return _told(request, f"The invitation is on its way to {sent[0].email}.")
    return _show_team(request, form)


def _told(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    return see_other("customer_team")


def _show_team(request: HttpRequest, form: InvitationForm) -> HttpResponse:
    member = member_of(request)
    manages = member.has_right("can_manage_team")
    invitations = invitations_visible_to(member.user).filter(used_at=None, revoked_at=None)
    context = {
        "member": member,
        "members": team_of(member.customer),
        "manages": manages,
        "invitations": invitations.filter(expires_at__gt=now()) if manages else [],
        "join_requests": waiting(join_requests_visible_to(member.user)) if manages else [],
        "form": form,
    }
    return render(request, "customer_portal/team.html", context)


@sent_once
def customer_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """A colleague's rights."""
    own = member_of(request)
    colleague = get_object_or_404(members_visible_to(own.user).select_related("user"), pk=member_id)
    held = [right for right in RIGHT_WORDS if getattr(colleague, right)]
    posted = request.POST if request.method == "POST" else None
    form = RightsForm(posted, initial={"rights": held})
    if form.is_bound and form.is_valid():
        rights = form.rights_given()
        if attempt(form, lambda: set_rights(actor=own.user, member_id=member_id, rights=rights)):
            return _told(request, f"The rights of {colleague.user} are saved.")
    context = {
        "colleague": colleague,
        "form": form,
        "manages": own.has_right("can_manage_team"),
        "may_hand_over": own.is_primary_contact and own.pk != colleague.pk,
    }
    return render(request, "customer_portal/member.html", context)


@sent_once
def customer_member_primary(request: HttpRequest, member_id: int) -> HttpResponse:
    """Hand one's place as primary contact to a colleague."""
    user = person(request)
    return press(
        request,
        lambda: make_primary_contact(actor=user, member_id=member_id),
        success="The place is handed over. You keep all your other rights.",
        back="customer_team",
    )


@sent_once
def customer_join_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Let somebody in who asked, or not."""
    user, is_accepted = person(request), request.POST.get("accept") == "yes"
    return press(
        request,
        lambda: decide_join_request(actor=user, request_id=request_id, accept=is_accepted),
        success="They belong to your company now." if is_accepted else "The wish is declined.",
        back="customer_team",
    )


@sent_once
def customer_invitation_revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    user = person(request)
    return press(
        request,
        lambda: revoke_invitation(actor=user, invitation_id=invitation_id),
        success="The invitation no longer works.",
        back="customer_team",
    )
