"""Pages of the portals: statements and time in the server, one caller at a time."""

import statistics
import time

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Customer, CustomerUser, User
from rs_systems.demo import million

ROUNDS = 7
BACKEND = "apps.security.backends.PersonBackend"
OK = 200
FOR_CUSTOMERS = (
    "/app/",
    "/app/repairs/",
    "/app/units/",
    "/app/api/repair-cost-data/",
    "/app/api/unit-repair-data/",
)
FOR_TECHNICIANS = ("/tech/", "/tech/repairs/")
FOR_THE_OFFICE = (
    *("/office/", "/office/repairs/", "/office/customers/"),
    *("/admin/repairs/repair/", "/admin/repairs/unit/", "/admin/core/customer/"),
    *("/admin/audit/auditentry/", "/admin/repairs/repairapproval/"),
)


def measure(admin: User) -> None:
    """Print a line for each page, as who it is for."""
    asked = [
        *((_member(), page) for page in FOR_CUSTOMERS),
        *((_technician(), page) for page in FOR_TECHNICIANS),
        *((admin, page) for page in FOR_THE_OFFICE),
    ]
    print("\n| page | statements | ms in the server | of them cpu |\n| --- | --- | --- | --- |")
    for user, page in asked:
        client = _client(user)
        statements, (spent, own) = _statements(client, page), _milliseconds(client, page)
        print(f"| {page} | {statements} | {spent:.1f} | {own:.1f} |", flush=True)


def member_cookie() -> str:
    """What the browser of a customer sends who is signed in."""
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={_client(_member()).cookies[name].value}"


def _client(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend=BACKEND)
    return client


def _member() -> User:
    user, is_new = User.objects.get_or_create(
        username="bench-contact", username_key="bench-contact"
    )
    if is_new:
        customer = Customer.objects.get(pk=million.BASE + 1)
        CustomerUser.objects.create(user=user, customer=customer, is_primary_contact=True)
    return user


def _technician() -> User:
    return User.objects.get(username=million.FIRST_TECHNICIAN)


def _statements(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(page)
    if answer.status_code != OK:
        raise RuntimeError(f"{page}: {answer.status_code}")
    return len(caught)


def _milliseconds(client: Client, page: str) -> tuple[float, float]:
    """The median of some answers: time that passed, and processor time of our process."""
    passed, own = [], []
    for _ in range(ROUNDS):
        begun, own_begun = time.perf_counter(), time.process_time()
        client.get(page)
        passed.append(time.perf_counter() - begun)
        own.append(time.process_time() - own_begun)
    return statistics.median(passed) * 1000, statistics.median(own) * 1000
