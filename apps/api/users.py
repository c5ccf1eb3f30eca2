"""People (API, "who")."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.auth import Password
from apps.api.base import ApiView, ListView
from apps.api.filters import by_choice, by_id, ordering
from apps.api.serializers import IdField, StrictSerializer
from apps.people.rules import is_staff, may_deactivate, sees_details_of, users_visible_to
from apps.people.services.accounts import NewPerson
from apps.queue_management import use_cases
from core.enums import Role
from core.errors import Forbidden
from core.models import User
from core.rules import is_admin


class PersonRead(serializers.ModelSerializer[User]):
    """A person; ``email``, ``phone`` and ``customer`` are null where one sees the name only."""

    name = serializers.CharField(source="__str__")
    role_label = serializers.CharField(source="get_role_display")
    technician = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    customer = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields: tuple[str, ...] = (
            "id",
            "username",
            "name",
            "role",
            "role_label",
            "is_active",
            "technician",
            "email",
            "phone",
            "customer",
            "version",
        )

    def get_technician(self, person: User) -> int | None:
        """The id of their technician's record."""
        record = getattr(person, "technician", None)
        return record.pk if record else None

    def get_email(self, person: User) -> str | None:
        """Their e-mail."""
        return person.email if self._sees(person) else None

    def get_phone(self, person: User) -> str | None:
        """Their phone."""
        return person.phone if self._sees(person) else None

    def get_customer(self, person: User) -> int | None:
        """The customer whose person they are."""
        member = getattr(person, "customer_user", None)
        return member.customer_id if member and self._sees(person) else None

    def _sees(self, person: User) -> bool:
        return sees_details_of(self.context["view"].actor, person)


class MeRead(PersonRead):
    """The caller, with what they may do."""

    rights = serializers.SerializerMethodField()

    class Meta(PersonRead.Meta):
        fields = (*PersonRead.Meta.fields, "manages_prices", "manages_people", "rights")

    def get_rights(self, person: User) -> list[str]:
        """The rights they have in their company."""
        member = getattr(person, "customer_user", None)
        names = ("can_request", "can_approve", "can_redeem", "can_manage_team")
        return [name for name in names if member and member.has_right(name)]


class PersonWrite(StrictSerializer):
    """A new account."""

    first_name = serializers.CharField(max_length=150)
    last_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField()
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    password = Password()
    username = serializers.CharField(
        max_length=150, required=False, help_text="Made out of the e-mail when left out."
    )
    role = serializers.ChoiceField(Role.choices)
    customer = IdField(required=False, help_text="For the role customer: their company.")
    is_primary_contact = serializers.BooleanField(required=False)


class PersonChange(StrictSerializer):
    """Either the role with its flags, or whether the person may sign in."""

    role = serializers.ChoiceField(Role.choices, required=False)
    manages_prices = serializers.BooleanField(required=False)
    manages_people = serializers.BooleanField(required=False)
    is_active = serializers.BooleanField(required=False)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse both at once, and nothing at all."""
        of_role = attrs.keys() & {"role", "manages_prices", "manages_people"}
        if bool(of_role) == ("is_active" in attrs):
            raise serializers.ValidationError("Send either the role and its flags, or is_active.")
        return attrs


def visible_people(user: User) -> "QuerySet[User]":
    """Whom the caller sees, with what a row shows."""
    return users_visible_to(user).select_related("customer_user", "technician")


class Me(ApiView):
    """The caller."""

    @extend_schema(responses=MeRead)
    def get(self, request: Request) -> Response:
        """Who is signed in."""
        return self.answer(MeRead, self.find(visible_people(self.actor), pk=self.actor.pk))


class UserList(ListView):
    """People whom the caller sees."""

    parameters = (
        by_choice("role", "role", Role, "People of this role."),
        by_id("customer", "customer_user__customer", "People of this customer."),
        ordering("id", "-id"),
    )
    read_serializer = PersonRead

    def rows(self) -> "QuerySet[User]":
        """Whom the caller sees; who sees names only is not told by a filter where they belong."""
        people = visible_people(self.actor)
        tells_customer = "customer" in self.given and is_staff(self.actor)
        return people.none() if tells_customer and not is_admin(self.actor) else people

    @extend_schema(request=PersonWrite, responses={201: PersonRead})
    def post(self, request: Request) -> Response:
        """Make an account; admins who manage people may."""
        sent = self.body(PersonWrite)
        names = ("first_name", "last_name", "email", "phone", "password")
        made = use_cases.create_user(
            actor=self.actor,
            person=NewPerson(**{name: sent[name] for name in names if name in sent}),
            role=sent["role"],
            username=sent.get("username", ""),
            customer_id=sent.get("customer"),
            is_primary_contact=sent.get("is_primary_contact", False),
        )
        person = self.find(visible_people(self.actor), pk=made.pk)
        location = reverse("api:user-detail", args=[made.pk])
        return self.answer(PersonRead, person, status=201, location=location)


class UserDetail(ApiView):
    """One person."""

    @extend_schema(responses=PersonRead)
    def get(self, request: Request, pk: int) -> Response:
        """A person whom the caller sees."""
        return self.answer(PersonRead, self.find(visible_people(self.actor), pk=pk))

    @extend_schema(request=PersonChange, responses=PersonRead)
    def patch(self, request: Request, pk: int) -> Response:
        """Change a person's role, or let them in or no more; admins who manage people may."""
        person = self.find(visible_people(self.actor), pk=pk)
        if not may_deactivate(self.actor, person):
            raise Forbidden
        sent, version = self.body(PersonChange), self.expected_version()
        if "is_active" in sent:
            self._set_active(person, sent, version)
        else:
            self._set_role(person, sent, version)
        return self.get(request, pk)

    def _set_active(self, person: User, sent: dict[str, Any], version: int | None) -> None:
        if sent["is_active"]:
            use_cases.reactivate_person(actor=self.actor, user_id=person.pk, version=version)
        else:
            reason = sent.get("reason", "")
            use_cases.deactivate_person(
                actor=self.actor, user_id=person.pk, reason=reason, version=version
            )

    def _set_role(self, person: User, sent: dict[str, Any], version: int | None) -> None:
        role = sent.get("role", person.role)
        stays = role == Role.ADMIN
        use_cases.change_role(
            actor=self.actor,
            user_id=person.pk,
            role=role,
            manages_prices=sent.get("manages_prices", stays and person.manages_prices),
            manages_people=sent.get("manages_people", stays and person.manages_people),
            version=version,
        )
