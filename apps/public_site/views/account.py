"""One's own account and notices."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from apps.notifications.links import page_of
from apps.notifications.pages import notices_page
from apps.notifications.services import mark_read
from apps.people.services.profile import update_profile
from apps.public_site.forms import ProfileForm
from apps.public_site.views.shared import show, submit
from apps.scheduling.models import CalendarFeed
from apps.scheduling.rules import has_calendar
from apps.scheduling.services import make_calendar_feed, revoke_calendar_feed
from core.errors import NotFound
from core.pages import attempt, person, press, see_other, version_from
from core.rules import membership


@sensitive_post_parameters("current_password")
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Name, phone, e-mail; where one belongs."""
    user = person(request)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(user)

    def store() -> HttpResponse:
        changes = dict(form.cleaned_data)
        password = changes.pop("current_password")
        update_profile(
            actor=user, version=version_from(request), changes=changes, current_password=password
        )
        messages.success(request, "Saved.")
        return see_other("account")

    answer = submit(request, form, store) if form.is_bound else None
    version = version_from(request) or user.version
    return answer or show(
        request,
        "account",
        form,
        member=membership(user),
        version=version,
        has_calendar=has_calendar(user),
    )


@never_cache
def own_calendar(request: HttpRequest) -> HttpResponse:
    """An address under which one's own calendar reads one's visits; a POST makes or ends it."""
    user = person(request)
    feed = CalendarFeed.objects.filter(owner=user, revoked_at=None).first()
    if "end" in request.POST:
        return press(
            request,
            lambda: revoke_calendar_feed(actor=user, feed_id=feed.pk if feed else 0),
            success="The address is no longer answered.",
            back="own_calendar",
        )
    form = forms.Form(request.POST or None)
    made = attempt(form, lambda: make_calendar_feed(actor=user)) if form.is_bound else None
    feed, address = made or (feed, "")
    has_visits = has_calendar(user)
    return show(request, "own_calendar", form, feed=feed, address=address, has_calendar=has_visits)


@never_cache
def notices(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST marks one or all as read."""
    nothing = "Nothing has happened yet."
    return notices_page(request, nothing=nothing, home="home", home_label="Go to the start page")


def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go to what it is about."""
    user = person(request)
    try:
        notice = mark_read(user=user, notification_id=notice_id)
    except NotFound as error:
        raise Http404 from error
    return redirect(page_of(notice, user) or "notices")
