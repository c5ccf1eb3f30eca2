"""What there is to see on each page: objects of the demonstration, and a few more."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import product
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.management import call_command
from django.db.models import Max, QuerySet
from django.urls import get_resolver

from apps.jobs.models import Equipment, Job, JobTask, JobTemplate, TaskAttachment
from apps.jobs.services import attach_to_task, edit_task
from apps.notifications.models import Notification
from apps.people.rules import (
    customers_visible_to,
    join_requests_visible_to,
    members_visible_to,
    users_visible_to,
)
from apps.people.services.invitations import invite
from apps.people.services.join_requests import ask_to_join
from apps.people.services.passwords import encoded
from apps.photo_storage.services import prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.queue_management.use_cases.list_checks import SHORT, check_import
from apps.queue_management.use_cases.list_imports import imports_visible_to, open_import
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, RepairBatch
from apps.repairs.queries import (
    photos_visible_to,
    signed_approvals_visible_to,
    units_visible_to,
)
from apps.rewards_referrals.enums import RewardKind
from apps.rewards_referrals.models import RewardOption, RewardRedemption, RewardType
from apps.scheduling.models import Appointment
from apps.scheduling.services import make_calendar_feed
from apps.technicians.models import Technician
from core.clock import now
from core.enums import AssignmentMode
from core.models import Customer, OutboxMessage, Site, User
from core.shop import shop_today
from tests import factories

Value = int | str


class Examples:
    """A shop in which every page has something to show."""

    def __init__(self) -> None:
        call_command("create_test_data", stdout=io.StringIO())
        self.people = {user.username: user for user in User.objects.people()}
        fleet = Customer.objects.get(name="Demo Fleet")
        primary = self.people["democustomer"]
        self.people["newcomer"] = factories.make_user(name="Nora Newcomer")
        asking = factories.make_user(name="Nick Asking")
        ask_to_join(actor=asking, company_name=fleet.name, message="I drive unit 4127.")
        factories.make_member(fleet, "Casey Colleague", can_approve=True)
        factories.make_customer("Walk-in Freight", is_confirmed=False)
        import_list(primary, fleet)
        _, calendar = make_calendar_feed(actor=primary)
        self.tokens = {
            "invitation": invite(actor=primary, email="guest@example.com", customer_id=fleet.pk)[1],
            "repair_link": link_to_waiting(self.people["admin"]),
            "unit_sticker": use_cases.stickers_of(
                actor=primary, unit_ids=ids(fleet.units.filter(number="4127"))
            )[0].token,
            "calendar_feed": calendar.rpartition("/")[2].removesuffix(".ics"),
        }
        checklist_of(self.people["tech1"], fleet)
        what_went_wrong(self.people, fleet)
        factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
        rows = [factories.details("4166"), factories.details("0470")]
        use_cases.request_batch(actor=primary, customer_id=fleet.pk, rows=rows)

    def arguments(self, user: User | None, name: str) -> list[dict[str, Value]]:
        """What the page's address can be made with, for what this person may see."""
        if name == "password_reset_confirm":
            newcomer = self.people["newcomer"]
            token = default_token_generator.make_token(newcomer)
            return [{"uid": encoded(newcomer), "token": token}]
        if name in self.tokens:
            return [{"token": self.tokens[name]}]
        if name == "repair_link_photo":
            return [{"token": self.tokens["repair_link"], "photo_id": 1, "variant": "thumb"}]
        if user is None:
            return [{}]
        names = parameters(name)
        values = [self.values(user, each) for each in names]
        return [dict(zip(names, chosen, strict=True)) for chosen in product(*values)]

    def values(self, user: User, parameter: str) -> Iterable[Value]:
        """A few values of one part of an address."""
        repairs, jobs = Repair.objects.visible_to(user), Job.objects.visible_to(user)
        visits = Appointment.objects.visible_to(user).order_by()
        pictured = jobs.filter(pk__in=TaskAttachment.objects.values("task__job"))
        each_status = jobs.order_by("-status").values_list("status").annotate(Max("pk"))
        found: dict[str, Iterable[Value]] = {
            "repair_id": one_each(repairs.values_list("queue_status").annotate(Max("pk"))),
            "template_id": ids(JobTemplate.objects.visible_to(user)),
            "job_id": {*ids(pictured)[:1], *one_each(each_status)},
            "attachment_id": ids(TaskAttachment.objects.visible_to(user))[:1],
            "batch_id": ids(RepairBatch.objects.filter(repairs__in=repairs).distinct()),
            "unit_id": ids(units_visible_to(user).filter(number__in=("4127", "4128"))),
            "photo_id": ids(photos_visible_to(user))[:1],
            "approval_id": ids(signed_approvals_visible_to(user)),
            "variant": ["thumb"],
            "by": ["month", "unit"],
            "member_id": ids(members_visible_to(user)),
            "request_id": ids(join_requests_visible_to(user)),
            "customer_id": ids(customers_visible_to(user)),
            "site_id": ids(Site.objects.filter(customer__in=customers_visible_to(user)))[:1],
            "user_id": one_each(users_visible_to(user).values_list("role").annotate(Max("pk"))),
            "technician_id": ids(Technician.objects.all())[:1],
            "visit_id": one_each(visits.values_list("status").annotate(Max("pk"))),
            "task_id": ids(JobTask.objects.visible_to(user))[:1],
            "equipment_id": ids(Equipment.objects.filter(tasks__isnull=False).distinct())[:1],
            "import_id": ids(imports_visible_to(user)),
            "kind": ["repair_completed", "approval_link"],
            "option_id": ids(RewardOption.objects.all())[1:],
            "type_id": ids(RewardType.objects.all())[:1],
            "redemption_id": ids(RewardRedemption.objects.visible_to(user))[:1],
            "notice_id": ids(Notification.objects.filter(recipient=user))[:1],
        }
        return found[parameter]


