"""Saved views: of one person, each name once, at most one shown first."""

import pytest

from apps.people.services.views import MOST_VIEWS, change_view, remove_view, save_view
from core.errors import Conflict, Invalid, NotFound
from core.models import SavedView
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PAGE = "office_repairs"


def test_filters_are_kept_under_a_name_without_what_is_empty(cast: Cast) -> None:
    view = save_view(
        actor=cast.admin, page=PAGE, name=" Waiting ", query="status=PENDING&unit=&cursor=abc"
    )
    assert (view.name, view.query, view.is_default) == ("Waiting", "status=PENDING", False)
    again = save_view(actor=cast.admin, page=PAGE, name="Waiting", query="status=REQUESTED")
    assert again.pk == view.pk
    assert SavedView.objects.get().query == "status=REQUESTED"


def test_one_view_of_a_list_is_shown_first(cast: Cast) -> None:
    first = save_view(actor=cast.admin, page=PAGE, name="A", query="", is_default=True)
    second = save_view(actor=cast.admin, page=PAGE, name="B", query="", is_default=True)
    first.refresh_from_db()
    assert (first.is_default, second.is_default) == (False, True)
    change_view(actor=cast.admin, view_id=first.pk, name="A", is_default=True)
    assert SavedView.objects.get(is_default=True) == first
    change_view(actor=cast.admin, view_id=first.pk, name="A", is_default=False)
    assert not SavedView.objects.filter(is_default=True).exists()


def test_renamed_unless_another_has_the_name(cast: Cast) -> None:
    view = save_view(actor=cast.admin, page=PAGE, name="A", query="")
    save_view(actor=cast.admin, page=PAGE, name="B", query="")
    assert change_view(actor=cast.admin, view_id=view.pk, name="C").name == "C"
    with nothing_written():
        change_view(actor=cast.admin, view_id=view.pk, name="C")
    with refused(Invalid) as caught:
        change_view(actor=cast.admin, view_id=view.pk, name="B")
    assert caught.value.errors == {"name": ["Another view has this name."]}
    with refused(Invalid):
        change_view(actor=cast.admin, view_id=view.pk, name="")


def test_removed(cast: Cast) -> None:
    view = save_view(actor=cast.admin, page=PAGE, name="A", query="status=PENDING")
    remove_view(actor=cast.admin, view_id=view.pk)
    assert not SavedView.objects.exists()


def test_nobody_touches_anothers_views(cast: Cast) -> None:
    view = save_view(actor=cast.admin, page=PAGE, name="A", query="")
    save_view(actor=cast.owner, page=PAGE, name="A", query="")
    with refused(NotFound, "not_found"):
        change_view(actor=cast.owner, view_id=view.pk, name="B")
    with refused(NotFound, "not_found"):
        remove_view(actor=cast.owner, view_id=view.pk)


def test_they_are_bounded(cast: Cast) -> None:
    SavedView.objects.bulk_create(
        SavedView(owner=cast.admin, page=PAGE, name=f"View {number}")
        for number in range(MOST_VIEWS)
    )
    with refused(Conflict, "too_many"):
        save_view(actor=cast.admin, page=PAGE, name="One more", query="")
    save_view(actor=cast.admin, page=PAGE, name="View 0", query="unit=41")
    with refused(Invalid):
        save_view(actor=cast.admin, page=PAGE, name="View 1", query="unit=" + "4" * 600)
