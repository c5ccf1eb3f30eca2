"""What the public pages share."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from core.errors import DomainError, NotFound
from core.idempotency import submit_once
from core.pages import REFUSED, tell_in_form


def show(
    request: HttpRequest, template: str, form: forms.Form | None = None, **context: object
) -> HttpResponse:
    """The page; with the status of refused forms when its form was."""
    refused = form is not None and form.is_bound and bool(form.errors)
    return render(
        request,
        f"public_site/{template}.html",
        {"form": form, **context},
        status=REFUSED if refused else None,
    )


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, even when it is nothing; ``None`` for a page that is only asked for."""
    return request.POST if request.method == "POST" else None


def submit(
    request: HttpRequest, form: forms.Form, action: Callable[[], HttpResponse]
) -> HttpResponse | None:
    """Do what a valid form asks, once a rendering of the form.

    Returns:
        The action's answer; ``None`` when the form or the use case refused: show the form again.

    Raises:
        Http404: The use case found nothing that this person may see.
    """
    if not form.is_valid():
        return None
    try:
        return submit_once(request, action)
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        tell_in_form(form, refusal)
        return None
