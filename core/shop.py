"""The shop's settings in force, and its calendar day."""

import datetime as dt

from core.clock import local_date
from core.models import ShopSettings


def shop_settings() -> ShopSettings:
    """The settings in force."""
    return ShopSettings.objects.current()


def shop_zone() -> str:
    """The shop's time zone, an IANA name."""
    return shop_settings().time_zone


def shop_today() -> dt.date:
    """Today, where the shop is."""
    return local_date(shop_zone())