def import_list(user: User, fleet: Customer) -> None:
    """One that is checked and has everything, conflicts, faults, trailers; one being checked."""
    text = (
        "Unit,VIN,Make,Model,Description\n4127,,FREIGHTLINER,COLUMBIA,TRUCK\n9001,~6725,FORD,,VAN\n"
        "9002,1M8GDM9AXKP042788,,,BUS\n9003,,A,,VAN\n9003,,B,,VAN\n9004,,,,TRAILER\n,,,,VAN\n"
    )
    long = "Unit\n" + "\n".join(map(str, range(SHORT + 1)))
    for name, content in (("vehicles.csv", text), ("long.csv", long)):
        job = open_import(
            actor=user, customer_id=fleet.pk, file_name=name, content=content.encode()
        )
        check_import(actor=user, import_id=job.pk)


def checklist_of(technician: User, fleet: Customer) -> None:
    """A job of today, half done, with a note and a picture; one that has no day."""
    lamp = factories.make_equipment("UV lamp", serial_number="AB-1")
    job = factories.make_job(
        *("Measure the frame", "Cut the glass", "Clean up"),
        customer=fleet,
        technician=technician.technician,
        equipment=[lamp],
        title="Fit the rear window of 4127",
        priority="high",
        scheduled_date=shop_today(),
    )
    first = job.tasks.get(order=1)
    edit_task(actor=technician, task_id=first.pk, values={"notes": "72 by 40"}, status="completed")
    photo = prepare_photo(upload=uploaded(plain((640, 480))))
    attach_to_task(actor=technician, task_id=first.pk, photos=[photo])
    factories.make_template(
        "Star break", "Clean the pit", "Fill it", damage_type="Star Break", equipment=[lamp]
    )
    factories.make_job("Sweep the yard", customer=fleet, technician=technician.technician)


def what_went_wrong(people: dict[str, User], fleet: Customer) -> None:
    """Work that was given up; referrals that look odd or do not count; a customer in debt."""
    OutboxMessage.objects.create(
        kind="email.send", key="email:" + "x" * 90, next_at=now(), dead_at=now(), last_error="550"
    )
    companies = [factories.make_customer(f"Harbor Lines {n}", email=fleet.email) for n in (1, 2, 3)]
    brought = [factories.refer(fleet, each) for each in companies]
    admin, technician = people["admin"], people["tech1"].technician
    use_cases.refuse_referral(actor=admin, referral_id=brought[0].pk, reason="The same owner")
    debtor = companies[1]
    repair = factories.completed_repair(customer=debtor, technician=technician)
    option = factories.make_option("Cap", kind=RewardKind.MERCHANDISE, points=50)
    use_cases.redeem_reward(actor=factories.primary_of(debtor), option_id=option.pk)
    factories.void(repair, actor=admin)


def link_to_waiting(admin: User) -> str:
    """The token of a link to a repair that waits for approval."""
    waiting = Repair.objects.filter(queue_status=QueueStatus.PENDING).latest("pk")
    address = use_cases.make_repair_link(actor=admin, repair_id=waiting.pk)
    return address.rstrip("/").rpartition("/")[2]


def parameters(name: str) -> list[str]:
    """What the address of a page is made with; nothing in those of a namespace."""
    found = get_resolver().reverse_dict.getlist(name)
    return list(found[0][0][0][1]) if found else []


def ids(rows: QuerySet[Any]) -> list[int]:
    """At most two of them."""
    return list(rows.order_by("pk").values_list("pk", flat=True)[:2])


def one_each(kinds: Iterable[tuple[str, int]]) -> list[int]:
    """One of each kind."""
    return [pk for _, pk in kinds]
