"""Every foreign object answers like a missing one, at every address and by every method."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse as address_of

from apps.api import urls
from apps.api.tests.conftest import CallAs, Caller
from apps.audit.models import AuditEntry
from apps.jobs.models import Equipment, Job, JobTask
from apps.jobs.services import attach_to_task
from apps.notifications.models import Notification
from apps.photo_storage.services import prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, RepairBatch
from apps.rewards_referrals.models import Referral, Reward, RewardOption, RewardRedemption
from apps.scheduling.models import Appointment
from apps.security.access import find_row
from apps.security.keys import create_key
from core.models import Customer, Site, User
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MISSING = 9_000_000
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

# Bodies that would do something, were the object the caller's own.
BODIES: dict[str, Any] = {
    "repair-detail": {"customer_notes": "mine"},
    "repair-status": {"status": "DENIED", "reason_code": "cancelled"},
    "repair-void": {"reason": "mine"},
    "batch-deny": {"reason_code": "declined"},
    "customer-detail": {"phone": "+12125550123"},
    "customer-refuse": {"reason": "mine"},
    "customer-active": {"is_active": False},
    "customer-sites": {"name": "Mine"},
    "customer-site": {"name": "Mine"},
    "customer-units": {"number": "77"},
    "unit-detail": {"plate": "MINE"},
    "appointment-detail": {"minutes": 30},
    "appointment-cancel": {"reason": "mine"},
    "appointment-wish": {"date": "2027-12-01"},
    "job-detail": {"title": "Mine"},
    "job-cancel": {"reason": "mine"},
    "job-reopen": {"reason": "mine"},
    "job-tasks": {"title": "Mine"},
    "task-detail": {"status": "completed"},
    "equipment-detail": {"name": "Mine"},
    "job-template-order": {"items": []},
    "redemption-choose": {"repair": None},
    "redemption-reject": {"reason": "mine"},
    "reward-type-detail": {"name": "Mine"},
    "reward-option-detail": {"name": "Mine"},
    "referral-refuse": {"reason": "mine"},
}
# Of colleagues they know the names, and equipment is everybody's of the shop to read.
READ_BY_STAFF = {
    *("technician-detail", "equipment-detail", "equipment-usage"),
    "job-template-detail",
}
STAFF = {"other_technician", "other_sales_agent"}
# Objects of a person; those of a company are made from the fixture ``things``.
OF_PERSONS = {"key-detail", "user-detail", "notification-read", "calendar-feed-detail"}


def addresses() -> Iterator[tuple[str, str]]:
    """Name and parameter of each address that names an object of a company."""
    for pattern in urls.urlpatterns:
        if "<id:pk>" in str(pattern.pattern):
            yield str(pattern.name), str(pattern.pattern)


# Written by the office alone, while staff reads it by another address.
OFFICES = {"job-template-order"}
COMPANYS = [name for name, _ in addresses() if name not in OF_PERSONS]


@pytest.fixture
def things(cast: Cast) -> dict[str, Any]:
    """Demo Fleet's batch of two, begun by its technician, with a picture; a site, a unit, a job."""
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    repair = batch.repairs.order_by("pk").first()
    assert repair is not None
    for each in batch.repairs.all():
        use_cases.assign_repair(
            actor=cast.admin, repair_id=each.pk, technician_id=cast.technician_record.pk
        )
        use_cases.approve_repair(actor=cast.technician, repair_id=each.pk)
        use_cases.start_repair(actor=cast.technician, repair_id=each.pk)
    use_cases.add_photo(
        actor=cast.technician,
        repair_id=repair.pk,
        upload=uploaded(plain()),
        kind=PhotoKind.BEFORE,
    )
    site = factories.make_site(cast.fleet)
    lamp = factories.make_equipment("Lamp")
    job = factories.make_job(
        "Measure",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        equipment=[lamp],
    )
    photo = prepare_photo(upload=uploaded(plain()))
    task = job.tasks.get()
    (attachment,) = attach_to_task(actor=cast.technician, task_id=task.pk, photos=[photo])
    visit = factories.book(cast.technician_record, batch=batch)
    option = factories.make_option()
    redemption = factories.redeem(option, customer=cast.fleet, repair=batch.repairs.last())
    referral = factories.refer(cast.fleet, factories.make_customer("Brought"))
    return {
        "appointment": visit.pk,
        "redemption": redemption.pk,
        "reward-type": option.reward_type_id,
        "reward-option": option.pk,
        "referral": referral.pk,
        "job": job.pk,
        "attachment": attachment.pk,
        "template": factories.make_template().pk,
        "task": task.pk,
        "equipment": lamp.pk,
        "repair": repair.pk,
        "batch": batch.pk,
        "customer": cast.fleet.pk,
        "unit": repair.unit_id,
        "site": site.pk,
        "technician": cast.technician_record.pk,
    }


def path_of(name: str, things: dict[str, Any], pk: int | None = None) -> str:
    kind = "-".join(name.split("-")[: 2 if name.startswith("reward-") else 1])
    own = things["template" if name.startswith("job-template") else kind]
    own = own if pk is None else pk
    site = {"site_pk": things["site"]} if name == "customer-site" else {}
    return address_of(f"api:{name}", kwargs={"pk": own, **site})


WORK: tuple[Any, ...] = (
    *(Repair, RepairBatch, Job, JobTask, Equipment, Appointment),
    *(Reward, RewardRedemption, RewardOption, Referral),
)


