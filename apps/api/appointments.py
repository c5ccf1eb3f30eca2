"""Visits: found, booked, moved, cancelled, wished for another time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import filters
from apps.api.appointment_bodies import (
    AppointmentEditBody,
    CancelBody,
    NewAppointmentBody,
    SeriesBody,
    WishBody,
    rule_of,
    slot_of,
    work_of,
)
from apps.api.appointment_shapes import AppointmentShape, SeriesShape
from apps.api.base import ApiView, ListView
from apps.queue_management import use_cases
from apps.queue_management.use_cases.bookings import check_booker
from apps.scheduling.enums import VisitStatus
from apps.scheduling.models import Appointment
from apps.scheduling.queries import Row, told_visit, visit_rows
from apps.scheduling.rules import sees_notes
from apps.scheduling.services import wish_visit
from apps.security.enums import KeyScope
from core.shop import shop_zone

SHOWN = tuple(map(str, AppointmentShape().fields))
NEW = {"repair": 1, "technician": 1, "starts_at": "2027-03-01T09:00:00-05:00", "minutes": 60}
WEEKLY = {
    "job": 1,
    "technician": 1,
    "minutes": 60,
    "repeat": "weekly",
    "first_day": "2027-03-01",
    "local_time": "09:00",
    "number": 12,
}


def _is_wished(wanted: bool) -> Q:  # noqa: FBT001 - the value of a parameter
    return Q(wished_at__isnull=not wanted)


def _said(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


class AppointmentView(ApiView):
    """One visit and what is done with it."""

    def visible(self, pk: int) -> Appointment:
        """The visit of this URL, if the caller may see it."""
        return self.find(Appointment.objects.visible_to(self.actor), pk=pk)

    def told_rows(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as this caller is told them: notes are the shop's."""
        zone, has_notes = shop_zone(), sees_notes(self.actor)
        hidden = {} if has_notes else {"notes": ""}
        return [told_visit(row, zone) | hidden for row in rows]

    def told(self, pk: int, *, status: int = 200) -> Response:
        """The visit as it stands now, with its version as ETag."""
        (row,) = self.told_rows(list(visit_rows(Appointment.objects.filter(pk=pk))))
        headers = {"ETag": f'"{row["version"]}"'}
        if status == 201:  # noqa: PLR2004 - Created
            headers["Location"] = reverse("api:appointment-detail", args=[pk])
        return Response(_shown(row), status=status, headers=headers)


def _shown(row: Row) -> Row:
    """Without what pages alone need."""
    return {name: row[name] for name in SHOWN}


class AppointmentList(ListView, AppointmentView):
    """The visits that one sees: technicians their own, customers their company's."""

    parameters = (
        filters.ordering(
            *("starts_at", "-starts_at", "id", "-id", "updated_at", "-updated_at"),
        ),
        filters.from_day("from", "starts_at", "Beginning on this day of the shop or later."),
        filters.to_day("to", "starts_at", "Beginning on this day of the shop or earlier."),
        filters.by_choice("status", "status", VisitStatus, "Where it stands; may come often."),
        filters.by_id("technician", "technician", "Of this technician."),
        filters.by_id("customer", "customer", "Of this customer."),
        filters.by_id("repair", "repair", "For this repair."),
        filters.by_id("batch", "batch", "For this batch."),
        filters.by_id("job", "job", "For this job."),
        filters.by_id("series", "series", "Of this series."),
        filters.by_flag("wished", _is_wished, "Whether the customer wishes another time."),
        filters.updated_since(),
    )
    read_serializer = AppointmentShape
    key_scopes = {"POST": KeyScope.REQUEST}

    def rows(self) -> "QuerySet[Appointment, Row]":
        """What this person may see, as rows."""
        return visit_rows(Appointment.objects.visible_to(self.actor))

    def tell(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with what follows from them."""
        return [_shown(row) for row in self.told_rows(rows)]

    @extend_schema(
        operation_id="appointments_create",
        request=NewAppointmentBody,
        responses={201: AppointmentShape},
        examples=[OpenApiExample("An hour for a repair", value=NEW, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Book a visit; its work is given to its technician.

        409 `slot_taken`, `technician_away` and `outside_hours` tell the three nearest free times
        in `alternatives`; 409 `already_booked` the visit that there is.
        """
        body = self.body(NewAppointmentBody)
        visit = use_cases.book_visit(
            actor=self.actor,
            work=work_of(body),
            slot=slot_of(body),
            **_said(body, "notes", "tell"),
        )
        return self.told(visit.pk, status=201)


class AppointmentSeries(AppointmentView):
    """Visits that come round."""

    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(
        operation_id="appointments_series",
        request=SeriesBody,
        responses={201: SeriesShape},
        examples=[OpenApiExample("Each week at nine", value=WEEKLY, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """Book a series; its visits keep their local time in summer and in winter.

        409 `visits_refused` tells in `refused` each day that is not possible, and why.
        """
        body = self.body(SeriesBody)
        series, visits, refused = use_cases.book_series(
            actor=self.actor,
            job_id=body["job_id"],
            rule=rule_of(body),
            slot=slot_of(body),
            **_said(body, "notes", "tell", "skip_taken"),
        )
        made = Appointment.objects.filter(pk__in=[visit.pk for visit in visits])
        rows = self.told_rows(list(visit_rows(made.order_by("starts_at", "id"))))
        told = {
            "id": series.pk,
            "time_zone": series.time_zone,
            "appointments": [_shown(row) for row in rows],
            "refused": [{"date": day, "code": code} for day, code in refused],
        }
        return Response(told, status=201)


class AppointmentDetail(AppointmentView):
    """One visit."""

    @extend_schema(operation_id="appointments_retrieve", responses=AppointmentShape)
    def get(self, request: Request, pk: int) -> Response:
        """The visit, with its version as ETag."""
        return self.told(self.visible(pk).pk)

    @extend_schema(
        operation_id="appointments_move",
        request=AppointmentEditBody,
        responses=AppointmentShape,
        examples=[
            OpenApiExample(
                "Later, silently",
                value={"starts_at": "2027-03-01T11:00:00-05:00", "tell": False},
                request_only=True,
            )
        ],
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change when it is, who comes, where, what was promised, or its notes.

        409 as on booking. One that needs a new time gets it here.
        """
        self.visible(pk)
        check_booker(self.actor)
        changes = self.body(AppointmentEditBody, partial=True)
        said = {name: changes.pop(name) for name in ("confirm_hours", "tell") if name in changes}
        use_cases.move_visit(
            actor=self.actor,
            visit_id=pk,
            version=self.expected_version(),
            changes=changes,
            **said,
        )
        return self.told(pk)


class AppointmentCancel(AppointmentView):
    """A visit is called off."""

    @extend_schema(
        operation_id="appointments_cancel", request=CancelBody, responses=AppointmentShape
    )
    def post(self, request: Request, pk: int) -> Response:
        """Call it off; the work stays with its technician."""
        self.visible(pk)
        check_booker(self.actor)
        body, version = self.body(CancelBody), self.expected_version(required=False)
        use_cases.cancel_visit(actor=self.actor, visit_id=pk, version=version, **body)
        return self.told(pk)


class AppointmentWish(AppointmentView):
    """A customer wishes another time."""

    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(operation_id="appointments_wish", request=WishBody, responses=AppointmentShape)
    def post(self, request: Request, pk: int) -> Response:
        """Wish another time; the visit stays as it is, and the office is told."""
        self.visible(pk)
        body, version = self.body(WishBody), self.expected_version(required=False)
        wish_visit(actor=self.actor, visit_id=pk, version=version, **body)
        return self.told(pk)
