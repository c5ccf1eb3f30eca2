"""People, customers and work for tests.

People and places are plain rows; everything that has a status is made by the use cases, step by
step, so that counters, prices, approvals, audit entries and messages are what they would be.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.forms.models import model_to_dict

from apps.jobs import services as job_services
from apps.jobs.models import Equipment, Job, JobTask, JobTemplate
from apps.people.services.shop import FIELDS as SHOP_FIELDS
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import QueueStatus, ReasonCode
from apps.repairs.models import Repair, RepairBatch, Unit
from apps.repairs.services import Reason
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import Referral, Reward, RewardOption, RewardRedemption
from apps.scheduling.models import Appointment
from apps.scheduling.recurrence import local_instant
from apps.scheduling.services import Slot
from apps.technicians.models import Skill, Technician, WorkingHours
from core.clock import now
from core.enums import ApprovalPolicy, CustomerKind, Role, SpotWish
from core.keys import name_key
from core.models import (
    Customer,
    CustomerPreference,
    CustomerUser,
    Invitation,
    ShopSettings,
    Site,
    User,
)
from core.shop import shop_today, shop_zone

PASSWORD = "glass-and-resin-42"
DECLINED = Reason(code=ReasonCode.DECLINED, text="Too expensive this month")
_serial = itertools.count(1)


def make_user(
    *,
    name: str = "",
    role: Role = Role.CUSTOMER,
    username: str = "",
    email: str | None = None,
    password: str = PASSWORD,
    **fields: Any,
) -> User:
    """A person; "Tom Becker" signs in as tom.becker1 and reads tom.becker1@example.com."""
    name = name or "Sam Stone"
    first, _, last = name.partition(" ")
    username = username or f"{'.'.join(name.lower().split())}{next(_serial)}"
    email = f"{username}@example.com" if email is None else email
    return User.objects.create_user(
        username, email, password, first_name=first, last_name=last, role=role, **fields
    )


def make_admin(name: str = "Ada Office", **fields: Any) -> User:
    """An admin without flags, a dispatcher; ``manages_prices`` and ``manages_people`` add them."""
    return make_user(name=name, role=Role.ADMIN, **fields)


def make_owner(name: str = "Olga Owner", **fields: Any) -> User:
    """The first admin, with both flags."""
    return make_admin(name, manages_prices=True, manages_people=True, **fields)


def make_sales_agent(name: str = "Sal Agent", **fields: Any) -> User:
    """A sales agent; give them customers by ``make_customer(owner=...)``."""
    return make_user(name=name, role=Role.SALES_AGENT, **fields)


def make_technician(
    name: str = "Tom Becker",
    *,
    skills: Iterable[str] = (),
    user: User | None = None,
    **fields: Any,
) -> Technician:
    """A technician with their user; ``skills`` by name."""
    user = user or make_user(name=name, role=Role.TECHNICIAN)
    technician = Technician.objects.create(user=user, **fields)
    technician.expertise.set([make_skill(skill) for skill in skills])
    return technician


def make_skill(name: str) -> Skill:
    """The skill of that name."""
    skill, _ = Skill.objects.get_or_create(name_key=name.casefold(), defaults={"name": name})
    return skill


def make_customer(
    name: str = "",
    *,
    kind: CustomerKind = CustomerKind.COMPANY,
    policy: ApprovalPolicy = ApprovalPolicy.REQUIRE_APPROVAL,
    units_per_visit: int = 5,
    price_per_repair: Decimal | str | None = None,
    price_per_month: Decimal | str | None = None,
    on_spot: SpotWish = SpotWish.SHOP,
    is_confirmed: bool = True,
    **fields: Any,
) -> Customer:
    """A confirmed company with its preference row, without people."""
    name = name or f"Fleet {next(_serial)}"
    customer = Customer.objects.create(name=name, kind=kind, is_confirmed=is_confirmed, **fields)
    CustomerPreference.objects.create(
        customer=customer,
        approval_policy=policy,
        units_per_visit=units_per_visit,
        price_per_repair=price_per_repair,
        price_per_month=price_per_month,
        on_the_spot=on_spot,
    )
    return customer


def make_person(name: str = "Paula Private", **fields: Any) -> Customer:
    """A single car's owner as a customer."""
    return make_customer(name, kind=CustomerKind.PERSON, **fields)


