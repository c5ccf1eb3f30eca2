"""Forms about visits. Times are those of the clock at the visit's place."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from apps.office_portal.forms.shared import OwnIds, day_input, text
from apps.queue_management.use_cases.series import Rule
from apps.scheduling.enums import Repeat
from apps.scheduling.models import LONGEST_BUFFER, LONGEST_MINUTES, Appointment
from apps.scheduling.recurrence import MOST_VISITS, local_instant
from apps.scheduling.services import Slot
from apps.scheduling.services.steps import DEFAULT_TRAVEL, SHORTEST_MINUTES
from apps.technicians.forms import TechnicianField
from apps.technicians.models import Technician
from core.models import Site

HOUR = 60
MINUTES = ("minutes", "travel_minutes", "setup_minutes")


class WallTimeField(forms.DateTimeField):
    """Day and time as a clock shows them; which instant that is, its zone says."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def prepare_value(self, value: Any) -> Any:
        """What is shown first is on that clock already."""
        return value

    def to_python(self, value: Any) -> dt.datetime | None:
        """Day and time without a zone."""
        if not value:
            return None
        try:
            return dt.datetime.fromisoformat(str(value)).replace(tzinfo=None)
        except ValueError as error:
            raise forms.ValidationError("Enter a day and a time.") from error


def _minutes(label: str, least: int, most: int, *, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial)


def _time(label: str) -> forms.TimeField:
    box = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=box)


class VisitForm(forms.Form):
    """When somebody comes, who and where.

    Attributes:
        zone: Of the clock that the times are meant on.
    """

    technician = TechnicianField(
        Technician.objects.filter(is_active=True, user__is_active=True).order_by(
            "user__first_name", "id"
        ),
        label="Technician",
        empty_label="Choose who comes",
    )
    starts_at = WallTimeField(label="Begins")
    minutes = _minutes("Minutes there", SHORTEST_MINUTES, LONGEST_MINUTES, initial=HOUR)
    travel_minutes = _minutes("Minutes of way", 0, LONGEST_BUFFER, initial=DEFAULT_TRAVEL)
    setup_minutes = _minutes("Minutes to set up", 0, LONGEST_BUFFER, initial=0)
    promised_from = _time("Promised: not before")
    promised_until = _time("Promised: not after")
    site = forms.ModelChoiceField(
        Site.objects.none(), label="Place", required=False, empty_label="Not decided yet"
    )
    notes = text("Notes for the technician", most=2000)
    confirm_hours = forms.BooleanField(label="Also outside the working hours", required=False)

    def __init__(self, *args: Any, customer_id: int, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101 - declared above
        site.queryset = Site.objects.filter(customer=customer_id, is_active=True)

    def columns(self) -> dict[str, Any]:
        """What the use cases take, the notes apart."""
        sent = self.cleaned_data
        begin: dt.datetime = sent["starts_at"]
        window = {
            name: local_instant(begin.date(), sent[name], self.zone) if sent[name] else None
            for name in ("promised_from", "promised_until")
        }
        return {
            "technician_id": sent["technician"].pk,
            "starts_at": local_instant(begin.date(), begin.time(), self.zone),
            "site_id": sent["site"].pk if sent["site"] else None,
            **{name: sent[name] for name in MINUTES},
            **window,
        }

    def slot(self) -> Slot:
        """The time that is asked for."""
        return Slot(**self.columns(), confirm_hours=self.cleaned_data["confirm_hours"])


class MoveVisitForm(VisitForm):
    """The same of a visit that is booked, or was."""

    def __init__(
        self, posted: Any = None, *, visit: Appointment, zone: str, wanted: Mapping[str, Any]
    ) -> None:
        clock = ZoneInfo(zone)
        known = {
            name: getattr(visit, name) for name in ("technician", "site", "notes", *MINUTES[1:])
        }
        known["minutes"] = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
        known["starts_at"] = visit.starts_at.astimezone(clock)
        for name in ("promised_from", "promised_until"):
            promised = getattr(visit, name)
            known[name] = promised.astimezone(clock).time() if promised else None
        initial = {**known, **wanted}
        super().__init__(posted, customer_id=visit.customer_id, zone=zone, initial=initial)

    def changes(self) -> dict[str, Any]:
        """What the use case takes."""
        return self.columns() | {"notes": self.cleaned_data["notes"]}


class SeriesForm(VisitForm):
    """A visit for a job, once or coming round."""

    repeat = forms.ChoiceField(
        label="Comes round", choices=[("", "Once"), *Repeat.choices], required=False
    )
    every = _minutes("Each so many weeks or months", 1, 52, initial=1)
    number = _minutes("How many visits", 1, MOST_VISITS, initial=4)
    skip_taken = forms.BooleanField(label="Leave out days that are not free", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("every", "number"):
            self.fields[name].required = False

    def rule(self) -> Rule | None:
        """When it comes round, if it does."""
        sent = self.cleaned_data
        if not sent["repeat"]:
            return None
        begin: dt.datetime = sent["starts_at"]
        return Rule(
            repeat=sent["repeat"],
            every=sent["every"] or 1,
            number=sent["number"] or 1,
            first_day=begin.date(),
            local_time=begin.time(),
        )


class CancelVisitForm(OwnIds, forms.Form):
    """Why a visit is called off."""

    ids = "cancel"

    reason = text("Why")
    and_later = forms.BooleanField(label="All later visits of this series too", required=False)


class DayForm(forms.Form):
    """Which day or week the schedule shows; nonsense shows today."""

    day = forms.DateField(label="Day", required=False, widget=day_input())
    view = forms.ChoiceField(
        label="Show", choices=[("week", "Week"), ("day", "Day")], required=False
    )
