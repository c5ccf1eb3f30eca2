"""A customer's places; the ZIP code fills city, state, coordinates and zone offline."""

from collections.abc import Mapping
from typing import Any

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import (
    CORRECT,
    Changes,
    apply,
    check_version,
    found,
    locked,
    refuse_others,
    save_next,
)
from apps.people.rules import customers_visible_to, may_edit_customer
from core.errors import Forbidden, Invalid
from core.models import Customer, Site, User
from core.places import look_up_zip

FIELDS = ("name", "address", "zip_code", "access_note", "is_default", "is_active")


@use_case
def add_site(*, actor: User, customer_id: int, values: Changes) -> Site:
    """Add a place; a customer's first one is its default.

    Args:
        actor: Who may edit the customer.
        customer_id: Whose place it is.
        values: ``name`` and what else of ``FIELDS`` is known.

    Raises:
        NotFound, Forbidden, Invalid.
    """
    customer = _editable(actor, customer_id)
    refuse_others(values, FIELDS)
    site = Site(customer=customer)
    apply(site, {"name": "", **_with_place(values)})
    others = Site.objects.filter(customer=customer, is_active=True)
    site.is_default = site.is_default or not others.exists()
    _make_room(actor, site)
    site.save()
    record(actor=actor, verb="site.created", target=site)
    return site


@use_case
def update_site(*, actor: User, site_id: int, version: int | None, changes: Changes) -> Site:
    """Change a place; making it the default takes that from the former one.

    Raises:
        NotFound, Forbidden, PreconditionFailed.
        Invalid: Also when the default is to be given up without another one.
    """
    visible = Site.objects.filter(customer__in=customers_visible_to(actor))
    _editable(actor, found(visible, site_id).customer_id)
    site = locked(visible, site_id)
    check_version(site, version)
    refuse_others(changes, FIELDS)
    before = snapshot(site)
    apply(site, _with_place(changes))
    if before["is_default"] and not (site.is_default and site.is_active):
        message = "Make another place the default first."
        raise Invalid(message, errors={"is_default": [message]})
    _make_room(actor, site)
    return save_next(actor=actor, instance=site, before=before, verb="changed")


def _editable(actor: User, customer_id: int) -> Customer:
    # The customer's row is locked, so that two places cannot become the default at once.
    customer = locked(customers_visible_to(actor), customer_id)
    if not may_edit_customer(actor, customer):
        raise Forbidden
    return customer


def _with_place(values: Changes) -> Mapping[str, Any]:
    if "zip_code" not in values:
        return values
    written = str(values["zip_code"]).strip()
    place = look_up_zip(written)
    if written and place is None:
        raise Invalid(CORRECT, errors={"zip_code": ["This ZIP code is not known."]})
    if place is None:
        nowhere = {"city": "", "state": "", "latitude": None, "longitude": None, "time_zone": ""}
        return {**values, **nowhere}
    return {
        **values,
        "city": place.city,
        "state": place.state,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "time_zone": place.time_zone,
    }


def _make_room(actor: User, site: Site) -> None:
    if not site.is_default:
        return
    for former in Site.objects.filter(customer=site.customer, is_default=True).exclude(pk=site.pk):
        before = snapshot(former)
        former.is_default = False
        save_next(actor=actor, instance=former, before=before, verb="changed")
