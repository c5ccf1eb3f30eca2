"""The filter of the trail."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.audit.search import Entries, search
from apps.office_portal.forms.people import PeopleFilter
from apps.office_portal.forms.shared import day_input
from apps.office_portal.trail import KINDS
from apps.repairs.filters import POSSIBLE
from apps.repairs.wording import SENTENCES
from core.clock import day_bounds
from core.models import User
from core.shop import shop_zone
from core.templatetags.ui import words

MOST_PEOPLE = 100
JOB_VERBS = (
    *("created", "edited", "started", "completed", "cancelled", "reopened", "deleted"),
    *("overdue", "overdue_cleared", "unassigned", "reordered", "task_added", "task_removed"),
)
TASK_VERBS = (
    *("created", "edited", "started", "completed", "put_back", "reopened", "cancelled", "removed"),
)
MORE_VERBS = (
    "customer.created",
    "customer.changed",
    "customer.confirmed",
    "customer.merged",
    "site.created",
    "site.changed",
    "technician.changed",
    "technician.out",
    "technician.hours_set",
    "technician.time_off_added",
    "user.role_changed",
    "user.deactivated",
    "invitation.sent",
    "outbox.tried_again",
    *(f"job.{verb}" for verb in JOB_VERBS),
    *(f"task.{verb}" for verb in TASK_VERBS),
    *(f"equipment.{verb}" for verb in ("created", "edited", "deleted")),
)


def _verbs() -> list[tuple[str, str]]:
    known = sorted({*SENTENCES, *MORE_VERBS})
    return [("", "Everything"), *((verb, words(verb.replace(".", ": "))) for verb in known)]


class AuditFilter(forms.Form):
    """Which entries are shown; an impossible value narrows nothing."""

    actor = forms.CharField(label="Who: name begins with", max_length=100, required=False)
    kind = forms.ChoiceField(
        label="About",
        choices=[("", "Everything"), *((name, label) for name, (label, _) in KINDS.items())],
        required=False,
    )
    number = forms.IntegerField(label="Its number", min_value=1, max_value=2**62, required=False)
    verb = forms.ChoiceField(label="What happened", choices=_verbs, required=False)
    since = forms.DateField(label="From", required=False, validators=POSSIBLE, widget=day_input())
    until = forms.DateField(label="To", required=False, validators=POSSIBLE, widget=day_input())
    text = forms.CharField(label="Words of its name or reason", max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """A number alone says nothing: it needs what it is the number of."""
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("number") and not wanted.get("kind"):
            raise ValidationError({"number": "Choose what the number is of."})
        return wanted

    def entries(self) -> Entries:
        """The entries that the filter lets through."""
        self.is_valid()
        wanted = self.cleaned_data
        return search(
            actors=_people(wanted["actor"]) if wanted.get("actor") else None,
            target_type=wanted.get("kind", ""),
            target_id=wanted.get("number") if wanted.get("kind") else None,
            verb=wanted.get("verb", ""),
            since=_bound(wanted.get("since"), 0),
            until=_bound(wanted.get("until"), 1),
            text=wanted.get("text", ""),
        )


def _people(name: str) -> list[int]:
    people = PeopleFilter({"name": name}).narrow(User.objects.all())
    return list(people.order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])


def _bound(day: dt.date | None, side: int) -> dt.datetime | None:
    return None if day is None else day_bounds(day, shop_zone())[side]
