"""The office's pages: who may read which, what they tell, at what cost."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from apps.people.services.invitations import invite
from apps.people.services.join_requests import ask_to_join
from apps.photo_storage.tests.pictures import encode, half_red_half_blue, uploaded
from apps.queue_management import use_cases
from apps.queue_management.models import DamageTypeSkill
from apps.repairs.enums import DamageType, PhotoKind
from apps.repairs.models import Repair
from core.enums import AssignmentMode, CustomerKind, Role
from core.models import User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    completed_repair,
    denied_repair,
    field_repair,
    make_customer,
    make_job,
    make_member,
    make_site,
    make_skill,
    make_technician,
    make_unit,
    make_user,
    request,
    request_batch,
    set_shop,
)

pytestmark = pytest.mark.django_db
OK, FOUND, NOT_FOUND = 200, 302, 404
SALES = {
    "office_dashboard",
    "office_search",
    "office_customers_csv",
    "office_repairs_csv",
    "office_notices",
    "office_request_repair",
    "office_repairs",
    "office_repair_detail",
    "office_batch_detail",
    "office_customers",
    "office_customer_new",
    "office_customer_detail",
    "office_customer_edit",
    "office_customer_units",
    "office_unit_detail",
    "office_site",
    "office_jobs",
    "office_jobs_csv",
    "office_job",
    "office_job_edit",
    "office_job_new",
    "office_customer_job",
    "office_task",
}
OFFICE = SALES | {
    "office_assignment",
    "office_repair_edit",
    "office_customer_prices",
    "office_join_request",
    "office_people",
    "office_person",
    "office_technician",
    "office_technicians",
    "office_settings",
    "office_audit",
    "office_background",
    "office_photo",
}


def addresses(cast: Cast) -> dict[str, str]:
    """The address of every page, with something of Demo Fleet where it names an object."""
    repair = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    batch = request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    photo = use_cases.add_photo(
        actor=cast.admin,
        repair_id=repair.pk,
        upload=uploaded(encode(half_red_half_blue())),
        kind=PhotoKind.AFTER,
    )
    wish = ask_to_join(actor=cast.nobody, company_name="Nowhere Ltd")
    job = make_job("Measure", actor=cast.sales_agent, customer=cast.fleet)
    args: dict[str, list[object]] = {
        "office_job": [job.pk],
        "office_job_edit": [job.pk],
        "office_task": [job.tasks.get().pk],
        "office_repair_detail": [repair.pk],
        "office_repair_edit": [repair.pk],
        "office_batch_detail": [batch.pk],
        "office_customer_detail": [cast.fleet.pk],
        "office_customer_edit": [cast.fleet.pk],
        "office_customer_prices": [cast.fleet.pk],
        "office_customer_units": [cast.fleet.pk],
        "office_unit_detail": [repair.unit_id],
        "office_site": [make_site(cast.fleet).pk],
        "office_join_request": [wish.pk],
        "office_person": [cast.technician.pk],
        "office_photo": [photo.pk, "thumb"],
        "office_technician": [cast.technician_record.pk],
    }
    return {name: reverse(name, args=args.get(name, [])) for name in OFFICE}


def status_of(client: Client, url: str) -> int:
    """The answer's status; a file is read to its end, which closes it."""
    answer = client.get(url)
    b"".join(answer)
    return answer.status_code


def text_of(user: User, page: str, *args: object, **query: str) -> str:
    answer = signed_in(user).get(reverse(page, args=args), query)
    assert answer.status_code == OK
    return answer.content.decode()


def test_each_role_reads_its_pages(cast: Cast) -> None:
    urls = addresses(cast)
    readable: dict[str, set[str]] = {
        "owner": OFFICE,
        "sales_agent": SALES,
        "technician": set(),
        "primary": set(),
        "nobody": set(),
    }
    for part, names in readable.items():
        client = signed_in(cast.member(part))
        statuses = {name: status_of(client, url) for name, url in urls.items()}
        assert statuses == {name: OK if name in names else NOT_FOUND for name in OFFICE}, part


def test_a_sales_agent_reads_no_other_customers_objects(cast: Cast) -> None:
    client = signed_in(cast.other_sales_agent)
    for name, url in addresses(cast).items():
        if any(character.isdigit() for character in url):
            assert client.get(url).status_code == NOT_FOUND, name


def test_who_is_not_signed_in_is_asked_to(cast: Cast) -> None:
    for url in addresses(cast).values():
        answer = Client().get(url)
        assert answer.status_code == FOUND
        assert answer["Location"].startswith(reverse("login"))


def test_a_dispatcher_reads_people_without_inviting(cast: Cast) -> None:
    shown = text_of(cast.admin, "office_people")
    assert "Tom Becker" in shown
    assert "Invite somebody" not in shown
    assert "Save the role" not in text_of(cast.admin, "office_person", cast.technician.pk)


