"""Writes of visits. What also gives work away is a use case of ``queue_management``."""

from apps.scheduling.services.feeds import make_calendar_feed, revoke_calendar_feed
from apps.scheduling.services.following import (
    close_visits_of_repair,
    follow_repair,
    lock_visits_of_repair,
    move_visits,
    release_visits,
    visits_of,
)
from apps.scheduling.services.steps import Slot, lock_calendars, locked_visits
from apps.scheduling.services.wishes import wish_visit

__all__ = [
    "Slot",
    "close_visits_of_repair",
    "follow_repair",
    "lock_calendars",
    "lock_visits_of_repair",
    "locked_visits",
    "make_calendar_feed",
    "move_visits",
    "release_visits",
    "revoke_calendar_feed",
    "visits_of",
    "wish_visit",
]
