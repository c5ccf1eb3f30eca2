from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.people.queries import search_customers
from apps.people.services import customers
from apps.people.services.preferences import update_preference
from apps.people.services.shop import update_shop_settings
from apps.people.services.sites import add_site, update_site
from core.enums import ApprovalPolicy, AssignmentMode, CustomerKind
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.models import Customer, CustomerPreference, ShopSettings, Site, User


def create(actor: User, **values: Any) -> Customer:
    return customers.create_customer(
        **{"actor": actor, "kind": CustomerKind.COMPANY, "name": "New Fleet", **values}
    )


def test_the_office_opens_a_confirmed_company_with_preferences(admin: User, sales: User) -> None:
    customer = create(admin, owner_id=sales.pk, phone="206 555 0123", email="a@example.com")
    assert (customer.is_confirmed, customer.owner, customer.phone) == (True, sales, "+12065550123")
    assert customer.customer_preference.approval_policy == ApprovalPolicy.REQUIRE_APPROVAL


def test_a_sales_agent_opens_their_own(sales: User) -> None:
    customer = create(sales, owner_id=999)
    assert (customer.is_confirmed, customer.owner) == (False, sales)


def test_a_technician_opens_a_person_only(technician: User) -> None:
    assert create(technician, kind=CustomerKind.PERSON, name="Paula").kind == CustomerKind.PERSON
    with pytest.raises(Forbidden):
        create(technician)


def test_a_customers_person_opens_none(owner: User) -> None:
    with pytest.raises(Forbidden):
        create(owner, kind=CustomerKind.PERSON)


def test_a_confirmed_company_is_there_once(admin: User, fleet: Customer) -> None:
    with pytest.raises(Conflict) as refusal:
        create(admin, name=" HARBOR freightlines ")
    assert (refusal.value.code, refusal.value.extra) == ("company_exists", {"customer": fleet.pk})


