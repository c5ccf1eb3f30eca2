"""A unit's sticker, scanned: a driver without an account asks for a repair."""

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache

from apps.photo_storage.services import staged
from apps.public_site.forms import DriverForm
from apps.public_site.views.shared import show
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import DamageType
from apps.repairs.forms import position_columns
from apps.repairs.models import Unit
from apps.repairs.stickers import unit_of_sticker
from apps.security.rates import limit_drivers
from core.errors import Conflict, DomainError, NotFound, Unavailable
from core.models import User
from core.pages import see_other, tell_in_form
from core.problems import marked
from core.rules import has_customer_right, is_admin, is_signed_in, is_technician

OVER = 404
# Whose unit it is and what is done with it, a stranger is not told.
POLITE = {
    "possible_duplicate": "",
    "too_many_open": "This unit is reported already, and is looked after. Thank you.",
    "do_not_service": "We take no reports about this unit now. Please tell your dispatcher.",
}


@never_cache
def unit_sticker(request: HttpRequest, token: str) -> HttpResponse:
    """The unit's page: who belongs to it goes on to their own form, anybody else fills in this."""
    unit = unit_of_sticker(token)
    if unit is None:
        return _over(request)
    if is_signed_in(request.user) and (own := _own_page(request.user, unit)):
        return redirect(own)
    form = DriverForm(request.POST if request.method == "POST" else None)
    is_duplicate, away = False, None
    if form.is_bound:
        try:
            limit_drivers(request, unit.pk)
            form = DriverForm(request.POST, request.FILES)
            if form.is_valid():
                _report(request, token, form)
                return see_other("unit_sticker_done")
        except NotFound:
            return _over(request)
        except DomainError as refusal:
            is_duplicate = refusal.code == "possible_duplicate"
            away = refusal if isinstance(refusal, Unavailable) else None
            _tell(form, refusal)
    answer = show(request, "unit_sticker", form, unit=unit, is_duplicate=is_duplicate)
    return marked(answer, away) if away else answer


def _own_page(user: User, unit: Unit) -> str:
    """Where this person asks for a repair of the unit, or looks at it; empty for strangers."""
    if has_customer_right(user, unit.customer_id, "can_request"):
        return f"{reverse('customer_request_repair')}?{urlencode({'unit': unit.number})}"
    if is_technician(user):
        query = urlencode({"customer": unit.customer_id, "unit": unit.number})
        return f"{reverse('create_repair')}?{query}"
    return reverse("office_unit_detail", args=[unit.pk]) if is_admin(user) else ""


def _report(request: HttpRequest, token: str, form: DriverForm) -> None:
    said = form.cleaned_data
    with staged(said["photo"]):
        use_cases.request_by_sticker(
            token=token,
            details=RequestDetails(
                **position_columns(said),
                unit_number="",
                damage_type=said["damage_type"] or DamageType.UNKNOWN,
                description=said["description"],
                requested_by_name=said["requested_by_name"],
                contact_name=said["requested_by_name"],
                contact_phone=said["contact_phone"],
            ),
            photo=said["photo"],
            confirm_duplicate="confirm_duplicate" in request.POST,
        )


def _tell(form: forms.Form, refusal: DomainError) -> None:
    polite = POLITE.get(refusal.code)
    if polite is None:
        tell_in_form(form, refusal)
    elif polite:
        tell_in_form(form, Conflict(polite))


def _over(request: HttpRequest) -> HttpResponse:
    answer = show(request, "unit_sticker_over")
    answer.status_code = OVER
    return answer


def unit_sticker_done(request: HttpRequest) -> HttpResponse:
    """Thanks; nothing is told of the unit."""
    return show(request, "unit_sticker_done")
