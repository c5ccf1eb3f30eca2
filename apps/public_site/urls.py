"""Addresses for everybody; ``access.py`` beside it says who may knock."""

from django.urls import path
from django.views.generic import RedirectView

from apps.public_site.views import (
    account,
    calendars,
    home,
    joining,
    links,
    messages,
    passwords,
    sign_in,
    stickers,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("login/", sign_in.sign_in, name="login"),
    path("tech/login/", RedirectView.as_view(url="/login/?next=/tech/"), name="technician_login"),
    path("app/login/", RedirectView.as_view(url="/login/?next=/app/"), name="customer_login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("register/", joining.register, name="register"),
    path("join/", joining.join, name="join"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("password/reset/", passwords.ask, name="password_reset"),
    path("password/reset/<str:uid>/<str:token>/", passwords.choose, name="password_reset_confirm"),
    path("password/change/", passwords.change, name="password_change"),
    path("account/", account.account, name="account"),
    path("account/calendar/", account.own_calendar, name="own_calendar"),
    path("account/messages/", messages.own_messages, name="own_messages"),
    path("account/messages/browser/", messages.own_browser, name="own_browser"),
    path("account/sign-out-everywhere/", sign_in.sign_out_everywhere, name="logout_everywhere"),
    path("notices/", account.notices, name="notices"),
    path("notices/<int:notice_id>/", account.open_notice, name="notice_open"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("r/done/", links.repair_link_done, name="repair_link_done"),
    path("r/<str:token>/", links.repair_link, name="repair_link"),
    path(
        "r/<str:token>/photos/<int:photo_id>/<str:variant>/",
        links.repair_link_photo,
        name="repair_link_photo",
    ),
    path("repairs/<int:repair_id>/link/", links.repair_link_new, name="repair_link_new"),
    path("u/done/", stickers.unit_sticker_done, name="unit_sticker_done"),
    path("u/<str:token>/", stickers.unit_sticker, name="unit_sticker"),
]
