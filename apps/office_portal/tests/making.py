"""What each step works on, and what its form sends; named after the step."""

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.people.services.join_requests import ask_to_join
from apps.photo_storage.tests.pictures import encode, half_red_half_blue, uploaded
from apps.queue_management import use_cases
from apps.repairs.models import Repair, Unit
from core.clock import now
from core.enums import Role
from core.models import Customer, JoinRequest, ShopSettings, Site, User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    details,
    field_repair,
    make_customer,
    make_invitation,
    make_site,
    make_skill,
    make_unit,
    make_user,
    request,
)

Sent = dict[str, Any]


def pending(cast: Cast) -> Repair:
    return field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number="4127")


def requested(cast: Cast) -> Repair:
    return request(customer=cast.fleet, unit_number="4127")


def on(repair: Repair, **sent: Any) -> tuple[list[int], Sent]:
    return [repair.pk], {"version": repair.version, **sent}


def approve(cast: Cast) -> tuple[list[int], Sent]:
    return on(pending(cast), status="APPROVED", reason="Petra said yes by phone")


def end(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"status": "DENIED", "reason_code": "not_repairable", "reason": "Too long a crack"}
    return on(requested(cast), **sent)


def assign(cast: Cast) -> tuple[list[int], Sent]:
    repair = requested(cast)
    others = [cast.technician_record, cast.other_technician_record]
    other = next(one for one in others if one.pk != repair.technician_id)
    return on(repair, technician=other.pk, pin="on")


def pin(cast: Cast) -> tuple[list[int], Sent]:
    return on(requested(cast), pin="yes")


def void(cast: Cast) -> tuple[list[int], Sent]:
    repair = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    return on(repair, reason="Wrong truck")


def came_back(cast: Cast) -> tuple[list[int], Sent]:
    repair = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    return [repair.pk], {"description": "It spreads to the left"}


def price(cast: Cast) -> tuple[list[int], Sent]:
    return on(requested(cast), amount="44.50", override_reason="Agreed by phone")


def photo(cast: Cast) -> tuple[list[int], Sent]:
    picture = uploaded(encode(half_red_half_blue()))
    return on(requested(cast), images=picture, kind="before")


def edit(cast: Cast) -> tuple[list[int], Sent]:
    return on(requested(cast), damage_type="Chip", internal_notes="Gate 4 is narrow")


def batch(cast: Cast) -> int:
    batch = use_cases.create_field_batch(
        actor=cast.technician,
        customer_id=cast.fleet.pk,
        rows=[details("4150"), details("4151")],
    )
    return batch.pk


def batch_approve(cast: Cast) -> tuple[list[int], Sent]:
    return [batch(cast)], {"reason": "Petra said yes by phone"}


def batch_deny(cast: Cast) -> tuple[list[int], Sent]:
    return [batch(cast)], {"reason_code": "cancelled", "reason": "They sold the trucks"}


def ask(cast: Cast) -> tuple[list[int], Sent]:
    return [], {
        "customer": f"Demo Fleet (#{cast.fleet.pk})",
        "unit_number": "4127",
        "damage_type": "Chip",
        "requested_by_name": "Dan the driver",
    }


def new_customer(_cast: Cast) -> tuple[list[int], Sent]:
    return [], {"kind": "company", "name": "Hill Haulage", "billing_address": "1 Hill Road"}


def change_customer(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"name": "Demo Fleet Inc", "email": "desk@fleet.example"}
    return [cast.fleet.pk], {"version": cast.fleet.version, **sent}


def add_site(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.fleet.pk], {"name": "North yard", "zip_code": "10001"}


def change_site(cast: Cast) -> tuple[list[int], Sent]:
    site: Site = make_site(cast.fleet, "Old yard")
    return [site.pk], {"version": site.version, "name": "New yard", "zip_code": "10001"}


def newcomer() -> Customer:
    return make_customer("Newcomer Haulage", is_confirmed=False)


def confirm(_cast: Cast) -> tuple[list[int], Sent]:
    customer = newcomer()
    return [customer.pk], {"version": customer.version}


def merge(_cast: Cast) -> tuple[list[int], Sent]:
    return [newcomer().pk], {"into": "demo fleet"}


def refuse(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.fleet.pk], {"version": cast.fleet.version, "reason": "Never pays"}


def lay_aside(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.fleet.pk], {"version": cast.fleet.version, "active": "no"}


def policy(cast: Cast) -> tuple[list[int], Sent]:
    sent = {
        "part": "policy",
        "approval_policy": "UNIT_THRESHOLD",
        "units_per_visit": "3",
        "on_the_spot": "shop",
    }
    return [cast.fleet.pk], {"version": cast.fleet.customer_preference.version, **sent}


