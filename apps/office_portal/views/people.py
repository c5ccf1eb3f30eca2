"""Everybody who signs in, who is invited, who asks to join."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.exports import BY_USERNAME, people_csv
from apps.office_portal.forms.customers import JoinForm
from apps.office_portal.forms.people import InvitationForm, PeopleFilter, RoleForm
from apps.office_portal.forms.shared import living, named_customer
from apps.people.rules import invitations_visible_to, join_requests_visible_to, users_visible_to
from apps.people.services.invitations import invite, revoke_invitation
from apps.people.services.join_requests import decide_join_request
from apps.queue_management import use_cases
from core.clock import now
from core.enums import Role
from core.models import Customer, User
from core.pages import (
    REFUSED,
    attempt,
    list_page,
    person,
    press,
    see_other,
    sent_once,
    version_from,
)
from core.paging import binding_of
from core.rules import manages_people


@sent_once
def office_people(request: HttpRequest) -> HttpResponse:
    """Everybody who signs in; a POST invites somebody."""
    user = person(request)
    belongs_to = named_customer(living(Customer.objects.all()), request.GET.get("customer", ""))
    initial = {"customer": belongs_to, "role": Role.CUSTOMER} if belongs_to else {}
    form = InvitationForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        sent = attempt(form, lambda: _invite(user, form))
        if sent:
            messages.success(request, f"The invitation is on its way to {sent}.")
            return see_other("office_people")
    search = PeopleFilter(request.GET)
    rows = _people(user, search)
    open_ones = invitations_visible_to(user).filter(
        used_at=None, revoked_at=None, expires_at__gt=now()
    )
    context = {
        "page": list_page(
            request, rows, ordering=BY_USERNAME, binding=binding_of(search.cleaned_data)
        ),
        "search": search,
        "invitations": open_ones.select_related("customer", "invited_by")[:50],
        "may_manage": manages_people(user),
        "form": form,
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/people.html", context, status=status)


def office_people_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list in whole, as a file."""
    return people_csv(_people(person(request), PeopleFilter(request.GET)))


def _people(user: User, search: PeopleFilter) -> QuerySet[User]:
    return search.narrow(users_visible_to(user)).select_related("customer_user__customer")


def _invite(user: User, form: InvitationForm) -> str:
    wanted = form.cleaned_data
    customer = wanted["customer"]
    invitation, _ = invite(
        actor=user,
        email=wanted["email"],
        role=wanted["role"],
        customer_id=customer.pk if customer else None,
        rights=form.rights() if customer else None,
        is_primary_contact=bool(customer) and wanted["is_primary_contact"],
    )
    return invitation.email


@sent_once
def office_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person; a POST changes role and flags."""
    actor = person(request)
    shown = get_object_or_404(
        users_visible_to(actor).select_related("customer_user__customer"), pk=user_id
    )
    initial = {name: getattr(shown, name) for name in RoleForm.base_fields}
    form = RoleForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        wanted, version = form.cleaned_data, version_from(request)
        if attempt(
            form,
            lambda: use_cases.change_role(actor=actor, user_id=user_id, version=version, **wanted),
        ):
            messages.success(request, f"{shown} is saved.")
            return see_other("office_person", user_id=user_id)
    context = {
        "shown": shown,
        "form": form,
        "may_change": manages_people(actor) and actor.pk != shown.pk,
    }
    status = REFUSED if form.errors else 200
    return render(request, "office_portal/person.html", context, status=status)


@sent_once
def office_person_active(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let somebody in no more, or again."""
    actor, version = person(request), version_from(request)
    if request.POST.get("active") == "yes":
        return press(
            request,
            lambda: use_cases.reactivate_person(actor=actor, user_id=user_id, version=version),
            success="May sign in again.",
            back="office_person",
            user_id=user_id,
        )
    return press(
        request,
        lambda: use_cases.deactivate_person(
            actor=actor, user_id=user_id, reason=request.POST.get("reason", ""), version=version
        ),
        success="May not sign in any more; open repairs went to others.",
        back="office_person",
        user_id=user_id,
    )


@sent_once
def office_invitation_revoke(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    user = person(request)
    return press(
        request,
        lambda: revoke_invitation(actor=user, invitation_id=invitation_id),
        success="The invitation no longer works.",
        back="office_people",
    )


@sent_once
def office_join_request(request: HttpRequest, request_id: int) -> HttpResponse:
    """Let somebody in who asked to join a company, or not."""
    user = person(request)
    wishes = join_requests_visible_to(user).select_related("user", "customer")
    wish = get_object_or_404(wishes, pk=request_id)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        is_accepted = request.POST.get("accept") == "yes"
        chosen = form.cleaned_data["customer"]
        if attempt(
            form,
            lambda: decide_join_request(
                actor=user,
                request_id=request_id,
                accept=is_accepted,
                customer_id=chosen.pk if chosen else None,
            ),
        ):
            told = "is let in" if is_accepted else "is told that it is not possible"
            messages.success(request, f"{wish.user} {told}.")
            return see_other("office_dashboard")
    status = REFUSED if form.errors else 200
    context = {"wish": wish, "form": form}
    return render(request, "office_portal/join_request.html", context, status=status)
