"""Who walks the flow: made for one run, with random passwords, each at their own door."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.people.services.accounts import save_new_user
from apps.people.services.customers import create_customer
from apps.people.services.team import add_member
from apps.technicians.models import Technician
from core.enums import CustomerKind, Role
from core.models import Customer, User
from rs_systems.flow.remote import RemoteClient


class FlowError(Exception):
    """A step did not end as it has to."""


def expect(condition: object, problem: str) -> None:
    """Fail the step unless the condition holds."""
    if not condition:
        raise FlowError(problem)


@dataclass(frozen=True)
class Walker:
    """One person of the flow and their password, which nobody else ever knows."""

    user: User
    password: str
    server: str = ""

    def page_client(self) -> Client:
        """A browser, signed in at the sign-in page."""
        client = browser(self.server)
        fields = {"username": self.user.username, "password": self.password}
        response = client.post(reverse("login"), fields)
        expect(response.status_code in {302, 303}, f"sign-in answered {response.status_code}")
        return client

    def api_client(self) -> Client:
        """A program, with a token of the API."""
        fields = {"username": self.user.username, "password": self.password}
        client = browser(self.server)
        response = client.post(reverse("api:token"), fields, content_type="application/json")
        expect(response.status_code == 200, f"the token answered {response.status_code}")  # noqa: PLR2004 - OK
        return browser(self.server, authorization=f"Bearer {response.json()['access']}")


@dataclass(frozen=True)
class People:
    """Everybody who walks."""

    customer: Walker
    technician: Walker
    stranger: Walker
    admin: Walker
    company: Customer


def browser(server: str = "", **headers: str) -> Client:
    """A client that speaks to this installation as its proxy would; to a server, over the wire."""
    host = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
    if settings.USE_HTTPS:
        headers["x-forwarded-proto"] = "https"
    defaults: Any = {"host": host, **headers}
    return RemoteClient(server, headers=defaults) if server else Client(headers=defaults)


@use_case
def make_people(*, server: str = "") -> People:
    """New people under names that nobody has, so that the flow can be walked again and again."""
    mark = secrets.token_hex(4)
    system = User.objects.system()
    customer, technician, stranger, admin = (
        _walker(f"flow-{name}-{mark}", role, server)
        for name, role in (
            ("customer", Role.CUSTOMER),
            ("technician", Role.TECHNICIAN),
            ("stranger", Role.CUSTOMER),
            ("admin", Role.ADMIN),
        )
    )
    made = Technician.objects.create(user=technician.user)
    record(actor=system, verb="technician.created", target=made)
    company = _company(system, f"Flow {mark}", customer.user)
    _company(system, f"Flow stranger {mark}", stranger.user)
    return People(customer, technician, stranger, admin, company)


def _walker(username: str, role: Role, server: str) -> Walker:
    password = secrets.token_urlsafe(24)
    user = User(username=username, role=role, email=f"{username}@flow.invalid")
    user.set_password(password)
    return Walker(save_new_user(actor=User.objects.system(), user=user), password, server)


def _company(system: User, name: str, contact: User) -> Customer:
    customer = create_customer(actor=system, kind=CustomerKind.COMPANY, name=name)
    add_member(actor=system, user=contact, customer=customer, is_primary_contact=True)
    return customer