def state() -> list[Any]:
    """All that a write could have touched."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (*WORK, Customer, Site, AuditEntry, Notification)
    ]


def told(caller: Caller, method: str, path: str, name: str) -> tuple[int, bytes]:
    body = None if method in {"GET", "DELETE"} else BODIES.get(name, {})
    answer = caller.call(method, path, body, If_Match='"1"')
    return answer.status_code, b"".join(answer)  # files come in parts


@pytest.mark.parametrize("part", ["stranger", "nobody", "other_technician", "other_sales_agent"])
def test_foreign_object_answers_like_a_missing_one(
    call_as: CallAs, cast: Cast, things: dict[str, Any], part: str
) -> None:
    caller, before = call_as(cast.member(part)), state()
    for name in COMPANYS:
        if name in READ_BY_STAFF and part in STAFF:
            assert told(caller, "GET", path_of(name, things), name)[0] == 200, name
            continue
        if name in OFFICES and part in STAFF:
            continue
        for method in METHODS:
            foreign = told(caller, method, path_of(name, things), name)
            missing = told(caller, method, path_of(name, things, MISSING), name)
            assert foreign == missing, (name, method, foreign)
            assert foreign[0] in {404, 405}, (name, method, foreign)
        assert state() == before, name


@pytest.mark.parametrize("name", ["customer-site"])
def test_a_site_of_another_customer_is_not_found_below_ones_own(
    call_as: CallAs, cast: Cast, things: dict[str, Any], name: str
) -> None:
    path = address_of(f"api:{name}", kwargs={"pk": cast.other_fleet.pk, "site_pk": things["site"]})
    caller = call_as(cast.stranger)
    assert [told(caller, method, path, name)[0] for method in ("GET", "PATCH")] == [404, 404]


def test_own_object_is_found(call_as: CallAs, cast: Cast, things: dict[str, Any]) -> None:
    """The negative control: the same calls by the office are no 404."""
    caller = call_as(cast.admin)
    for name in COMPANYS:
        row = find_row(f"api:{name}")
        assert row is not None
        with transaction.atomic():
            for method in row.roles:  # deleting comes last
                assert told(caller, method, path_of(name, things), name)[0] != 404, (name, method)
            # The next one finds everything as it was.
            transaction.set_rollback(True)


@pytest.mark.parametrize("part", ["primary", "approver", "technician", "sales_agent", "admin"])
def test_somebody_elses_notice_and_key_are_not_found(
    call_as: CallAs, cast: Cast, things: dict[str, Any], part: str
) -> None:
    caller, person = call_as(cast.member(part)), cast.requester
    use_cases.request_repair(
        actor=cast.sales_agent, customer_id=cast.fleet.pk, details=factories.details("3")
    )
    notice = Notification.objects.exclude(recipient=cast.member(part)).first()
    key, _ = create_key(actor=person, name="mine", scopes=["read"])
    assert notice is not None
    assert caller.post(f"/api/notifications/{notice.pk}/read/").status_code == 404
    if part != "admin":
        assert caller.get(f"/api/keys/{key.pk}/").status_code == 404


def _key_of(user: User, *scopes: str) -> Caller:
    _, secret = create_key(actor=user, name="program", scopes=scopes)
    return Caller(f"Token {secret}", Client())


def writes_of_customers() -> Iterator[tuple[str, str]]:
    """Name and method of everything that a customer's user may write, in their own name."""
    for pattern in urls.urlpatterns:
        row = find_row(f"api:{pattern.name}")
        for method in {"POST", "PUT", "PATCH"} & row.roles.keys() if row else ():
            if row and row.allows(method, "customer") and not row.is_public(method):
                yield str(pattern.name), method


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("read", set()),
        (
            "request",
            {
                ("repair-request-list", "POST"),
                ("batch-list", "POST"),
                ("customer-units", "POST"),
                ("repair-photos", "POST"),
                ("repair-detail", "PUT"),
                ("repair-detail", "PATCH"),
                ("appointment-wish", "POST"),
            },
        ),
        (
            "approve",
            {
                ("repair-status", "PATCH"),
                ("batch-approve", "POST"),
                ("batch-deny", "POST"),
                ("rewards-redeem", "POST"),
                ("redemption-cancel", "POST"),
                ("redemption-choose", "POST"),
            },
        ),
    ],
)
def test_a_key_does_only_what_its_scope_says(
    cast: Cast, things: dict[str, Any], scope: str, allowed: set[tuple[str, str]]
) -> None:
    caller, reached = _key_of(cast.primary, scope), set()
    for name, method in writes_of_customers():
        own = name in COMPANYS
        persons = {"pk": 1} if name in OF_PERSONS else {}
        path = path_of(name, things) if own else address_of(f"api:{name}", kwargs=persons)
        answer = caller.call(method, path, {})
        if (answer.status_code, answer.json().get("code")) != (403, "key_scope"):
            reached.add((name, method))
    assert reached == allowed


@pytest.mark.parametrize(
    ("status", "expected"), [("APPROVED", "illegal_move"), ("COMPLETED", "key_scope")]
)
def test_a_key_approves_and_denies_nothing_else(
    cast: Cast, things: dict[str, Any], status: str, expected: str
) -> None:
    repair = factories.completed_repair(technician=cast.technician_record, customer=cast.fleet)
    caller = _key_of(cast.technician, "approve")
    answer = caller.call("PATCH", f"/api/repairs/{repair.pk}/status/", {"status": status})
    assert answer.json()["code"] == expected
