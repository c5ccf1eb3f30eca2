"""Everything that the office does by a form or a button, one step each, for the tests of all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.audit.queries import head_position
from apps.office_portal.tests import making
from apps.office_portal.tests.making import Sent
from core.models import User
from tests.cast import Cast

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


STEPS = {
    "approve": Step(
        "office_repair_move", making.approve, "repair.approved", {"reason": ""}, versioned=True
    ),
    "end": Step(
        "office_repair_move",
        making.end,
        "repair.denied",
        {"reason_code": ""},
        kept="Too long a crack",
        versioned=True,
    ),
    "assign": Step(
        "office_repair_assign", making.assign, "repair.assigned", {"technician": ""}, versioned=True
    ),
    "pin": Step("office_repair_pin", making.pin, "repair.pinned", versioned=True, is_form=False),
    "void": Step(
        "office_repair_void", making.void, "repair.voided", {"reason": ""}, versioned=True
    ),
    "came back": Step(
        "office_repair_came_back",
        making.came_back,
        "repair.requested",
        {"description": ""},
        by_sales=True,
    ),
    "price": Step(
        "office_repair_price",
        making.price,
        "repair.price_set",
        {"override_reason": ""},
        kept="44.50",
        versioned=True,
    ),
    "photo": Step("office_repair_photo", making.photo, "repair.photo_added", {"kind": "selfie"}),
    "edit": Step(
        "office_repair_edit",
        making.edit,
        "repair.edited",
        {"damage_type": "Dent"},
        kept="Gate 4 is narrow",
        versioned=True,
    ),
    "approve the batch": Step(
        "office_batch_approve", making.batch_approve, "repair.approved", {"reason": ""}
    ),
    "end the batch": Step(
        "office_batch_deny",
        making.batch_deny,
        "repair.denied",
        {"reason_code": ""},
        kept="They sold the trucks",
    ),
    "ask": Step(
        "office_request_repair",
        making.ask,
        "repair.requested",
        {"customer": "Nobody Ltd"},
        kept="Dan the driver",
        by_sales=True,
    ),
    "open a customer": Step(
        "office_customer_new",
        making.new_customer,
        "customer.created",
        {"email": "no address"},
        kept="1 Hill Road",
        by_sales=True,
    ),
    "change a customer": Step(
        "office_customer_edit",
        making.change_customer,
        "customer.changed",
        {"phone": "12"},
        kept="desk@fleet.example",
        versioned=True,
        by_sales=True,
    ),
    "add a place": Step(
        "office_customer_detail",
        making.add_site,
        "site.created",
        {"zip_code": "00000"},
        kept="North yard",
        by_sales=True,
    ),
    "change a place": Step(
        "office_site",
        making.change_site,
        "site.changed",
        {"zip_code": "00000"},
        kept="New yard",
        versioned=True,
        by_sales=True,
    ),
    "confirm": Step(
        "office_customer_confirm",
        making.confirm,
        "customer.confirmed",
        versioned=True,
        is_form=False,
    ),
    "merge": Step(
        "office_customer_merge",
        making.merge,
        "customer.merged",
        {"into": "Nobody Ltd"},
        "Nobody Ltd",
    ),
    "refuse service": Step(
        "office_customer_service", making.refuse, "customer.refused", {"reason": ""}, versioned=True
    ),
    "lay aside": Step(
        "office_customer_active",
        making.lay_aside,
        "customer.deactivated",
        versioned=True,
        is_form=False,
    ),
    "policy": Step(
        "office_customer_prices",
        making.policy,
        "customerpreference.changed",
        {"price_per_month": "-1"},
        versioned=True,
    ),
    "own prices": Step(
        "office_customer_prices",
        making.own_prices,
        "prices.customer_changed",
        {"first": "-1"},
        kept="38.25",
        versioned=True,
    ),
    "enter a unit": Step(
        "office_customer_units",
        making.new_unit,
        "unit.created",
        {"number": "#4127"},
        kept="#4127",
        by_sales=True,
    ),
    "change a unit": Step(
        "office_unit_detail",
        making.change_unit,
        "unit.edited",
        {"year": "1066"},
        kept="Freightliner",
        versioned=True,
    ),
    "windshield": Step(
        "office_unit_windshield", making.windshield, "unit.windshield_replaced", is_form=False
    ),
    "merge units": Step(
        "office_unit_merge", making.merge_units, "unit.merged", {"number": "5000"}, "5000"
    ),
    "join": Step("office_join_request", making.join, "join.accepted", {"customer": ""}),
    "invite": Step(
        "office_people", making.invite, "invitation.sent", {"email": "nobody"}, kept="Demo Fleet"
    ),
    "role": Step(
        "office_person", making.role, "user.role_changed", {"role": "king"}, versioned=True
    ),
    "deactivate": Step(
        "office_person_active",
        making.deactivate,
        "user.deactivated",
        versioned=True,
        is_form=False,
    ),
    "revoke": Step("office_invitation_revoke", making.revoke, "invitation.revoked", is_form=False),
    "out": Step("office_technician_out", making.out, "technician.out", is_form=False),
    "profile": Step(
        "office_technician",
        making.profile,
        "technician.changed",
        {"home_zip": "00000"},
        kept="Calibration",
        versioned=True,
    ),
    "hours": Step(
        "office_technician",
        making.hours,
        "technician.hours_set",
        {"rows-0-ends_at": "08:00"},
        kept="08:15",
        versioned=True,
    ),
    "days off": Step(
        "office_technician",
        making.days_off,
        "technician.time_off_added",
        {"last_day": "2020-01-01"},
        kept="Dentist",
    ),
    "take back days": Step(
        "office_time_off_remove",
        making.take_back_days,
        "technician.time_off_removed",
        is_form=False,
    ),
    "needed skill": Step(
        "office_settings", making.needed_skill, "damage.skill_set", {"damage_type": "Dent"}
    ),
    "preferred": Step(
        "office_customer_prices",
        making.preferred,
        "customer.preferred_technician_set",
        {"technician": "0"},
    ),
    "shop": Step(
        "office_settings",
        making.shop,
        "shopsettings.changed",
        {"time_zone": "Mars/Olympus"},
        kept="Mars/Olympus",
    ),
    "shop prices": Step(
        "office_settings", making.shop_prices, "prices.shop_changed", {"first": "-5"}, kept="-5"
    ),
    "later prices": Step(
        "office_settings",
        making.later_prices,
        "prices.shop_changed",
        {"valid_from": "2020-01-01"},
        kept="2020-01-01",
    ),
    "take back prices": Step(
        "office_prices_withdraw", making.withdraw_prices, "prices.shop_withdrawn", is_form=False
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


@contextmanager
def nothing_done() -> Iterator[None]:
    """What happens inside must change nothing that the audit tells of."""
    before = head_position()
    yield
    assert verbs_since(before) == []