def make_member(
    customer: Customer,
    name: str = "Mia Member",
    *,
    is_primary_contact: bool = False,
    can_request: bool = True,
    can_approve: bool = False,
    can_redeem: bool = False,
    can_manage_team: bool = False,
    **fields: Any,
) -> User:
    """A customer's user with these rights."""
    user = make_user(name=name, **fields)
    CustomerUser.objects.create(
        user=user,
        customer=customer,
        is_primary_contact=is_primary_contact,
        can_request=can_request,
        can_approve=can_approve,
        can_redeem=can_redeem,
        can_manage_team=can_manage_team,
    )
    return user


def make_primary(customer: Customer, name: str = "Petra Primary", **fields: Any) -> User:
    """The customer's primary contact, who has every right."""
    return make_member(customer, name, is_primary_contact=True, **fields)


def primary_of(customer: Customer) -> User:
    """The customer's primary contact, made when there is none."""
    member = customer.members.select_related("user").filter(is_primary_contact=True).first()
    return member.user if member else make_primary(customer)


def make_site(customer: Customer, name: str = "Main yard", **fields: Any) -> Site:
    """A place of the customer, in New York's zone unless said otherwise."""
    fields = {"zip_code": "10001", "city": "New York", "time_zone": "America/New_York"} | fields
    return Site.objects.create(customer=customer, name=name, **fields)


def make_unit(customer: Customer, number: str = "", **fields: Any) -> Unit:
    """A vehicle of the customer."""
    number = number or f"V{next(_serial)}"
    return Unit.objects.create(customer=customer, number=number, **fields)


def make_invitation(*, invited_by: User, expires_in: dt.timedelta, **fields: Any) -> Invitation:
    """An invitation row as the services write it; ``token_hash`` in ``fields`` where it counts."""
    number = next(_serial)
    fields = {"email": f"guest{number}@example.com", "token_hash": f"{number:064d}"} | fields
    return Invitation.objects.create(invited_by=invited_by, expires_at=now() + expires_in, **fields)


def set_shop(**values: Any) -> ShopSettings:
    """A new version of the shop's settings, with these values in place of the ones in force."""
    current = ShopSettings.objects.current()
    present = model_to_dict(current, SHOP_FIELDS)
    return ShopSettings.objects.create(**present | values)


def details(unit_number: str = "", **fields: Any) -> RequestDetails:
    """What a request says; a new unit's number unless given."""
    return RequestDetails(unit_number=unit_number or f"V{next(_serial)}", **fields)


def request(
    *,
    customer: Customer | None = None,
    actor: User | None = None,
    unit_number: str = "",
    confirm_duplicate: bool = False,
    **fields: Any,
) -> Repair:
    """A REQUESTED repair, by the customer's primary contact unless another actor is named."""
    customer = customer or (_own_customer(actor) if actor else None) or make_customer()
    return use_cases.request_repair(
        actor=actor or primary_of(customer),
        customer_id=customer.pk,
        details=details(unit_number, **fields),
        confirm_duplicate=confirm_duplicate,
    )


def request_batch(
    *, customer: Customer | None = None, actor: User | None = None, unit_numbers: Iterable[str]
) -> RepairBatch:
    """A batch of REQUESTED repairs, one a number."""
    customer = customer or make_customer()
    rows = [details(number) for number in unit_numbers]
    actor = actor or primary_of(customer)
    return use_cases.request_batch(actor=actor, customer_id=customer.pk, rows=rows)


def field_repair(
    *,
    technician: Technician | None = None,
    customer: Customer | None = None,
    unit_number: str = "",
    confirm_duplicate: bool = False,
    **fields: Any,
) -> Repair:
    """Damage found by a technician: PENDING, or APPROVED where the customer's policy says so."""
    technician = technician or make_technician()
    customer = customer or make_customer()
    return use_cases.create_field_repair(
        actor=technician.user,
        customer_id=customer.pk,
        details=details(unit_number, **fields),
        confirm_duplicate=confirm_duplicate,
    )


def take(repair: Repair, technician: Technician) -> Repair:
    """The request as the technician took it; ``repair`` itself is not touched."""
    return use_cases.approve_repair(actor=technician.user, repair_id=repair.pk)


