"""How somebody comes in: registration, an invitation, asking to join."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.people.queries import open_invitation, user_by_email
from apps.people.services.accounts import Newcomer, NewPerson
from apps.people.services.join_requests import ask_to_join
from apps.people.services.registration import register_and_ask_to_join
from apps.public_site.forms import InvitedForm, JoinForm, RegistrationForm
from apps.public_site.views.shared import sent, show, submit
from apps.queue_management.use_cases import (
    accept_invitation,
    accept_invitation_as_new,
    register_customer,
)
from apps.security.rates import limit_sign_ins
from apps.security.sign_in import let_in
from core.enums import Decision
from core.errors import NotFound
from core.keys import fold_key
from core.models import Invitation, JoinRequest
from core.pages import person, see_other
from core.rules import is_signed_in, membership


@never_cache
def register(request: HttpRequest) -> HttpResponse:
    """Make an account; the answer is the same whether or not the address has one already."""
    if is_signed_in(request.user):
        return redirect("home")
    # A referral's link brings its code along.
    form = RegistrationForm(sent(request), initial={"referral_code": request.GET.get("code", "")})
    return submit(request, form, lambda: _registered(request, form)) or show(
        request, "register", form
    )


def _registered(request: HttpRequest, form: RegistrationForm) -> HttpResponse:
    limit_sign_ins(request)
    values = dict(form.cleaned_data)
    kind, company = values.pop("kind"), values.pop("company_name")
    code = values.pop("referral_code")
    newcomer = Newcomer(**values)
    if kind == form.JOIN:
        register_and_ask_to_join(person=newcomer, company_name=company)
    else:
        register_customer(person=newcomer, kind=kind, company_name=company, referral_code=code)
    messages.success(
        request,
        f"Thank you. We have written to {newcomer.email}: open the address in our mail to come in.",
    )
    return see_other("login")


@sensitive_post_parameters("password")
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation, with a new account or with one's own."""
    try:
        found = open_invitation(token)
    except NotFound as error:
        answer = show(request, "invitation_over", detail=error.detail)
        answer.status_code = error.status
        return answer
    if is_signed_in(request.user):
        return _with_own_account(request, token, found)
    has_account = user_by_email(found.email) is not None
    form = InvitedForm(sent(request))
    return (
        None if has_account else submit(request, form, lambda: _accepted(request, token, form))
    ) or show(request, "invitation", form, invitation=found, has_account=has_account)


def _with_own_account(request: HttpRequest, token: str, found: Invitation) -> HttpResponse:
    user = person(request)
    is_theirs = user.email_key == fold_key(found.email)
    form = forms.Form(sent(request))

    def accept() -> HttpResponse:
        accept_invitation(actor=user, token=token)
        messages.success(request, "Welcome.")
        return see_other("home")

    is_sent = request.method == "POST" and is_theirs
    return (submit(request, form, accept) if is_sent else None) or show(
        request, "invitation_own", form, invitation=found, is_theirs=is_theirs
    )


def _accepted(request: HttpRequest, token: str, form: InvitedForm) -> HttpResponse:
    limit_sign_ins(request)
    user = accept_invitation_as_new(token=token, person=NewPerson(email="", **form.cleaned_data))
    let_in(request, user)
    messages.success(request, f"Welcome. Your user name is {user.username}; your e-mail works too.")
    return see_other("home")


def join(request: HttpRequest) -> HttpResponse:
    """Ask to join a company, for people who belong to none."""
    user = person(request)
    if membership(user) is not None:
        return redirect("home")
    waiting = JoinRequest.objects.filter(user=user, decision=Decision.WAITING).first()
    form = JoinForm(sent(request))

    def ask() -> HttpResponse:
        ask_to_join(actor=user, **form.cleaned_data)
        messages.success(request, "Your request is on its way. You will hear from us by e-mail.")
        return see_other("join")

    return submit(request, form, ask) or show(request, "join", form, waiting=waiting)
