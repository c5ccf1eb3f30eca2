"""A list as somebody likes to see it, under a name."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.office_portal.forms.bulk import ViewForm
from apps.people.services.views import change_view, remove_view, save_view
from core.models import SavedView, User
from core.pages import person, press, sent_once, whole_number

PAGES = ("office_repairs", "office_jobs")
LONGEST = 2000


def address_of(view: SavedView) -> str:
    """The list as the view shows it; the view is named, so that it is known again."""
    query = f"{view.query}&" if view.query else ""
    return f"{reverse(view.page)}?{query}view={view.pk}"


def default_view(user: User, page: str) -> SavedView | None:
    """What a list opens with, if this person wants something else than all."""
    return user.saved_views.filter(page=page, is_default=True).first()


def views_of(request: HttpRequest, user: User, page: str) -> dict[str, Any]:
    """What a list shows of somebody's views: their addresses, and which one it is."""
    shown = whole_number(request.GET.get("view", ""))
    views = list(user.saved_views.filter(page=page))
    current = next((view for view in views if view.pk == shown), None)
    known = {"name": current.name, "is_default": current.is_default} if current else None
    return {
        "view_page": page,
        "view_form": ViewForm(),
        "views": [(view, address_of(view)) for view in views],
        "current": current,
        "all_url": _all(page),
        "change_form": ViewForm(initial=known, auto_id="changed_%s") if current else None,
    }


@sent_once
def office_view_save(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    user, page = person(request), request.POST.get("page", PAGES[0])
    if page not in PAGES:
        raise Http404
    query = request.POST.get("query", "")[:LONGEST]
    return press(
        request,
        lambda: save_view(
            actor=user,
            page=page,
            name=request.POST.get("name", ""),
            query=_without_view(query),
            is_default="is_default" in request.POST,
        ),
        success="The view is kept.",
        back=f"{reverse(page)}?{query or 'view=all'}",
    )


@sent_once
def office_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Call a view something else, show it first, or forget it."""
    user = person(request)
    view = get_object_or_404(user.saved_views.filter(page__in=PAGES), pk=view_id)
    if "remove" in request.POST:
        return press(
            request,
            lambda: remove_view(actor=user, view_id=view_id),
            success=f"The view “{view.name}” is removed.",
            back=_all(view.page),
        )
    return press(
        request,
        lambda: change_view(
            actor=user,
            view_id=view_id,
            name=request.POST.get("name", ""),
            is_default="is_default" in request.POST,
        ),
        success="The view is saved.",
        back=address_of(view),
    )


def _all(page: str) -> str:
    return f"{reverse(page)}?view=all"


def _without_view(query: str) -> str:
    return "&".join(part for part in query.split("&") if not part.startswith("view="))
