"""The shop's settings in force, and its calendar day."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.clock import local_date, now
from core.compiled import compiled_rows
from core.models import ShopSettings


def shop_settings() -> ShopSettings:
    """The settings in force."""
    return ShopSettings.objects.current()


def shop_zone() -> str:
    """The shop's time zone, an IANA name."""
    # Asked by every page and every choice of a technician: its statement is kept.
    found = compiled_rows("shop_zone", _newest_zone)
    return found[0]["time_zone"] if found else ShopSettings().time_zone


def _newest_zone() -> "QuerySet[ShopSettings, Any]":
    return ShopSettings.objects.order_by("-id").values("time_zone")[:1]


def newest_zone() -> Coalesce:
    """``shop_zone`` as a column of another statement."""
    newest = Subquery(_newest_zone())
    return Coalesce(newest, Value(ShopSettings().time_zone))


def shop_today() -> dt.date:
    """Today, where the shop is."""
    return local_date(shop_zone())


def zone_here() -> str:
    """The zone of the request, which is the shop's: a page need not ask for it again."""
    return timezone.get_current_timezone_name()


def today_here() -> dt.date:
    """Today in the zone of the request, which is the shop's: a page need not ask for it again."""
    return timezone.localdate(now())