def test_a_person_with_a_known_phone_needs_a_word(admin: User) -> None:
    values = {"kind": CustomerKind.PERSON, "name": "Paula", "phone": "206 555 0123"}
    create(admin, **values)
    with pytest.raises(Conflict, match="Paula") as refusal:
        create(admin, **values)
    assert refusal.value.code == "same_phone"
    create(admin, **values, confirm_same_phone=True)
    assert Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Nul\0"}, "name"),
        ({"email": "nowhere"}, "email"),
        ({"phone": "1"}, "phone"),
        ({"kind": "robot"}, "kind"),
        ({"owner_id": 999}, "owner"),
        ({"billing_address": "x" * 501}, "billing_address"),
    ],
)
def test_impossible_values_are_refused_by_field(
    admin: User, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        create(admin, **values)
    assert list(refusal.value.errors) == [field]
    assert Customer.objects.count() == 0


def test_a_change_raises_the_version_and_is_recorded(admin: User, fleet: Customer) -> None:
    changes = {"name": "Harbor Freight", "billing_address": "1 Pier\nSeattle"}
    customer = customers.update_customer(
        actor=admin, customer_id=fleet.pk, version=1, changes=changes
    )
    assert (customer.name_key, customer.version) == ("harborfreight", 2)
    with pytest.raises(PreconditionFailed):
        customers.update_customer(actor=admin, customer_id=fleet.pk, version=1, changes=changes)
    assert AuditEntry.objects.count() == 1


def test_a_name_cannot_become_another_companys(
    admin: User, fleet: Customer, stranger: User
) -> None:
    with pytest.raises(Conflict):
        customers.update_customer(
            actor=admin, customer_id=fleet.pk, version=None, changes={"name": "Other fleet"}
        )
    assert Customer.objects.get(pk=fleet.pk).name == "Harbor Freight Lines"


def test_the_primary_contact_changes_how_it_is_reached_and_no_more(
    owner: User, mate: User, fleet: Customer
) -> None:
    def change(actor: User, **changes: Any) -> Customer:
        return customers.update_customer(
            actor=actor, customer_id=fleet.pk, version=None, changes=changes
        )

    assert change(owner, phone="206 555 0124").phone == "+12065550124"
    for field in ("name", "kind", "owner_id", "is_confirmed", "do_not_service"):
        with pytest.raises(Invalid):
            change(owner, **{field: "1"})
    with pytest.raises(Forbidden):
        change(mate, phone="")


def test_an_owner_of_a_customer_is_a_sales_agent(
    admin: User, sales: User, technician: User, fleet: Customer
) -> None:
    def give(user: User) -> Customer:
        return customers.update_customer(
            actor=admin, customer_id=fleet.pk, version=None, changes={"owner_id": user.pk}
        )

    assert give(sales).owner == sales
    with pytest.raises(Invalid):
        give(technician)


def test_strangers_find_nothing_to_change(
    stranger: User, sales: User, technician: User, fleet: Customer
) -> None:
    for actor in (stranger, sales, technician):
        with pytest.raises(NotFound):
            customers.update_customer(
                actor=actor, customer_id=fleet.pk, version=None, changes={"phone": ""}
            )
        with pytest.raises(NotFound):
            customers.confirm_customer(actor=actor, customer_id=fleet.pk)


def test_the_office_confirms_unless_there_is_one(admin: User, fleet: Customer) -> None:
    twin = Customer.objects.create(name=fleet.name)
    other = Customer.objects.create(name="Another")
    with pytest.raises(Conflict):
        customers.confirm_customer(actor=admin, customer_id=twin.pk)
    assert customers.confirm_customer(actor=admin, customer_id=other.pk).is_confirmed


def test_service_is_refused_for_a_reason_and_taken_up_again(admin: User, fleet: Customer) -> None:
    with pytest.raises(Invalid):
        customers.refuse_service(actor=admin, customer_id=fleet.pk, reason=" ")
    refused = customers.refuse_service(actor=admin, customer_id=fleet.pk, reason="Never pays")
    assert (refused.do_not_service, refused.do_not_service_reason) == (True, "Never pays")
    assert not customers.serve_again(actor=admin, customer_id=fleet.pk).do_not_service


def test_only_the_office_lays_a_customer_aside(admin: User, owner: User, fleet: Customer) -> None:
    with pytest.raises(Forbidden):
        customers.set_customer_active(actor=owner, customer_id=fleet.pk, is_active=False)
    laid = customers.set_customer_active(actor=admin, customer_id=fleet.pk, is_active=False)
    assert (laid.is_active, laid.version) == (False, 2)


def test_search_tells_names_and_towns(technician: User, fleet: Customer) -> None:
    Site.objects.create(customer=fleet, name="Yard", city="Seattle", is_default=True)
    found = search_customers(technician, "HARBOR f")
    assert list(found.values_list("name", "town")) == [("Harbor Freight Lines", "Seattle")]


def test_search_of_strangers_finds_only_their_own(stranger: User, fleet: Customer) -> None:
    assert list(search_customers(stranger, "harbor")) == []


def test_a_zip_code_fills_the_place(owner: User, fleet: Customer) -> None:
    site = add_site(actor=owner, customer_id=fleet.pk, values={"name": "Yard", "zip_code": "98101"})
    assert (site.city, site.state, site.time_zone, site.is_default) == (
        "Seattle",
        "WA",
        "America/Los_Angeles",
        True,
    )
    assert site.latitude == pytest.approx(47.6, abs=0.2)


def test_an_unknown_zip_code_and_foreign_fields_are_refused(owner: User, fleet: Customer) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": "Yard", "zip_code": "00000"}, "zip_code"),
        ({"name": " "}, "name"),
        ({"address": "1 Pier"}, "name"),
        ({"name": "Yard", "customer": 1}, "customer"),
    ]
    for values, field in cases:
        with pytest.raises(Invalid) as refusal:
            add_site(actor=owner, customer_id=fleet.pk, values=values)
        assert list(refusal.value.errors) == [field]


