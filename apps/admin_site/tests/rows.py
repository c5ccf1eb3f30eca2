"""Two rows of every model at least, so that a list that asks once a row is found out."""

import datetime as dt
import io
from typing import Any

from django.core.management import call_command
from django.db import models

from apps.jobs.models import JobTask, TaskAttachment
from apps.notifications.models import MessageText, MessageWishes, PushSubscription
from apps.photo_storage.models import StoredPhoto
from apps.queue_management.models import DamageTypeSkill, ListImport, PreferredTechnician
from apps.repairs.models import CustomerPricing, RepairBatch, ShopPriceList, Unit
from apps.repairs.models.links import RepairLink, UnitSticker
from apps.repairs.models.viscosity import ResinTable
from apps.rewards_referrals.models import RewardTerms
from apps.scheduling.models import AppointmentSeries, CalendarFeed
from apps.security.models import ApiKey, AuthSession, KnownDevice
from apps.technicians.models import Technician, TimeOff, WorkingHours
from core.clock import now
from core.models import (
    Customer,
    Heartbeat,
    IdempotencyRecord,
    Invitation,
    JoinRequest,
    SavedView,
    ScheduledRun,
    ShopSettings,
    User,
)
from tests import factories

DAY = dt.date(2026, 11, 23)
HOURS = {"weekday": 0, "starts_at": dt.time(8), "ends_at": dt.time(17)}
PRICES = {"first": 50, "second": 40, "third": 35, "fourth": 30, "fifth_on": 25}


def fill_shop() -> None:
    """The demonstration, and what it has none or one of; of other people, customers and units."""
    call_command("create_test_data", stdout=io.StringIO())
    users, technicians = list(User.objects.people()[:2]), list(Technician.objects.all()[:2])
    tasks, photos = list(JobTask.objects.all()[:2]), list(StoredPhoto.objects.all()[:2])
    customers, units = list(Customer.objects.all()[:2]), list(Unit.objects.all()[:2])
    for number, (user, technician, customer, unit) in enumerate(
        zip(users, technicians, customers, units, strict=True)
    ):
        skill = factories.make_skill(f"Skill {number}")
        repair = factories.request(customer=customer)
        for model, values in rows(number, user, customer).items():
            model._default_manager.create(**values)
        DamageTypeSkill.objects.create(damage_type=("Chip", "Crack")[number], skill=skill)
        PreferredTechnician.objects.create(customer=customer, technician=technician)
        TimeOff.objects.create(technician=technician, first_day=DAY, last_day=DAY)
        WorkingHours.objects.create(technician=technician, **HOURS)
        UnitSticker.objects.create(unit=unit, token=f"t{number}", made_by=user, made_at=now())
        AppointmentSeries.objects.create(
            job=factories.make_job(customer=customer),
            repeat="weekly",
            first_day=DAY,
            number=1,
            local_time=dt.time(9),
            time_zone="America/New_York",
            created_by=user,
        )
        factories.make_template()
        factories.redeem(factories.make_option(), customer=customer)
        factories.refer(customer, factories.make_customer())
        RewardTerms.objects.create(created_by=user)
        TaskAttachment.objects.create(task=tasks[number], stored=photos[number], sha256=str(number))
        CalendarFeed.objects.create(owner=user, created_by=user, token_hash=f"c{number}")
        RepairLink.objects.create(
            repair=repair,
            person=user,
            made_by=user,
            token_hash=f"l{number}",
            created_at=now(),
            expires_at=now(),
        )


def rows(number: int, user: User, customer: Customer) -> dict[type[models.Model], dict[str, Any]]:
    """What a row of these models needs."""
    name = f"Name {number}"
    return {
        ApiKey: {"user": user, "name": name, "prefix": "rs_", "key_hash": name},
        AuthSession: {"user": user, "refresh_jti": name},
        KnownDevice: {"user": user, "mark": name},
        CustomerPricing: {"customer": customer},
        Heartbeat: {"name": name, "seen_at": now()},
        ScheduledRun: {"name": name, "slot": "2026-11-30", "due_at": now()},
        IdempotencyRecord: {"principal": name, "key": name, "status": 201, "body": b""},
        Invitation: {
            "email": user.email,
            "customer": customer,
            "invited_by": user,
            "token_hash": name,
            "expires_at": now(),
        },
        JoinRequest: {"user": user, "company_name": name, "customer": customer},
        ListImport: {"created_by": user, "customer": customer, "file_name": name, "content": b""},
        MessageText: {"kind": "repair_completed", "notice": name, "created_by": user},
        MessageWishes: {"user": user},
        PushSubscription: {"user": user, "endpoint": name, "endpoint_hash": name},
        RepairBatch: {"customer": customer, "created_by": user},
        ResinTable: {"ranges": [], "created_by": user},
        SavedView: {"owner": user, "page": name, "name": name},
        ShopPriceList: {**PRICES, "valid_from": now(), "created_by": user},
        ShopSettings: {"created_by": user},
    }
