"""The parts of a technician's page that are saved alike by themselves and by the office."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest

from apps.queue_management import use_cases
from apps.technicians.forms import BaseWeek
from apps.technicians.models import Technician
from core.errors import DomainError
from core.models import User
from core.pages import attempt, version_from

Save = Callable[[User, Technician, HttpRequest, Any], bool]


def save_hours(user: User, technician: Technician, request: HttpRequest, week: BaseWeek) -> bool:
    """Save a valid week; a refusal is told in it."""
    try:
        use_cases.set_working_hours(
            actor=user,
            technician_id=technician.pk,
            hours=week.spans(),
            version=version_from(request),
        )
    except DomainError as refusal:
        week.tell(refusal)
        return False
    return True


def save_days(user: User, technician: Technician, _request: HttpRequest, form: forms.Form) -> bool:
    """Add the days off of a valid form; a refusal is told in it."""
    return bool(
        attempt(
            form,
            lambda: use_cases.add_time_off(
                actor=user, technician_id=technician.pk, **form.cleaned_data
            ),
        )
    )
