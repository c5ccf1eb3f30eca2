"""People (API, "who")."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView, ListView
from apps.api.filters import by_choice, by_id, ordering
from apps.people.rules import sees_details_of, users_visible_to
from core.enums import Role
from core.models import User


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
        """Whom the caller sees."""
        return visible_people(self.actor)


class UserDetail(ApiView):
    """One person."""

    @extend_schema(responses=PersonRead)
    def get(self, request: Request, pk: int) -> Response:
        """A person whom the caller sees."""
        return self.answer(PersonRead, self.find(visible_people(self.actor), pk=pk))