def approved_repair(*, technician: Technician | None = None, **fields: Any) -> Repair:
    """A request that a technician took."""
    return take(request(**fields), technician or make_technician())


def started_repair(*, technician: Technician | None = None, **fields: Any) -> Repair:
    """A repair in progress."""
    technician = technician or make_technician()
    repair = approved_repair(technician=technician, **fields)
    return use_cases.start_repair(actor=technician.user, repair_id=repair.pk)


def completed_repair(*, technician: Technician | None = None, **fields: Any) -> Repair:
    """A finished repair, priced as the next of its unit."""
    technician = technician or make_technician()
    repair = started_repair(technician=technician, **fields)
    return use_cases.complete_repair(actor=technician.user, repair_id=repair.pk)


def denied_repair(*, reason: Reason = DECLINED, **fields: Any) -> Repair:
    """A request that its customer withdrew."""
    repair = request(**fields)
    actor = primary_of(repair.customer)
    return use_cases.deny_repair(actor=actor, repair_id=repair.pk, reason=reason)


def void(repair: Repair, *, actor: User, reason: str = "Wrong unit") -> Repair:
    """The repair as if it had never been."""
    return use_cases.void_repair(actor=actor, repair_id=repair.pk, reason=reason)


def set_shop_prices(amounts: Sequence[Decimal], *, actor: User) -> None:
    """New tiers for everybody, from now on."""
    use_cases.set_shop_prices(actor=actor, amounts=amounts)


def repair_in(
    status: QueueStatus,
    *,
    technician: Technician,
    customer: Customer | None = None,
    unit_number: str = "",
) -> Repair:
    """A repair of the technician's that stands at ``status``, brought there by use cases."""
    common: dict[str, Any] = {"customer": customer, "unit_number": unit_number}
    if status == QueueStatus.PENDING:
        return field_repair(technician=technician, **common)
    if status in {QueueStatus.REQUESTED, QueueStatus.DENIED}:
        return _of_technician(request(**common), technician, status)
    steps = {
        QueueStatus.APPROVED: approved_repair,
        QueueStatus.IN_PROGRESS: started_repair,
        QueueStatus.COMPLETED: completed_repair,
    }
    return steps[status](technician=technician, **common)


def make_option(
    name: str = "",
    *,
    kind: RewardKind = RewardKind.FIXED_AMOUNT,
    value: Decimal | str = "",
    points: int = 500,
    **values: Any,
) -> RewardOption:
    """Something on offer for everybody: $5 off for 500 points unless said otherwise."""
    name = name or f"Reward {next(_serial)}"
    worth = {RewardKind.FIXED_AMOUNT: "5.00", RewardKind.PERCENTAGE: "50.00"}
    amount = Decimal(value or worth.get(kind, "0.00"))
    system = User.objects.system()
    made = use_cases.create_reward_type(
        actor=system, values={"name": name, "kind": kind, "value": amount}
    )
    return use_cases.create_reward_option(
        actor=system,
        values={"name": name, "reward_type": made, "points_required": points} | values,
    )


def give_points(customer: Customer, points: int) -> Reward:
    """Points by hand, by the office, in as many steps as the terms ask for."""
    while points:
        step = min(points, 5000)
        use_cases.adjust_points(
            actor=User.objects.system(), customer_id=customer.pk, points=step, reason="A present"
        )
        points -= step
    return Reward.objects.get(customer=customer)


def redeem(
    option: RewardOption, *, customer: Customer, repair: Repair | None = None
) -> RewardRedemption:
    """The option redeemed by the customer's primary contact, with points given for it."""
    give_points(customer, option.points_required)
    return use_cases.redeem_reward(
        actor=primary_of(customer),
        option_id=option.pk,
        repair_id=repair.pk if repair else None,
    )


def refer(referrer: Customer, referred: Customer) -> Referral:
    """The one customer came by the code of the other one's primary contact."""
    code = use_cases.referral_code_of(actor=primary_of(referrer))
    return use_cases.enter_referral_code(
        actor=User.objects.system(), customer_id=referred.pk, code=code.code
    )


def make_equipment(name: str = "", **values: Any) -> Equipment:
    """An item in use."""
    values = {"name": name or f"Item {next(_serial)}"} | values
    return job_services.create_equipment(actor=User.objects.system(), values=values)


