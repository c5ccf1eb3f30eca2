"""Signing in and out."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.public_site.forms import SignInForm
from apps.public_site.views.shared import sent, show
from apps.security.errors import TooManyRequests
from apps.security.sessions import sign_out_everywhere as end_all_sessions
from apps.security.sign_in import sign_in_page
from core.errors import DomainError
from core.pages import person, see_other
from core.problems import marked
from core.rules import is_signed_in


@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, then go on to where one wanted to go."""
    goal = wanted_page(request)
    if is_signed_in(request.user):
        return redirect(goal)
    form = SignInForm(sent(request))
    if form.is_valid():
        try:
            sign_in_page(request, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
            answer = show(request, "login", form, next=goal)
            return marked(answer, refusal) if isinstance(refusal, TooManyRequests) else answer
        return see_other(goal)
    return show(request, "login", form, next=goal)


def wanted_page(request: HttpRequest) -> str:
    """The page of this shop that ``next`` names; the first page instead of anything else."""
    goal = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        goal, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return goal if is_ours and goal.isprintable() else "/"


def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return see_other("login")


def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions, of pages and API alike."""
    end_all_sessions(actor=person(request))
    logout(request)
    return see_other("login")
