"""A repair by its own link: looked at and decided without an account, and how a link is made."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from apps.photo_storage.enums import Variant
from apps.photo_storage.serving import photo_response
from apps.public_site.forms import DeclineForm, LinkMailForm, NameForm
from apps.public_site.views.shared import show, submit
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs.gallery import photo_lines
from apps.repairs.glass import where_of
from apps.repairs.links import live_link
from apps.repairs.models import Repair, RepairLink, RepairPhoto
from apps.repairs.queries import quote_now, repair_list
from core.errors import NotFound
from core.pages import attempt, person, see_other, version_from

OVER = 404


@never_cache
def repair_link(request: HttpRequest, token: str) -> HttpResponse:
    """One repair with its price explained; approve or decline."""
    link = live_link(token)
    if link is None:
        return _over(request)
    name = {"name": _name_of(link)}
    approving, declining = NameForm(initial=name), DeclineForm(initial=name)
    answer = None
    if request.method == "POST" and "decline" in request.POST:
        declining = DeclineForm(request.POST)
        answer = submit(request, declining, lambda: _decline(request, token, declining))
    elif request.method == "POST":
        approving = NameForm(request.POST)
        answer = submit(request, approving, lambda: _approve(request, token, approving))
    return answer or _look(request, token, approving, declining)


def _name_of(link: RepairLink) -> str:
    """Whom the link was made for, as far as it is known."""
    if link.person is not None:
        return str(link.person)
    customer = link.repair.customer
    return "" if customer.is_company else customer.name


def _approve(request: HttpRequest, token: str, form: NameForm) -> HttpResponse:
    use_cases.approve_by_link(
        token=token,
        name=form.cleaned_data["name"],
        shown=_amount(request.POST.get("shown", "")),
        version=version_from(request),
    )
    messages.success(request, "Approved. The technician is told.")
    return see_other("repair_link_done")


def _amount(text: str) -> Decimal:
    """The price that the page showed; what is no amount agrees to nothing."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


def _decline(request: HttpRequest, token: str, form: DeclineForm) -> HttpResponse:
    said = form.cleaned_data
    reason = Reason(code=said["reason_code"], text=said["reason"])
    use_cases.deny_by_link(token=token, name=said["name"], reason=reason)
    messages.success(request, "Declined. The technician is told.")
    return see_other("repair_link_done")


def _look(
    request: HttpRequest, token: str, approving: NameForm, declining: DeclineForm
) -> HttpResponse:
    """The repair as it is now: it may have been decided while this one was thinking."""
    link = live_link(token)
    if link is None:
        return _over(request)
    repair = link.repair
    return show(
        request,
        "repair_link",
        repair=repair,
        link=link,
        quote=quote_now(repair),
        where=where_of(repair.damage_x, repair.damage_y),
        photos=photo_lines(_photos(repair), url_name="repair_link_photo", before=[token]),
        approving=approving,
        declining=declining,
    )


def _photos(repair: Repair) -> QuerySet[RepairPhoto]:
    return repair.photos.filter(is_internal=False).select_related("stored")


def _over(request: HttpRequest) -> HttpResponse:
    answer = show(request, "repair_link_over")
    answer.status_code = OVER
    return answer


def repair_link_done(request: HttpRequest) -> HttpResponse:
    """Thanks; nothing is told here of the repair."""
    return show(request, "repair_link_done")


@never_cache
def repair_link_photo(
    _request: HttpRequest, token: str, photo_id: int, variant: str
) -> HttpResponseBase:
    """The bytes of a picture of the repair that the link shows."""
    link = live_link(token)
    if link is None:
        raise Http404
    photo = get_object_or_404(_photos(link.repair), pk=photo_id)
    try:
        return photo_response(photo.stored, Variant(variant))
    except (ValueError, NotFound) as error:
        raise Http404 from error


@never_cache
def repair_link_new(request: HttpRequest, repair_id: int) -> HttpResponse:
    """For the office and the technician: a link to copy, or to mail where the customer says."""
    user = person(request)
    repair = get_object_or_404(repair_list(user), pk=repair_id)
    making = forms.Form(request.POST if "make" in request.POST else None)
    mailing = LinkMailForm(
        request.POST if "email" in request.POST else None, initial={"email": repair.customer.email}
    )
    address: str | None = None
    if making.is_bound:
        address = attempt(
            making, lambda: use_cases.make_repair_link(actor=user, repair_id=repair_id)
        )
    elif mailing.is_bound:
        answer = submit(request, mailing, lambda: _mail(request, repair, mailing))
        if answer is not None:
            return answer
    return show(
        request, "repair_link_new", repair=repair, address=address, making=making, mailing=mailing
    )


def _mail(request: HttpRequest, repair: Repair, form: LinkMailForm) -> HttpResponse:
    to = form.cleaned_data["email"]
    use_cases.mail_repair_link(actor=person(request), repair_id=repair.pk, email=to)
    messages.success(request, f"The link is on its way to {to}.")
    return see_other("repair_link_new", repair_id=repair.pk)