def test_a_sales_agent_sees_status_and_price_only(cast: Cast) -> None:
    repair = field_repair(
        technician=cast.technician_record,
        customer=cast.fleet,
        description="Behind the mirror",
        technician_notes="Glass is old",
    )
    Repair.objects.filter(pk=repair.pk).update(internal_notes="They pay late")
    shown = text_of(cast.sales_agent, "office_repair_detail", repair.pk)
    assert "$50.00" in shown
    assert "Waiting for" in shown
    for hidden in ("Behind the mirror", "Glass is old", "They pay late", "Photos", "Approve"):
        assert hidden not in shown
    assert "They pay late" in text_of(cast.admin, "office_repair_detail", repair.pk)
    assert "Tom Becker" not in text_of(cast.sales_agent, "office_repairs")


def test_a_sales_agents_lists_hold_own_customers_only(cast: Cast) -> None:
    request(customer=cast.other_fleet, unit_number="77-OTHER")
    request(customer=cast.fleet, unit_number="88-OWN")
    for name in ("office_dashboard", "office_repairs"):
        shown = text_of(cast.sales_agent, name)
        assert "88-OWN" in shown
        assert "77-OTHER" not in shown
    shown = text_of(cast.sales_agent, "office_customers")
    assert "Demo Fleet" in shown
    assert "Other Fleet" not in shown
    assert "Other Fleet" not in text_of(cast.sales_agent, "office_request_repair")


def test_a_denied_repair_is_offered_again_after_a_warning(cast: Cast) -> None:
    denied = denied_repair(customer=cast.fleet, unit_number="4127")
    request(customer=cast.fleet, unit_number="4127")
    client, url = signed_in(cast.admin), reverse("office_repair_move", args=[denied.pk])
    assert "Offer it again" in text_of(cast.admin, "office_repair_detail", denied.pk)
    warned = client.post(url, {"status": "PENDING", "version": denied.version})
    assert "This is another damage: offer it anyway" in warned.content.decode()
    denied.refresh_from_db()
    assert denied.queue_status == "DENIED"
    sent = {"status": "PENDING", "version": denied.version, "confirm_duplicate": "on"}
    assert client.post(url, sent).status_code == 303
    denied.refresh_from_db()
    assert (denied.queue_status, denied.duplicate_allowed) == ("PENDING", True)


def test_after_the_start_only_notes_are_edited(cast: Cast) -> None:
    repair = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    shown = text_of(cast.admin, "office_repair_edit", repair.pk)
    assert 'name="internal_notes"' in shown
    assert 'name="damage_type"' not in shown
    url = reverse("office_repair_edit", args=[repair.pk])
    sent = {"version": repair.version, "internal_notes": "Paid cash", "damage_type": "Crack"}
    assert signed_in(cast.admin).post(url, sent).status_code == 303
    repair.refresh_from_db()
    assert (repair.internal_notes, repair.damage_type) == ("Paid cash", "Unknown")


def test_a_request_may_begin_at_the_customers_page(cast: Cast) -> None:
    shown = text_of(cast.sales_agent, "office_request_repair", customer=str(cast.fleet.pk))
    assert f'value="Demo Fleet (#{cast.fleet.pk})"' in shown
    other = text_of(cast.sales_agent, "office_request_repair", customer=str(cast.other_fleet.pk))
    assert "Other Fleet" not in other


def test_two_customers_of_one_name_are_told_apart_by_number(cast: Cast) -> None:
    first = make_customer("Lee Smith", kind=CustomerKind.PERSON)
    second = make_customer("Lee Smith", kind=CustomerKind.PERSON)
    client, url = signed_in(cast.admin), reverse("office_request_repair")
    sent = {"customer": "Lee Smith", "unit_number": "7ABC123", "damage_type": "Chip"}
    assert "Several customers have this name" in client.post(url, sent).content.decode()
    answer = client.post(url, sent | {"customer": f"Lee Smith (#{second.pk})"})
    assert answer.status_code == 303
    assert Repair.objects.filter(customer=first).count() == 0
    assert Repair.objects.filter(customer=second).count() == 1


def test_people_are_found_by_name_and_role(cast: Cast) -> None:
    shown = text_of(cast.admin, "office_people", name="tom")
    assert "Tom Becker" in shown
    assert "Uma Other" not in shown
    shown = text_of(cast.admin, "office_people", role="sales_agent")
    assert "Sally Owns" in shown
    assert "Tom Becker" not in shown


@pytest.mark.parametrize("variant", ["huge", "full/..", "original"])
def test_an_unknown_variant_of_a_photo_is_not_found(cast: Cast, variant: str) -> None:
    url = addresses(cast)["office_photo"].replace("thumb", variant)
    assert signed_in(cast.admin).get(url).status_code == NOT_FOUND


