"""Forms about people."""

from functools import reduce
from operator import or_

from django import forms
from django.db.models import Q, QuerySet

from apps.office_portal.fields import CustomerField
from apps.office_portal.forms.shared import OwnIds, living
from apps.people.rules import RIGHTS
from core.enums import Role
from core.models import Customer, User


class InvitationForm(OwnIds, forms.Form):
    """Whom to invite, and as what."""

    ids = "invite"

    email = forms.EmailField(label="E-mail")
    role = forms.ChoiceField(label="As", choices=Role.choices, initial=Role.TECHNICIAN)
    customer = CustomerField(
        queryset=living(Customer.objects.all()),
        label="Of which customer",
        required=False,
        help_text="Only for a customer's people. Begin to type the name.",
    )
    is_primary_contact = forms.BooleanField(label="As primary contact, all rights", required=False)

    def rights(self) -> dict[str, bool]:
        """A primary contact has every right; others may ask for repairs."""
        is_primary = self.cleaned_data["is_primary_contact"]
        return dict.fromkeys(RIGHTS, True) if is_primary else {"can_request": True}


class RoleForm(forms.Form):
    """What a person is to the shop."""

    role = forms.ChoiceField(label="Role", choices=Role.choices)
    manages_prices = forms.BooleanField(label="Manages prices (admins)", required=False)
    manages_people = forms.BooleanField(label="Manages people (admins)", required=False)


class PeopleFilter(forms.Form):
    """Which people a list shows."""

    name = forms.CharField(label="Name or e-mail begins with", max_length=150, required=False)
    role = forms.ChoiceField(label="Role", choices=[("", "All"), *Role.choices], required=False)

    def narrow(self, people: QuerySet[User]) -> QuerySet[User]:
        """The people that the filter lets through; an impossible value narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if wanted.get("role"):
            people = people.filter(role=wanted["role"])
        for word in wanted.get("name", "").split()[:3]:
            starts = [
                Q(**{f"{column}__istartswith": word})
                for column in ("username", "first_name", "last_name", "email")
            ]
            people = people.filter(reduce(or_, starts))
        return people
