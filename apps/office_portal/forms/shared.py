"""What the portal's forms share."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.office_portal.fields import CustomerField
from core.models import Customer, Site
from core.pages import whole_number


class OwnIds:
    """Several forms share a page: the ids of this one's fields begin with ``ids``."""

    ids: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.ids}_%s"} | kwargs)


def text(label: str, *, required: bool = False, rows: int = 2, most: int = 500) -> forms.CharField:
    """A box of several lines."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, widget=area)


def day_input() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def living(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those that take part in the business: neither laid aside nor merged."""
    return customers.filter(is_active=True, merged_into=None)


def offer(field: forms.Field, customers: QuerySet[Customer]) -> None:
    """Let a form's field choose among these customers."""
    assert isinstance(field, CustomerField)  # noqa: S101 - declared so in the class
    field.offer(customers)


def typed_customer(customers: QuerySet[Customer], text: str) -> Customer | None:
    """The customer that somebody has typed or chosen in a form's field, as far as it is one."""
    try:
        return CustomerField(queryset=customers, required=False).clean(text)
    except forms.ValidationError:
        return None


def named_customer(customers: QuerySet[Customer], number: str) -> Customer | None:
    """The customer whose number stands in an address, for a form that one opens from their page."""
    pk = whole_number(number)
    return customers.filter(pk=pk).first() if pk is not None else None


def customer_in(request: HttpRequest, customers: QuerySet[Customer]) -> Customer | str | None:
    """Whom the form says or the address names; what is typed stays as it is."""
    if request.method == "POST":
        typed = request.POST.get("customer", "")
        return typed_customer(customers, typed) or typed
    text = request.GET.get("customer", "")
    return named_customer(customers, text) or typed_customer(customers, text)


class ForCustomer(forms.Form):
    """About one of many customers, whose places are offered once it is known which.

    Attributes:
        chosen: The customer, out of what was sent or of the page one comes from.
    """

    customer = CustomerField(queryset=Customer.objects.none(), label="Customer")
    site = forms.ModelChoiceField(
        Site.objects.none(), label="Where is it", required=False, empty_label="Not decided yet"
    )

    def __init__(self, *args: Any, customers: QuerySet[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["customer"], customers)
        self.chosen = self._find_chosen()
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)  # noqa: S101 - declared above
        if self.chosen is not None:
            site.queryset = Site.objects.filter(customer=self.chosen, is_active=True)
            usual = next((one.pk for one in site.queryset if one.is_default), None)
            self.initial.setdefault("site", usual)

    def _find_chosen(self) -> Customer | None:
        if not self.is_bound:
            known = self.initial.get("customer")
            return known if isinstance(known, Customer) else None
        try:
            chosen = self.fields["customer"].clean(self.data.get("customer", ""))
        except forms.ValidationError:
            return None
        assert isinstance(chosen, Customer)  # noqa: S101 - the field is required
        return chosen