def test_prices_of_the_customer_show_in_the_next_quote(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    url = reverse("office_customer_prices", args=[cast.fleet.pk])
    sent = {"part": "prices", "first": "0", "volume_percent": "0", "version": "1"}
    assert signed_in(cast.owner).post(url, sent).status_code == 303
    assert "$0.00" in text_of(cast.admin, "office_unit_detail", unit.pk)


def test_a_dispatcher_changes_no_prices(cast: Cast) -> None:
    url = reverse("office_customer_prices", args=[cast.fleet.pk])
    sent = {"part": "prices", "first": "1.00", "volume_percent": "0", "version": "1"}
    shown = signed_in(cast.admin).post(url, sent)
    assert "Only admins who manage prices" in shown.content.decode()
    assert "Put these prices in force" not in text_of(
        cast.admin, "office_customer_prices", cast.fleet.pk
    )


def _grow_repairs(cast: Cast, number: int) -> None:
    for index in range(number):
        field_repair(
            technician=cast.technician_record, customer=cast.fleet, unit_number=f"F{index}"
        )
        approved_repair(
            technician=cast.technician_record, customer=cast.fleet, unit_number=f"A{index}"
        )


def _grow_unassigned(cast: Cast, number: int) -> None:
    set_shop(assignment_mode=AssignmentMode.SUGGEST)
    for index in range(number):
        request(customer=cast.fleet, unit_number=f"R{index}")
        make_customer(f"Newcomer {index}", is_confirmed=False)
        ask_to_join(actor=make_user(name=f"Jo{index} Joiner"), company_name="Demo Fleet")
        make_technician(f"Ted{index} Tech", skills=[f"skill {index}"])


def _grow_customers(cast: Cast, number: int) -> None:
    for index in range(number):
        make_customer(f"Hill {index}", owner=cast.sales_agent)


def _grow_people(cast: Cast, number: int) -> None:
    for index in range(number):
        make_member(cast.fleet, f"Max{index} Member")
        invite(
            actor=cast.owner,
            email=f"guest{index}@example.com",
            role=Role.CUSTOMER,
            customer_id=cast.fleet.pk,
            rights={"can_request": True},
        )


def _grow_units(cast: Cast, number: int) -> None:
    for index in range(number):
        completed_repair(
            technician=cast.technician_record, customer=cast.fleet, unit_number=f"U{index}"
        )
        make_site(cast.fleet, f"Yard {index}")


def _grow_batch(cast: Cast, number: int) -> None:
    request_batch(customer=cast.fleet, unit_numbers=[f"B{index}" for index in range(number + 1)])


def _grow_technician(cast: Cast, number: int) -> None:
    record = cast.technician_record
    for index in range(number):
        day = shop_today() + dt.timedelta(days=index)
        record.time_off.create(first_day=day, last_day=day)
        hour = dt.time(8 + index)
        record.hours.create(weekday=0, starts_at=hour, ends_at=dt.time(9 + index))
        record.expertise.add(make_skill(f"skill {index}"))
        DamageTypeSkill.objects.create(
            damage_type=DamageType.values[index], skill=make_skill(f"skill {index}")
        )
        make_technician(f"Ted{index} Tech")


Grow = Callable[[Cast, int], None]
LISTS: list[tuple[str, str, Grow, int]] = [
    ("owner", "office_dashboard", _grow_unassigned, 12),
    ("owner", "office_dashboard", _grow_repairs, 12),
    ("owner", "office_assignment", _grow_unassigned, 11),
    ("sales_agent", "office_dashboard", _grow_repairs, 7),
    ("owner", "office_repairs", _grow_repairs, 9),
    ("sales_agent", "office_repairs", _grow_repairs, 7),
    ("owner", "office_search", _grow_repairs, 4),
    ("owner", "office_customers", _grow_customers, 5),
    ("sales_agent", "office_customers", _grow_customers, 5),
    ("owner", "office_request_repair", _grow_customers, 5),
    ("owner", "office_customer_detail", _grow_units, 11),
    ("sales_agent", "office_customer_detail", _grow_units, 11),
    ("owner", "office_customer_units", _grow_units, 6),
    ("owner", "office_batch_detail", _grow_batch, 7),
    ("owner", "office_people", _grow_people, 7),
    ("owner", "office_technicians", _grow_unassigned, 7),
    ("owner", "office_technician", _grow_technician, 12),
    ("owner", "office_settings", _grow_technician, 11),
    ("owner", "office_customer_prices", _grow_technician, 12),
    ("owner", "office_notices", _grow_repairs, 5),
]


@pytest.mark.parametrize("case", LISTS, ids=lambda case: f"{case[0]}-{case[1]}-{case[2].__name__}")
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(
    cast: Cast, case: tuple[str, str, Grow, int], rows: int
) -> None:
    part, name, grow, expected = case
    grow(cast, rows)
    client, url = signed_in(cast.member(part)), reverse(name, args=_args_of(name, cast))
    client.get(url)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(url).status_code == OK
    assert len(statements) == expected, [one["sql"] for one in statements]


def _args_of(name: str, cast: Cast) -> list[int]:
    if name == "office_batch_detail":
        return [cast.fleet.batches.get().pk]
    if name == "office_technician":
        return [cast.technician_record.pk]
    of_customer = {"office_customer_detail", "office_customer_units", "office_customer_prices"}
    return [cast.fleet.pk] if name in of_customer else []
