"""The steps of the flow, in order; a step that does not end as it has to raises ``FlowError``."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.test import Client
from django.urls import reverse

from apps.repairs.models import Repair
from apps.repairs.queries import schedule_in_force
from core.clock import now
from core.invariants import invariant_violations
from core.money import CENT
from rs_systems.demo.pictures import windshield
from rs_systems.flow.people import FlowError, People, expect, make_people

OK, CREATED, SEE_OTHER, NOT_FOUND = 200, 201, (302, 303), 404
UNIT = "FLOW-1"
Step = tuple[str, Callable[[], None]]


class Flow:
    """One walk: a customer's request, a technician's work, its price, who may see what.

    Args:
        server: The address of a running server of this installation; none walks inside of here.
    """

    def __init__(self, server: str = "") -> None:
        self.server = server

    people: People
    customer_pages: Client
    technician_pages: Client
    technician_api: Client
    repairs: list[Repair]

    def steps(self) -> Iterator[Step]:
        """What is done, in words, and how."""
        yield "People and a company are made", self.make_people
        yield "The customer and the technician sign in", self.sign_in
        yield "The customer asks for a repair on the page", self.request_on_page
        yield "The technician finds it in the API and takes it", self.take_by_api
        yield "The technician starts it, adds a photo and completes it by API", self.work_by_api
        yield "It costs the first tier", lambda: self.check_price(0)
        yield "The customer asks for a second repair of the unit by API", self.request_by_api
        yield "The technician works on the page, with a photo", self.work_on_page
        yield "It costs the second tier", lambda: self.check_price(1)
        yield "The customer reads price and history", self.read_as_customer
        yield "A stranger finds nothing", self.look_as_stranger
        yield "The office and the admin site open", self.open_office
        yield "Every invariant holds", self.check_invariants

    def make_people(self) -> None:
        """Make who walks."""
        self.people = make_people(server=self.server)
        self.repairs = []

    def sign_in(self) -> None:
        """Sign in at both doors."""
        self.customer_pages = self.people.customer.page_client()
        self.technician_pages = self.people.technician.page_client()
        self.technician_api = self.people.technician.api_client()

    def request_on_page(self) -> None:
        """Ask with the guide's plain fields."""
        fields = {"unit_number": UNIT, "description": "Chip", "damage_type": "Chip"}
        response = self.customer_pages.post(reverse("customer_request_repair"), fields)
        expect_status(response, *SEE_OTHER)
        repair = Repair.objects.filter(customer=self.people.company).first()
        expect(repair is not None and repair.queue_status == "REQUESTED", "no request was stored")
        self.repairs += [repair] if repair else []

    def take_by_api(self) -> None:
        """Look for it as any technician sees it, and take it."""
        address = reverse("api:repair-list")
        response = self.technician_api.get(address, {"status": "REQUESTED", "search": UNIT})
        found = [row["id"] for row in expect_status(response, OK).json()["results"]]
        expect(found == [self.repairs[-1].pk], f"the list of requests has {found}")
        self.move("APPROVED")

    def work_by_api(self) -> None:
        """Start, photograph, complete."""
        self.move("IN_PROGRESS")
        address = reverse("api:repair-photos", args=[self.repairs[-1].pk])
        fields = {"image": windshield(is_broken=False), "kind": "after"}
        expect_status(self.technician_api.post(address, fields), CREATED)
        self.move("COMPLETED")

    def move(self, status: str) -> None:
        """Move the last repair, and be told so."""
        address = reverse("api:repair-status", args=[self.repairs[-1].pk])
        body = {"status": status}
        response = self.technician_api.patch(address, body, content_type="application/json")
        told = expect_status(response, OK).json()["queue_status"]
        expect(told == status, f"it stands at {told}")

    def request_by_api(self) -> None:
        """Ask for the same unit, written otherwise."""
        body = {"unit_number": f"#{UNIT.lower()}", "description": "Again", "damage_type": "Chip"}
        response = self.people.customer.api_client().post(
            reverse("api:repair-request-list"), body, content_type="application/json"
        )
        made = expect_status(response, CREATED).json()
        expect(made["unit"] == self.repairs[0].unit_id, "it is another unit")
        self.repairs.append(Repair.objects.get(pk=made["id"]))

    def work_on_page(self) -> None:
        """Take, start and complete with the buttons of the technician's page."""
        address = reverse("update_queue_status", args=[self.repairs[-1].pk])
        for status, extra in (
            ("APPROVED", {}),
            ("IN_PROGRESS", {}),
            ("COMPLETED", {"photo": windshield(is_broken=False)}),
        ):
            fields: dict[str, Any] = {"status": status, **extra}
            expect_status(self.technician_pages.post(address, fields), *SEE_OTHER)
            repair = Repair.objects.get(pk=self.repairs[-1].pk)
            expect(repair.queue_status == status, f"it stands at {repair.queue_status}")

    def check_price(self, place: int) -> None:
        """Compare with the shop's tier of that place."""
        address = reverse("api:repair-detail", args=[self.repairs[place].pk])
        cost = Decimal(expect_status(self.technician_api.get(address), OK).json()["cost"])
        tier = schedule_in_force(now()).amounts[place]
        expect(cost == tier.quantize(CENT), f"it costs {cost}, not {tier}")

    def read_as_customer(self) -> None:
        """Open both repairs, and the second one's history."""
        for repair in self.repairs:
            repair.refresh_from_db()
            address = reverse("customer_repair_detail", args=[repair.pk])
            page = expect_status(self.customer_pages.get(address), OK).content.decode()
            expect(f"{repair.cost}" in page, f"the page of {repair} lacks its price")
        client = self.people.customer.api_client()
        response = client.get(reverse("api:repair-history", args=[self.repairs[-1].pk]))
        verbs = [entry["verb"] for entry in expect_status(response, OK).json()["results"]]
        expect(verbs[0] == "repair.requested", f"the history begins with {verbs[:1]}")
        expect(verbs[-1] == "repair.completed", f"the history ends with {verbs[-1:]}")

    def look_as_stranger(self) -> None:
        """What is not theirs is not there."""
        pages, api = self.people.stranger.page_client(), self.people.stranger.api_client()
        for repair in self.repairs:
            for client, name in ((pages, "customer_repair_detail"), (api, "api:repair-detail")):
                response = client.get(reverse(name, args=[repair.pk]))
                expect(response.status_code == NOT_FOUND, f"{name} told a stranger of {repair}")

    def open_office(self) -> None:
        """Open what only admins may."""
        pages = self.people.admin.page_client()
        for name in ("office_repairs", "admin:index"):
            expect_status(pages.get(reverse(name)), OK)

    def check_invariants(self) -> None:
        """Ask every registered invariant."""
        broken = [f"{found.name}: {found.examples}" for found in invariant_violations()]
        expect(not broken, "; ".join(broken))


def expect_status(response: Any, *wanted: int) -> Any:
    """The response, if it has one of these statuses.

    Raises:
        FlowError: It has another one.
    """
    if response.status_code not in wanted:
        begin = response.content[:300].decode(errors="replace")
        raise FlowError(f"answered {response.status_code}: {begin}")
    return response