def test_one_default_site(owner: User, fleet: Customer) -> None:
    first = add_site(actor=owner, customer_id=fleet.pk, values={"name": "Yard"})
    second = add_site(actor=owner, customer_id=fleet.pk, values={"name": "Dock"})
    assert not second.is_default
    update_site(actor=owner, site_id=second.pk, version=1, changes={"is_default": True})
    assert list(Site.objects.filter(is_default=True)) == [second]
    with pytest.raises(Invalid, match="default"):
        update_site(actor=owner, site_id=second.pk, version=2, changes={"is_active": False})
    assert (
        update_site(actor=owner, site_id=first.pk, version=None, changes={"zip_code": ""}).time_zone
        == ""
    )


def test_sites_of_others_are_not_there(stranger: User, owner: User, fleet: Customer) -> None:
    site = add_site(actor=owner, customer_id=fleet.pk, values={"name": "Yard"})
    with pytest.raises(NotFound):
        add_site(actor=stranger, customer_id=fleet.pk, values={"name": "Mine"})
    with pytest.raises(NotFound):
        update_site(actor=stranger, site_id=site.pk, version=1, changes={"name": "Mine"})


def test_a_mate_changes_no_site(mate: User, fleet: Customer) -> None:
    with pytest.raises(Forbidden):
        add_site(actor=mate, customer_id=fleet.pk, values={"name": "Yard"})


def test_the_primary_contact_sets_the_policy(owner: User, mate: User, fleet: Customer) -> None:
    preference = update_preference(
        actor=owner,
        customer_id=fleet.pk,
        version=1,
        changes={"approval_policy": ApprovalPolicy.UNIT_THRESHOLD, "units_per_visit": 3},
    )
    assert (preference.units_per_visit, preference.version) == (3, 2)
    with pytest.raises(Forbidden):
        update_preference(actor=mate, customer_id=fleet.pk, version=None, changes={})
    with pytest.raises(Invalid):
        update_preference(
            actor=owner, customer_id=fleet.pk, version=None, changes={"units_per_visit": 51}
        )


def test_a_customer_without_preferences_gets_them(admin: User) -> None:
    bare = Customer.objects.create(name="Bare")
    update_preference(
        actor=admin, customer_id=bare.pk, version=None, changes={"email_messages": False}
    )
    assert not CustomerPreference.objects.get(customer=bare).email_messages


def test_settings_are_versions(admin: User, dispatcher: User) -> None:
    first = update_shop_settings(
        actor=dispatcher, version=None, changes={"require_after_photo": True}
    )
    second = update_shop_settings(
        actor=admin, version=first.pk, changes={"assignment_mode": AssignmentMode.SUGGEST}
    )
    assert (second.require_after_photo, ShopSettings.objects.count()) == (True, 2)
    assert update_shop_settings(actor=admin, version=None, changes={}) == second
    with pytest.raises(PreconditionFailed):
        update_shop_settings(actor=admin, version=first.pk, changes={"redo_months": 6})
    assert [
        [change["field"] for change in entry.changes]
        for entry in AuditEntry.objects.order_by("position")
    ] == [["require_after_photo"], ["assignment_mode"]]


def test_nonsense_settings_are_refused(admin: User, sales: User) -> None:
    for changes in ({"time_zone": "Mars/Base"}, {"redo_months": 0}, {"created_by": 1}):
        with pytest.raises(Invalid):
            update_shop_settings(actor=admin, version=None, changes=changes)
    with pytest.raises(Forbidden):
        update_shop_settings(actor=sales, version=None, changes={"redo_months": 6})


def test_a_name_whose_key_has_no_room_is_refused(admin: User, fleet: Customer) -> None:
    # One sign of Arabic script stands for eighteen letters.
    changes = {"name": "\ufdfa" * 20}
    with pytest.raises(Invalid) as refusal:
        create(admin, **changes)
    assert list(refusal.value.errors) == ["name"]
    with pytest.raises(Invalid):
        customers.update_customer(actor=admin, customer_id=fleet.pk, version=None, changes=changes)
