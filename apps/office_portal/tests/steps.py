"""Everything that the office does by a form or a button, one step each, for the tests of all."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.people.services.join_requests import ask_to_join
from apps.photo_storage.tests.pictures import encode, half_red_half_blue, uploaded
from apps.queue_management import use_cases
from apps.repairs.models import Repair, Unit
from core.enums import Role
from core.models import Customer, JoinRequest, ShopSettings, Site, User
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    details,
    field_repair,
    make_customer,
    make_invitation,
    make_site,
    make_unit,
    make_user,
    request,
)

Sent = dict[str, Any]
WITHOUT_OBJECT = {
    "office_request_repair",
    "office_customer_new",
    "office_people",
    "office_settings",
}


@dataclass(frozen=True)
class Step:
    """One form.

    Attributes:
        page: Name of its address.
        make: Makes what it works on; returns the address's arguments and what is sent.
        verb: What the audit tells of it.
        bad: What makes the form or the use case refuse it.
        kept: Text of the form that a refusal shows again.
        versioned: Whether an old version is refused.
        by_sales: Whether the customer's sales agent may do it too.
        is_form: Whether a refusal answers with the form; a button goes back with a message.
    """

    page: str
    make: Callable[[Cast], tuple[list[int], Sent]]
    verb: str
    bad: Mapping[str, Any] = field(default_factory=dict)
    kept: str = ""
    versioned: bool = False
    by_sales: bool = False
    is_form: bool = True

    @property
    def of_object(self) -> bool:
        """Whether the address names an object."""
        return self.page not in WITHOUT_OBJECT


def _pending(cast: Cast) -> Repair:
    return field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")


def _requested(cast: Cast) -> Repair:
    return request(customer=cast.fleet, unit_number="4127")


def _on(repair: Repair, **sent: Any) -> tuple[list[int], Sent]:
    return [repair.pk], {"version": repair.version, **sent}


def _approve(cast: Cast) -> tuple[list[int], Sent]:
    return _on(_pending(cast), status="APPROVED", reason="Petra said yes by phone")


def _end(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"status": "DENIED", "reason_code": "not_repairable", "reason": "Too long a crack"}
    return _on(_requested(cast), **sent)


def _assign(cast: Cast) -> tuple[list[int], Sent]:
    repair = _requested(cast)
    others = [cast.technician_record, cast.other_technician_record]
    other = next(one for one in others if one.pk != repair.technician_id)
    return _on(repair, technician=other.pk, pin="on")


def _pin(cast: Cast) -> tuple[list[int], Sent]:
    return _on(_requested(cast), pin="yes")


def _void(cast: Cast) -> tuple[list[int], Sent]:
    repair = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    return _on(repair, reason="Wrong truck")


def _price(cast: Cast) -> tuple[list[int], Sent]:
    return _on(_requested(cast), amount="44.50", reason="Agreed by phone")


def _photo(cast: Cast) -> tuple[list[int], Sent]:
    picture = uploaded(encode(half_red_half_blue()))
    return _on(_requested(cast), image=picture, kind="before")


def _edit(cast: Cast) -> tuple[list[int], Sent]:
    return _on(_requested(cast), damage_type="Chip", internal_notes="Gate 4 is narrow")


def _batch(cast: Cast) -> int:
    batch = use_cases.create_field_batch(
        actor=cast.technician,
        customer_id=cast.fleet.pk,
        rows=[details("4150"), details("4151")],
    )
    return batch.pk


def _batch_approve(cast: Cast) -> tuple[list[int], Sent]:
    return [_batch(cast)], {"reason": "Petra said yes by phone"}


def _batch_deny(cast: Cast) -> tuple[list[int], Sent]:
    return [_batch(cast)], {"reason_code": "cancelled", "reason": "They sold the trucks"}


def _ask(cast: Cast) -> tuple[list[int], Sent]:
    return [], {
        "customer": f"Demo Fleet (#{cast.fleet.pk})",
        "unit_number": "4127",
        "damage_type": "Chip",
        "requested_by_name": "Dan the driver",
    }


def _new_customer(_cast: Cast) -> tuple[list[int], Sent]:
    return [], {"kind": "company", "name": "Hill Haulage", "billing_address": "1 Hill Road"}


def _change_customer(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"name": "Demo Fleet Inc", "email": "desk@fleet.example"}
    return [cast.fleet.pk], {"version": cast.fleet.version, **sent}


def _add_site(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.fleet.pk], {"name": "North yard", "zip_code": "10001"}


def _change_site(cast: Cast) -> tuple[list[int], Sent]:
    site: Site = make_site(cast.fleet, "Old yard")
    return [site.pk], {"version": site.version, "name": "New yard", "zip_code": "10001"}


def _newcomer() -> Customer:
    return make_customer("Newcomer Haulage", is_confirmed=False)


def _confirm(_cast: Cast) -> tuple[list[int], Sent]:
    customer = _newcomer()
    return [customer.pk], {"version": customer.version}


def _merge(_cast: Cast) -> tuple[list[int], Sent]:
    return [_newcomer().pk], {"into": "demo fleet"}


def _refuse(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.fleet.pk], {"version": cast.fleet.version, "reason": "Never pays"}


def _lay_aside(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.fleet.pk], {"version": cast.fleet.version, "active": "no"}


def _policy(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"part": "policy", "approval_policy": "UNIT_THRESHOLD", "units_per_visit": "3"}
    return [cast.fleet.pk], {"version": cast.fleet.customer_preference.version, **sent}


def _own_prices(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"part": "prices", "first": "0.00", "second": "38.25", "volume_percent": "0"}
    return [cast.fleet.pk], {"version": 1, **sent}


def _new_unit(cast: Cast) -> tuple[list[int], Sent]:
    make_unit(cast.fleet, "4127")
    return [cast.fleet.pk], {"number": "4128"}


def _change_unit(cast: Cast) -> tuple[list[int], Sent]:
    unit: Unit = make_unit(cast.fleet, "4127")
    return [unit.pk], {"version": unit.version, "make": "Freightliner", "is_active": "on"}


def _windshield(cast: Cast) -> tuple[list[int], Sent]:
    return [make_unit(cast.fleet, "4127").pk], {}


def _merge_units(cast: Cast) -> tuple[list[int], Sent]:
    make_unit(cast.fleet, "4127")
    return [make_unit(cast.fleet, "41270").pk], {"number": "Unit 4127"}


def _join(cast: Cast) -> tuple[list[int], Sent]:
    wish: JoinRequest = ask_to_join(actor=cast.nobody, company_name="Nowhere Ltd")
    return [wish.pk], {"accept": "yes", "customer": f"(#{cast.fleet.pk})"}


def _invite(cast: Cast) -> tuple[list[int], Sent]:
    return [], {"email": "new@fleet.example", "role": "customer", "customer": str(cast.fleet)}


def _role(_cast: Cast) -> tuple[list[int], Sent]:
    person: User = make_user(name="Rob Role")
    return [person.pk], {"version": person.version, "role": "technician"}


def _deactivate(cast: Cast) -> tuple[list[int], Sent]:
    person = cast.other_technician
    return [person.pk], {"version": person.version, "active": "no"}


def _revoke(cast: Cast) -> tuple[list[int], Sent]:
    invitation = make_invitation(
        invited_by=cast.owner, expires_in=dt.timedelta(days=1), role=Role.TECHNICIAN
    )
    return [invitation.pk], {}


def _out(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.technician_record.pk], {"out": "yes"}


def _shop(_cast: Cast) -> tuple[list[int], Sent]:
    present = ShopSettings.objects.current().pk
    sent = {"time_zone": "America/Denver", "assignment_mode": "suggest", "redo_months": "6"}
    return [], {"part": "shop", **({"version": present} if present else {}), **sent}


def _shop_prices(_cast: Cast) -> tuple[list[int], Sent]:
    amounts = {"first": "55", "second": "45", "third": "40", "fourth": "35", "fifth_on": "30"}
    return [], {"part": "prices", **amounts}


STEPS = {
    "approve": Step(
        "office_repair_move", _approve, "repair.approved", {"reason": ""}, versioned=True
    ),
    "end": Step(
        "office_repair_move",
        _end,
        "repair.denied",
        {"reason_code": ""},
        kept="Too long a crack",
        versioned=True,
    ),
    "assign": Step(
        "office_repair_assign", _assign, "repair.assigned", {"technician": ""}, versioned=True
    ),
    "pin": Step("office_repair_pin", _pin, "repair.pinned", versioned=True, is_form=False),
    "void": Step("office_repair_void", _void, "repair.voided", {"reason": ""}, versioned=True),
    "price": Step(
        "office_repair_price",
        _price,
        "repair.price_set",
        {"reason": ""},
        kept="44.50",
        versioned=True,
    ),
    "photo": Step("office_repair_photo", _photo, "repair.photo_added", {"kind": "selfie"}),
    "edit": Step(
        "office_repair_edit",
        _edit,
        "repair.edited",
        {"damage_type": "Dent"},
        kept="Gate 4 is narrow",
        versioned=True,
    ),
    "approve the batch": Step(
        "office_batch_approve", _batch_approve, "repair.approved", {"reason": ""}
    ),
    "end the batch": Step(
        "office_batch_deny",
        _batch_deny,
        "repair.denied",
        {"reason_code": ""},
        kept="They sold the trucks",
    ),
    "ask": Step(
        "office_request_repair",
        _ask,
        "repair.requested",
        {"customer": "Nobody Ltd"},
        kept="Dan the driver",
        by_sales=True,
    ),
    "open a customer": Step(
        "office_customer_new",
        _new_customer,
        "customer.created",
        {"email": "no address"},
        kept="1 Hill Road",
        by_sales=True,
    ),
    "change a customer": Step(
        "office_customer_edit",
        _change_customer,
        "customer.changed",
        {"phone": "12"},
        kept="desk@fleet.example",
        versioned=True,
        by_sales=True,
    ),
    "add a place": Step(
        "office_customer_detail",
        _add_site,
        "site.created",
        {"zip_code": "00000"},
        kept="North yard",
        by_sales=True,
    ),
    "change a place": Step(
        "office_site",
        _change_site,
        "site.changed",
        {"zip_code": "00000"},
        kept="New yard",
        versioned=True,
        by_sales=True,
    ),
    "confirm": Step(
        "office_customer_confirm", _confirm, "customer.confirmed", versioned=True, is_form=False
    ),
    "merge": Step(
        "office_customer_merge", _merge, "customer.merged", {"into": "Nobody Ltd"}, "Nobody Ltd"
    ),
    "refuse service": Step(
        "office_customer_service", _refuse, "customer.refused", {"reason": ""}, versioned=True
    ),
    "lay aside": Step(
        "office_customer_active",
        _lay_aside,
        "customer.deactivated",
        versioned=True,
        is_form=False,
    ),
    "policy": Step(
        "office_customer_prices",
        _policy,
        "customerpreference.changed",
        {"price_per_month": "-1"},
        versioned=True,
    ),
    "own prices": Step(
        "office_customer_prices",
        _own_prices,
        "prices.customer_changed",
        {"first": "-1"},
        kept="38.25",
        versioned=True,
    ),
    "enter a unit": Step(
        "office_customer_units",
        _new_unit,
        "unit.created",
        {"number": "#4127"},
        kept="#4127",
        by_sales=True,
    ),
    "change a unit": Step(
        "office_unit_detail",
        _change_unit,
        "unit.edited",
        {"year": "1066"},
        kept="Freightliner",
        versioned=True,
    ),
    "windshield": Step(
        "office_unit_windshield", _windshield, "unit.windshield_replaced", is_form=False
    ),
    "merge units": Step(
        "office_unit_merge", _merge_units, "unit.merged", {"number": "5000"}, "5000"
    ),
    "join": Step("office_join_request", _join, "join.accepted", {"customer": ""}),
    "invite": Step(
        "office_people", _invite, "invitation.sent", {"email": "nobody"}, kept="Demo Fleet"
    ),
    "role": Step("office_person", _role, "user.role_changed", {"role": "king"}, versioned=True),
    "deactivate": Step(
        "office_person_active",
        _deactivate,
        "user.deactivated",
        versioned=True,
        is_form=False,
    ),
    "revoke": Step("office_invitation_revoke", _revoke, "invitation.revoked", is_form=False),
    "out": Step("office_technician_out", _out, "technician.out", is_form=False),
    "shop": Step(
        "office_settings",
        _shop,
        "shopsettings.changed",
        {"time_zone": "Mars/Olympus"},
        kept="Mars/Olympus",
    ),
    "shop prices": Step(
        "office_settings", _shop_prices, "prices.shop_changed", {"first": "-5"}, kept="-5"
    ),
}


def signed_in(user: User) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(user)
    return client


def address(step: Step, args: list[int]) -> str:
    """Where the step is sent."""
    return reverse(step.page, args=args)


def verbs_since(position: int) -> list[str]:
    """What the audit tells of since then; nothing when nothing was changed."""
    entries = AuditEntry.objects.filter(position__gt=position).order_by("position")
    return list(entries.values_list("verb", flat=True))
