"""What the portals' views share: a use case behind a form, behind a button, its refusal told."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from core.errors import DomainError, Invalid, NotFound
from core.idempotency import submit_once
from core.models import User
from core.paging import Page, paginate
from core.rules import is_signed_in

T = TypeVar("T")
View = Callable[..., HttpResponse]
SEE_OTHER = 303
# A refused form is shown again as a page that is well: Chromium reports every 4xx as an error.
REFUSED = 200


def person(request: HttpRequest) -> User:
    """Who is signed in; the access table lets nobody else through to a page that asks.

    Raises:
        Http404: Nobody is.
    """
    if not is_signed_in(request.user):
        raise Http404
    return request.user


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


def button_form(request: HttpRequest) -> forms.Form:
    """The form of a button, which has no fields of its own, to tell a refusal in."""
    form = forms.Form(request.POST)
    form.is_valid()
    return form


def tell_in_form(form: forms.BaseForm, refusal: DomainError) -> None:
    """Put a refusal beside the fields it is about, or above the form."""
    own = {name: told for name, told in refusal.errors.items() if name in form.fields}
    for name, told in own.items():
        form.add_error(name, list(told))
    if not own:
        form.add_error(None, refusal.detail)


def tell_in_rows(rows: "forms.BaseFormSet[Any]", refusal: DomainError) -> None:
    """Put a refusal of several rows at once beside the row that it is about.

    Errors named ``rows.2.unit_number`` go to that field of the third row; others above it.
    """
    row = refusal.extra.get("row")
    if not isinstance(row, int) or row >= len(rows.forms):
        rows.non_form_errors().append(refusal.detail)
        return
    own = {name.removeprefix(f"rows.{row}."): told for name, told in refusal.errors.items()}
    told_of = type(refusal)(refusal.detail, code=refusal.code, errors=own)
    tell_in_form(rows.forms[row], told_of)


def sent_once(view: View) -> View:
    """A view whose form is done once for each time it was shown, however often it is sent.

    Everything that the view does runs in one transaction: a view that reads a picture checks its
    form first and calls ``once`` for the rest.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return once(request, lambda: view(request, *args, **kwargs))

    return run


def once(request: HttpRequest, action: Callable[[], HttpResponse]) -> HttpResponse:
    """Run what a form asks for unless it was done already; then answer as the first time."""
    try:
        return submit_once(request, action)
    except DomainError as refusal:
        return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)


def list_page(
    request: HttpRequest,
    rows: "models.QuerySet[Any, T]",
    *,
    ordering: Sequence[str],
    binding: str = "",
    page_size: int = 25,
) -> Page[T]:
    """The page of a list that the address asks for; an impossible cursor leads to the first."""
    options: dict[str, Any] = {"ordering": ordering, "binding": binding, "page_size": page_size}
    try:
        return paginate(rows, cursor=request.GET.get("cursor"), **options)
    except Invalid:
        return paginate(rows, **options)


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
    return whole_number(request.POST.get("version", ""))


def whole_number(text: str) -> int | None:
    """A number that an integer column can hold, as a form sends it; nothing for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004 - an integer column's digits
