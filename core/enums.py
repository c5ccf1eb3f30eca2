"""Enumerations of the identity models."""

from django.db import models


class Role(models.TextChoices):
    """What a person is to the shop; exactly one each."""

    ADMIN = "admin", "Admin"
    TECHNICIAN = "technician", "Technician"
    SALES_AGENT = "sales_agent", "Sales agent"
    CUSTOMER = "customer", "Customer"


class CustomerKind(models.TextChoices):
    """A fleet or a single car's owner."""

    COMPANY = "company", "Company"
    PERSON = "person", "Person"


class ApprovalPolicy(models.TextChoices):
    """When damage found in the field needs the customer's word before work starts."""

    REQUIRE_APPROVAL = "REQUIRE_APPROVAL", "Always ask"
    AUTO_APPROVE = "AUTO_APPROVE", "Never ask"
    UNIT_THRESHOLD = "UNIT_THRESHOLD", "Ask above a number of units a visit"
    PRICE_THRESHOLD = "PRICE_THRESHOLD", "Ask above an amount"


class SpotRule(models.TextChoices):
    """Whose people may approve on the spot, by their name and signature at the vehicle."""

    PERSONS = "persons", "Persons only"
    EVERYBODY = "everybody", "Persons and companies"
    NOBODY = "nobody", "Nobody"


class SpotWish(models.TextChoices):
    """What a customer wants in place of the shop's rule."""

    SHOP = "shop", "As the shop does it"
    YES = "yes", "Yes, whoever is there may sign"
    NO = "no", "No, always ask us"


class AssignmentMode(models.TextChoices):
    """Whether a new request is given out at once or waits for the office."""

    AUTOMATIC = "automatic", "Automatic"
    SUGGEST = "suggest", "Suggest, the office decides"


class Decision(models.TextChoices):
    """How somebody answered a question put to them."""

    WAITING = "waiting", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