def own_prices(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"part": "prices", "first": "0.00", "second": "38.25", "volume_percent": "0"}
    return [cast.fleet.pk], {"version": 1, **sent}


def new_unit(cast: Cast) -> tuple[list[int], Sent]:
    make_unit(cast.fleet, "4127")
    return [cast.fleet.pk], {"number": "4128"}


def change_unit(cast: Cast) -> tuple[list[int], Sent]:
    unit: Unit = make_unit(cast.fleet, "4127")
    return [unit.pk], {"version": unit.version, "make": "Freightliner", "is_active": "on"}


def windshield(cast: Cast) -> tuple[list[int], Sent]:
    return [make_unit(cast.fleet, "4127").pk], {}


def merge_units(cast: Cast) -> tuple[list[int], Sent]:
    make_unit(cast.fleet, "4127")
    return [make_unit(cast.fleet, "41270").pk], {"number": "Unit 4127"}


def join(cast: Cast) -> tuple[list[int], Sent]:
    wish: JoinRequest = ask_to_join(actor=cast.nobody, company_name="Nowhere Ltd")
    return [wish.pk], {"accept": "yes", "customer": f"(#{cast.fleet.pk})"}


def invite(cast: Cast) -> tuple[list[int], Sent]:
    return [], {"email": "new@fleet.example", "role": "customer", "customer": str(cast.fleet)}


def role(_cast: Cast) -> tuple[list[int], Sent]:
    person: User = make_user(name="Rob Role")
    return [person.pk], {"version": person.version, "role": "technician"}


def deactivate(cast: Cast) -> tuple[list[int], Sent]:
    person = cast.other_technician
    return [person.pk], {"version": person.version, "active": "no"}


def revoke(cast: Cast) -> tuple[list[int], Sent]:
    invitation = make_invitation(
        invited_by=cast.owner, expires_in=dt.timedelta(days=1), role=Role.TECHNICIAN
    )
    return [invitation.pk], {}


def out(cast: Cast) -> tuple[list[int], Sent]:
    return [cast.technician_record.pk], {"out": "yes"}


def shop(_cast: Cast) -> tuple[list[int], Sent]:
    present = ShopSettings.objects.current().pk
    sent = {
        "time_zone": "America/Denver",
        "assignment_mode": "suggest",
        "redo_months": "6",
        "on_the_spot": "persons",
    }
    return [], {"part": "shop", **({"version": present} if present else {}), **sent}


def shop_prices(_cast: Cast) -> tuple[list[int], Sent]:
    amounts = {"first": "55", "second": "45", "third": "40", "fourth": "35", "fifth_on": "30"}
    return [], {"part": "prices", **amounts}


def later_prices(_cast: Cast) -> tuple[list[int], Sent]:
    _, sent = shop_prices(_cast)
    return [], {**sent, "valid_from": (shop_today() + dt.timedelta(days=7)).isoformat()}


def withdraw_prices(cast: Cast) -> tuple[list[int], Sent]:
    start = now() + dt.timedelta(days=7)
    amounts = [Decimal(amount) for amount in (55, 45, 40, 35, 30)]
    prices = use_cases.set_shop_prices(actor=cast.owner, amounts=amounts, valid_from=start)
    return [prices.pk], {}


def profile(cast: Cast) -> tuple[list[int], Sent]:
    record = cast.technician_record
    skill = make_skill("Long cracks")
    sent = {"part": "profile", "home_zip": "98101", "phone": "206 555 0123", "skills": [skill.pk]}
    return [record.pk], {"version": record.version, "new_skill": "Calibration", **sent}


def hours(cast: Cast) -> tuple[list[int], Sent]:
    record = cast.technician_record
    rows = {f"rows-{day}-weekday": day for day in range(7)}
    sent = {"rows-0-starts_at": "08:15", "rows-0-ends_at": "16:30"}
    forms = {"rows-TOTAL_FORMS": 7, "rows-INITIAL_FORMS": 7}
    return [record.pk], {"part": "hours", "version": record.version, **forms, **rows, **sent}


def days_off(cast: Cast) -> tuple[list[int], Sent]:
    today = shop_today().isoformat()
    sent = {"part": "days_off", "first_day": today, "last_day": today, "reason": "Dentist"}
    return [cast.technician_record.pk], sent


def take_back_days(cast: Cast) -> tuple[list[int], Sent]:
    today = shop_today()
    days = cast.technician_record.time_off.create(first_day=today, last_day=today)
    return [days.pk], {}


def needed_skill(_cast: Cast) -> tuple[list[int], Sent]:
    skill = make_skill("Long cracks")
    return [], {"part": "skill", "damage_type": "Crack", "skill": skill.pk}


def preferred(cast: Cast) -> tuple[list[int], Sent]:
    sent = {"part": "preferred", "technician": cast.other_technician_record.pk}
    return [cast.fleet.pk], sent