def make_template(name: str = "", *titles: str, **values: Any) -> JobTemplate:
    """A checklist of two tasks unless titles are named; ``equipment`` is what each needs."""
    ids = [item.pk for item in values.pop("equipment", ())]
    return job_services.create_template(
        actor=User.objects.system(),
        values={"name": name or f"Checklist {next(_serial)}"} | values,
        items=[
            job_services.TaskDetails(title=each, equipment=ids)
            for each in titles or ("Clean", "Cure")
        ],
    )


def make_job(
    *titles: str,
    customer: Customer | None = None,
    technician: Technician | None = None,
    actor: User | None = None,
    equipment: Iterable[Equipment] = (),
    title: str = "",
    **details: Any,
) -> Job:
    """A job with a task of each title, which all need the equipment; by the office."""
    ids = [item.pk for item in equipment]
    tasks = [job_services.TaskDetails(title=each, equipment=ids) for each in titles]
    return job_services.create_job(
        actor=actor or User.objects.system(),
        customer_id=(customer or make_customer()).pk,
        details=job_services.JobDetails(
            title=title or f"Job {next(_serial)}",
            assigned_to_id=technician.user_id if technician else None,
            tasks=tasks,
            **details,
        ),
    )


def set_hours(
    *technicians: Technician, begin: dt.time = dt.time(8), end: dt.time = dt.time(18)
) -> None:
    """Working hours of every day of the week, holidays or not."""
    set_shop(holiday_region="")
    WorkingHours.objects.bulk_create(
        WorkingHours(technician=technician, weekday=day, starts_at=begin, ends_at=end)
        for technician in technicians
        for day in range(7)
    )


def visit_at(days: int = 1, hour: int = 9, minute: int = 0) -> dt.datetime:
    """An instant so many days from today, by the shop's clock."""
    day = shop_today() + dt.timedelta(days=days)
    return local_instant(day, dt.time(hour, minute), shop_zone())


def slot(technician: Technician, at: dt.datetime | None = None, **fields: Any) -> Slot:
    """An hour of tomorrow, from nine o'clock on, a quarter of an hour ahead of it."""
    fields = {"minutes": 60, "confirm_hours": True} | fields
    return Slot(technician_id=technician.pk, starts_at=at or visit_at(), **fields)


def book(
    technician: Technician,
    at: dt.datetime | None = None,
    *,
    repair: Repair | None = None,
    job: Job | None = None,
    batch: RepairBatch | None = None,
    actor: User | None = None,
    **fields: Any,
) -> Appointment:
    """A booked visit, of a new request unless its work is named; by the office, silently."""
    work = use_cases.Work(
        repair_id=repair.pk if repair else None,
        batch_id=batch.pk if batch else None,
        job_id=job.pk if job else None,
    )
    if work == use_cases.Work():
        work = use_cases.Work(repair_id=request().pk)
    return use_cases.book_visit(
        actor=actor or User.objects.system(),
        work=work,
        slot=slot(technician, at, **fields),
        tell=False,
    )


def finish_tasks(job: Job, *, actor: User | None = None) -> list[JobTask]:
    """The job's tasks, all of them done."""
    tasks = list(job.tasks.open().order_by("order"))
    actor = actor or User.objects.system()
    return [
        job_services.edit_task(actor=actor, task_id=task.pk, status="completed") for task in tasks
    ]


def completed_job(*titles: str, actor: User | None = None, **fields: Any) -> Job:
    """A finished job of one task unless titles are named."""
    job = make_job(*(titles or ["Only"]), **fields)
    finish_tasks(job)
    return job_services.complete_job(actor=actor or User.objects.system(), job_id=job.pk)


def _of_technician(repair: Repair, technician: Technician, status: QueueStatus) -> Repair:
    system, primary = User.objects.system(), primary_of(repair.customer)
    repair = use_cases.assign_repair(actor=system, repair_id=repair.pk, technician_id=technician.pk)
    if status == QueueStatus.DENIED:
        return use_cases.deny_repair(actor=primary, repair_id=repair.pk, reason=DECLINED)
    return repair


def _own_customer(actor: User) -> Customer | None:
    member = CustomerUser.objects.filter(user=actor).select_related("customer").first()
    return member.customer if member else None


def find_customer(name: str) -> Customer:
    """The customer of that name."""
    return Customer.objects.get(name_key=name_key(name))
