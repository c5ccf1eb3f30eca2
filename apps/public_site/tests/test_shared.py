"""What the public pages share."""

import pytest
from django import forms
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from apps.people.services.invitations import invite
from apps.public_site.views.shared import submit
from apps.queue_management.use_cases import accept_invitation
from core.enums import Role
from core.models import User
from core.pages import see_other
from tests.cast import Cast


def test_an_invitation_that_ended_meanwhile_is_not_found(cast: Cast) -> None:
    email = cast.nobody.email
    _, older = invite(actor=cast.owner, email=email, role=Role.TECHNICIAN)
    invite(actor=cast.owner, email=email, role=Role.TECHNICIAN)  # ends the older one

    def accept() -> HttpResponse:
        accept_invitation(actor=cast.nobody, token=older)
        return see_other("home")

    request = RequestFactory().post("/")
    request.user = cast.nobody
    with pytest.raises(Http404):
        submit(request, forms.Form({}), accept)
    assert User.objects.get(pk=cast.nobody.pk).role == Role.CUSTOMER
