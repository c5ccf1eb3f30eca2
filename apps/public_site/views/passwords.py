"""Choosing a new password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.people.services.passwords import (
    change_password,
    holder_of,
    request_password_reset,
    reset_password,
)
from apps.public_site.forms import AddressForm, NewPasswordForm, PasswordChangeForm
from apps.public_site.views.shared import sent, show, submit
from apps.security.devices import remember
from apps.security.rates import limit_sign_ins
from apps.security.sign_in import let_in, stay_signed_in
from core.errors import NotFound
from core.pages import person, see_other


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a mail; the answer is the same whether or not the address is known."""
    form = AddressForm(sent(request))

    def send() -> HttpResponse:
        limit_sign_ins(request)
        email = form.cleaned_data["email"]
        request_password_reset(email=email)
        messages.success(request, f"If {email} has an account, a mail is on its way to it.")
        return see_other("login")

    return submit(request, form, send) or show(request, "password_reset", form)


@sensitive_post_parameters("new_password")
@never_cache
def choose(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a password by a mailed address; the first one lets its person in at once."""
    try:
        is_first = not holder_of(uid, token).has_usable_password()
    except NotFound as error:
        answer = show(request, "password_reset_over", detail=error.detail)
        answer.status_code = error.status
        return answer
    form = NewPasswordForm(sent(request))

    def store() -> HttpResponse:
        user = reset_password(encoded_id=uid, token=token, **form.cleaned_data)
        if is_first:
            let_in(request, user)
            messages.success(
                request, f"Welcome. Your user name is {user.username}; your e-mail works too."
            )
            return see_other("home")
        # Their sign-in, which follows, is none to be told of.
        remember(request=request, user=user, is_program=False)
        messages.success(request, "Your password is changed. Sign in with the new one.")
        return see_other("login")

    return submit(request, form, store) or show(request, "password_choose", form, is_first=is_first)


@sensitive_post_parameters("current_password", "new_password")
@never_cache
def change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; other sessions end, this one goes on."""
    form = PasswordChangeForm(sent(request))

    def store() -> HttpResponse:
        user = change_password(actor=person(request), **form.cleaned_data)
        stay_signed_in(request, user)
        messages.success(request, "Your password is changed. You were signed out elsewhere.")
        return see_other("account")

    return submit(request, form, store) or show(request, "password_change", form)
