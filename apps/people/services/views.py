"""Lists as a person likes to see them: named, one of them the first to be shown."""

from django.http import QueryDict

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import CORRECT, apply, found, save_or_conflict
from core.errors import Conflict, Invalid
from core.models import SavedView, User

MOST_VIEWS = 30


@use_case
def save_view(
    *, actor: User, page: str, name: str, query: str, is_default: bool = False
) -> SavedView:
    """Keep a list's filters under a name; the name of a view that is there changes that one.

    Args:
        actor: Whose view it is.
        page: Name of the list's address.
        name: 1 to 60 characters.
        query: The filters as the address has them; what is empty is left out.
        is_default: Show it when the list is opened.

    Raises:
        Invalid: The name or the filters are too long.
        Conflict: ``too_many``.
    """
    views = _locked(actor, page)
    view = next((each for each in views if each.name == name.strip()), None)
    if view is None and len(views) >= MOST_VIEWS:
        raise Conflict(f"{MOST_VIEWS} views are enough: remove one first.", code="too_many")
    before = snapshot(view) if view else None
    view = view or SavedView(owner=actor, page=page)
    apply(view, {"name": name, "query": _told(query)})
    if is_default:
        _show_first(actor, view, views)
    save_or_conflict(view)
    record(actor=actor, verb="savedview.saved", target=view, before=before)
    return view


@use_case
def change_view(
    *, actor: User, view_id: int, name: str, is_default: bool | None = None
) -> SavedView:
    """Call one's view something else, or (not) show it first.

    Raises:
        NotFound: They have no such view.
        Invalid: No name, too long, or another view has it.
    """
    page = found(actor.saved_views.all(), view_id).page
    views = _locked(actor, page)
    view = next(each for each in views if each.pk == view_id)
    if any(each.name == name.strip() for each in views if each.pk != view_id):
        raise Invalid(CORRECT, errors={"name": ["Another view has this name."]})
    before = snapshot(view)
    apply(view, {"name": name})
    if is_default:
        _show_first(actor, view, views)
    elif is_default is not None:
        view.is_default = False
    if snapshot(view) != before:
        view.save()
        record(actor=actor, verb="savedview.changed", target=view, before=before)
    return view


@use_case
def remove_view(*, actor: User, view_id: int) -> None:
    """Forget one's view; the list itself stays as it is.

    Raises:
        NotFound: They have no such view.
    """
    view = found(actor.saved_views.all(), view_id)
    gone = [change("query", view.query, None)]
    record(actor=actor, verb="savedview.removed", target=view, before=snapshot(view), changes=gone)
    view.delete()


def _locked(actor: User, page: str) -> list[SavedView]:
    """Somebody's views of a list, behind their own row: one of their changes at a time."""
    list(User.objects.select_for_update(no_key=True).filter(pk=actor.pk).values_list("pk"))
    return list(actor.saved_views.filter(page=page))


def _show_first(actor: User, view: SavedView, views: list[SavedView]) -> None:
    for other in views:
        if other.is_default and other.pk != view.pk:
            before = snapshot(other)
            other.is_default = False
            other.save()
            record(actor=actor, verb="savedview.changed", target=other, before=before)
    view.is_default = True


def _told(query: str) -> str:
    """The filters that say something, without where one was in the list."""
    told = QueryDict(query, mutable=True)
    told.pop("cursor", None)
    for name in list(told):
        if not any(told.getlist(name)):
            del told[name]
    return told.urlencode()
