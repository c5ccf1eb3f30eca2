"""Which messages one wants by which way, and when not to be disturbed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from apps.notifications.choosing import change_wishes, groups_of, wishes_of
from apps.notifications.subscribing import public_key, subscribe, unsubscribe
from apps.notifications.wishes import LOCKED, is_chosen, ways
from apps.public_site.forms import QuietForm
from apps.public_site.views.shared import show, submit
from core.errors import DomainError
from core.models import User
from core.pages import person, see_other, version_from

CHOSEN = "wanted"
NO_CONTENT = 204


@never_cache
def own_messages(request: HttpRequest) -> HttpResponse:
    """A table of what is told by which way; a POST stores all of it."""
    user = person(request)
    wishes = wishes_of(user)
    is_posted = request.method == "POST"
    choices = _posted(request, user) if is_posted else wishes.choices
    form = QuietForm(request.POST) if is_posted else QuietForm.of(wishes)

    def store() -> HttpResponse:
        change_wishes(
            actor=user, version=version_from(request), choices=choices, **form.cleaned_data
        )
        messages.success(request, "Saved.")
        return see_other("own_messages")

    answer = submit(request, form, store) if is_posted else None
    return answer or show(
        request,
        "own_messages",
        form,
        rows=_rows(user, choices),
        ways=ways(),
        has_phone=bool(user.phone),
        push_key=public_key(),
        version=version_from(request) or wishes.version,
    )


@never_cache
def own_browser(request: HttpRequest) -> HttpResponse:
    """The script of the page tells where this browser listens, or that it listens no more."""
    user, told = person(request), request.POST
    try:
        if "end" in told:
            unsubscribe(actor=user, endpoint=told.get("endpoint", ""))
        else:
            keys = {name: told.get(name, "") for name in ("endpoint", "p256dh", "auth")}
            subscribe(actor=user, **keys)
    except DomainError as refusal:
        return HttpResponse(refusal.detail, status=refusal.status, content_type="text/plain")
    return HttpResponse(status=NO_CONTENT)


def _posted(request: HttpRequest, user: User) -> dict[str, bool]:
    """Every box of the page, ticked or not; what is always sent has none."""
    ticked = set(request.POST.getlist(CHOSEN))
    boxes = (
        f"{group}.{way}"
        for group in groups_of(user)
        for way in ways()
        if (group, way) not in LOCKED
    )
    return {name: name in ticked for name in boxes}


def _rows(user: User, choices: dict[str, bool]) -> list[dict[str, Any]]:
    return [
        {
            "label": group.label,
            "boxes": [
                {
                    "name": f"{group}.{way}",
                    "label": f"{group.label} by {way.label.lower()}",
                    "way": way.label,
                    "is_locked": (group, way) in LOCKED,
                    "is_chosen": is_chosen(choices, group, way),
                }
                for way in ways()
            ],
        }
        for group in groups_of(user)
    ]
