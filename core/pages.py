"""What the portals' views share: a use case behind a form, behind a button, its refusal told."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from core.errors import DomainError, NotFound

T = TypeVar("T")
SEE_OTHER = 303


def attempt(form: forms.BaseForm, action: Callable[[], T]) -> T | None:
    """Run a use case with a valid form's data; a refusal becomes the form's errors.

    Returns:
        What the use case returned, or ``None`` when it refused: show the form again.

    Raises:
        Http404: The use case found nothing that this person may see.
    """
    try:
        return action()
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        tell_in_form(form, refusal)
        return None


def tell_in_form(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a refusal beside the fields it is about, or above the form."""
    own = {name: told for name, told in refusal.errors.items() if name in form.fields}
    for name, told in own.items():
        form.add_error(name, list(told))
    if not own:
        form.add_error(None, refusal.detail)


def press(
    request: HttpRequest, action: Callable[[], object], *, success: str, back: str, **to: Any
) -> HttpResponse:
    """Run a use case behind one button, then go back with a word on what happened.

    Args:
        request: The request that carries the message.
        action: The use case with its arguments.
        success: The sentence to show when it worked.
        back: A URL or a URL name to go to either way, with its arguments in ``to``.
        **to: Arguments of the URL name.

    Raises:
        Http404: The use case found nothing that this person may see.
    """
    try:
        action()
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, success)
    return see_other(back, **to)


def see_other(to: str, **arguments: Any) -> HttpResponseRedirect:
    """Answer a POST by sending the browser to a page (303)."""
    response = HttpResponseRedirect(resolve_url(to, **arguments))
    response.status_code = SEE_OTHER
    return response


def version_from(request: HttpRequest) -> int | None:
    """The version that the page was drawn from, out of its hidden field."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004 - an integer column's digits
