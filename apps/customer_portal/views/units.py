"""A customer's vehicles."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from apps.customer_portal.forms import UnitForm, UnitSearchForm
from apps.customer_portal.member import member_of
from apps.customer_portal.unit_pages import unit_page, with_counts
from apps.queue_management import use_cases
from apps.repairs.exports import units_csv
from apps.repairs.models import Unit, UnitSticker
from apps.repairs.queries import units_visible_to
from apps.repairs.stickers import sticker_response
from core.errors import DomainError, Invalid, NotFound
from core.models import CustomerUser
from core.pages import attempt, list_page, person, press, see_other, sent_once, version_from
from core.paging import binding_of

DIGITS = 18


def customer_units(request: HttpRequest) -> HttpResponse:
    """The vehicles by number."""
    member = member_of(request)
    form = UnitSearchForm(request.GET)
    units = form.narrow(units_visible_to(member.user))
    page = list_page(
        request,
        units,
        ordering=("number_key", "id"),
        binding=binding_of(form.cleaned_data),
        page_size=50,
    )
    context = {
        "form": form,
        "page": page,
        "units": with_counts(page.rows),
        "may_request": member.has_right("can_request"),
    }
    return render(request, "customer_portal/units.html", context)


def customer_units_csv(request: HttpRequest) -> HttpResponseBase:
    """The vehicles of the list as a file."""
    member = member_of(request)
    units = UnitSearchForm(request.GET).narrow(units_visible_to(member.user))
    return units_csv(units.select_related("repair_count"))


def customer_unit_detail(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One vehicle: the price of its next repair, its history on the glass."""
    member = member_of(request)
    return _show(request, member, find_unit(member, unit_id))


def find_unit(member: CustomerUser, unit_id: int) -> Unit:
    """The unit, if it is the customer's; 404 otherwise."""
    units = units_visible_to(member.user).select_related("sticker")
    return get_object_or_404(units, pk=unit_id)


def _show(
    request: HttpRequest, member: CustomerUser, unit: Unit, *, refused: UnitForm | None = None
) -> HttpResponse:
    context = unit_page(member, unit) | {
        "unit_form": refused or UnitForm(instance=unit),
        "refused": refused or "",
    }
    return render(request, "customer_portal/unit_detail.html", context)


@sent_once
def customer_unit_edit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Change what is known of a vehicle."""
    member = member_of(request)
    unit = find_unit(member, unit_id)
    form = UnitForm(request.POST)
    if form.is_valid():
        version = version_from(request)
        saved = attempt(
            form,
            lambda: use_cases.edit_unit(
                actor=member.user, unit_id=unit_id, version=version, values=form.cleaned_data
            ),
        )
        if saved is not None:
            return see_other("customer_unit_detail", unit_id=unit_id)
    return _show(request, member, unit, refused=form)


@sent_once
def customer_unit_withdraw(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Take a vehicle out of use."""
    user, version = person(request), version_from(request)
    return press(
        request,
        lambda: use_cases.withdraw_unit(actor=user, unit_id=unit_id, version=version),
        success="Withdrawn. Its history stays; bring it back any time.",
        back="customer_unit_detail",
        unit_id=unit_id,
    )


@sent_once
def customer_unit_bring_back(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Put a withdrawn vehicle into use again."""
    user, version = person(request), version_from(request)
    return press(
        request,
        lambda: use_cases.bring_back_unit(actor=user, unit_id=unit_id, version=version),
        success="The unit is in use again.",
        back="customer_unit_detail",
        unit_id=unit_id,
    )


@sent_once
def customer_unit_new_sticker(request: HttpRequest, unit_id: int) -> HttpResponse:
    """End the unit's sticker and make another one."""
    user = person(request)
    return press(
        request,
        lambda: use_cases.new_sticker(actor=user, unit_id=unit_id),
        success="The old sticker leads nowhere now. Print the new one.",
        back="customer_unit_detail",
        unit_id=unit_id,
    )


def customer_unit_stickers(request: HttpRequest) -> HttpResponse:
    """The stickers of the units ticked, or of the whole list, as one PDF."""
    try:
        made = _stickers(request)
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return see_other(f"{reverse('customer_units')}?{request.GET.urlencode()}".rstrip("?"))
    return sticker_response(made)


def _stickers(request: HttpRequest) -> list[UnitSticker]:
    user = person(request)
    if "all" in request.POST:
        units = UnitSearchForm(request.GET).narrow(units_visible_to(user))
        return use_cases.stickers_of_list(actor=user, units=units)
    ids = request.POST.getlist("unit")
    if not ids:
        raise Invalid("Tick the units whose stickers you want to print.")
    if not all(text.isascii() and text.isdecimal() and len(text) <= DIGITS for text in ids):
        raise NotFound
    return use_cases.stickers_of(actor=user, unit_ids={int(text) for text in ids})
