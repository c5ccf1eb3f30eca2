"""Approval at the vehicle, and the breaks that were found together."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from apps.portal_pages.photos import once_stored
from apps.queue_management import use_cases
from apps.queue_management.use_cases.batches import find_batch
from apps.repairs import photo_pages
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.forms import SpotForm
from apps.technician_portal.page_data import batch_page
from apps.technician_portal.signing import Offer, offer_of
from core.errors import DomainError, NotFound
from core.models import User
from core.pages import REFUSED, attempt, person, see_other, tell_in_form
from core.templatetags.ui import money


@technician_required
def repair_sign(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Who stands at the vehicle approves one repair by name and signature."""
    user = person(request)
    repair = get_object_or_404(_rows(user), pk=repair_id)
    version = repair.version

    def sign(form: SpotForm) -> object:
        return use_cases.approve_on_spot(
            actor=user,
            repair_id=repair_id,
            word=form.word(),
            version=form.cleaned_data["version"],
        )

    back = reverse("repair_detail", args=[repair_id])
    return _sign(request, [repair], sign, back=back, version=version)


@technician_required
def batch_sign(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One signature for every break of a batch that waits."""
    user = person(request)

    def sign(form: SpotForm) -> object:
        return use_cases.approve_batch_on_spot(actor=user, batch_id=batch_id, word=form.word())

    back = reverse("technician_batch", args=[batch_id])
    return _sign(request, batch_rows(user, batch_id), sign, back=back)


def _sign(
    request: HttpRequest,
    repairs: list[Repair],
    sign: Callable[[SpotForm], object],
    *,
    back: str,
    version: int | None = None,
) -> HttpResponse:
    offer = offer_of(repairs)
    form = SpotForm(request.POST, request.FILES) if request.method == "POST" else None
    if form is None or not form.is_valid():
        return _show(request, repairs, offer, form or _empty(repairs, offer, version), back)
    checked = form

    def run() -> HttpResponse:
        if attempt(checked, lambda: sign(checked)) is None:
            _show_present(checked, offer, version)
            return _show(request, repairs, offer, checked, back)
        told = checked.cleaned_data
        messages.success(request, f"{told['name']} approved, at most {money(told['shown'])}.")
        return see_other(back)

    def refused(away: DomainError) -> HttpResponse:
        tell_in_form(checked, away)
        return _show(request, repairs, offer, checked, back)

    return once_stored(request, [checked.cleaned_data["signature"]], run, refused=refused)


def _empty(repairs: list[Repair], offer: Offer, version: int | None) -> SpotForm:
    first = repairs[0]
    name = first.contact_name or ("" if first.customer.is_company else first.customer.name)
    initial = {"name": name[:100], "shown": offer.total, "version": version}
    return SpotForm(initial=initial)


def _show_present(form: SpotForm, offer: Offer, version: int | None) -> None:
    """A refused form agrees to what the page shows now, not to what it showed before."""
    present = {"shown": str(offer.total), "version": "" if version is None else str(version)}
    form.data = {**form.data, **present}


def _show(
    request: HttpRequest, repairs: list[Repair], offer: Offer, form: SpotForm, back: str
) -> HttpResponse:
    context = {"repair": repairs[0], "offer": offer, "form": form, "back": back}
    status = REFUSED if form.is_bound else 200
    return render(request, "technician_portal/sign.html", context, status=status)


@technician_required
def technician_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The breaks that were found together, each with its next step."""
    user = person(request)
    context = batch_page(user, batch_rows(user, batch_id))
    return render(request, "technician_portal/batch_detail.html", context | {"pk": batch_id})


technician_signature = technician_required(photo_pages.signature)


def batch_rows(user: User, batch_id: int) -> list[Repair]:
    """The rows of a batch that this person may see, in their order; 404 without any."""
    try:
        batch = find_batch(user, batch_id)
    except NotFound as error:
        raise Http404 from error
    return list(_rows(user).filter(repair_batch=batch).order_by("break_number"))


def _rows(user: User) -> QuerySet[Repair]:
    return repair_list(user).select_related("unit__repair_count")
