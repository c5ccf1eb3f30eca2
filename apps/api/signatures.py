"""Approval at the vehicle by name and signature."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.photos import WithPicture
from apps.api.repair_bodies import SignBody
from apps.api.repair_shapes import RepairShape
from apps.api.repairs import RepairView
from apps.photo_storage.services import PreparedPhoto, prepare_photo
from apps.queue_management import use_cases
from apps.queue_management.use_cases import SpotWord
from apps.repairs import rules
from core.errors import Forbidden, Invalid


@dataclass(frozen=True, slots=True)
class Signed:
    """The customer's word, with the drawing if there is one."""

    photo: PreparedPhoto | None
    word: SpotWord


class RepairSign(WithPicture, RepairView):
    """The word of who stands at the vehicle. Keys take no signatures: a person is the witness."""

    @extend_schema(
        operation_id="repairs_sign",
        request={"multipart/form-data": SignBody},
        responses=RepairShape,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Approve it by name and signature, where the shop and the customer allow that.

        409 ``price_changed`` tells the ``amount`` of now; 403 ``not_on_the_spot``: the customer
        wants to be asked.
        """
        return self.decoded(pk)

    def read(self, pk: int) -> Signed:
        """The name, the price shown and the drawing."""
        if not rules.may_witness(self.actor, self.visible(pk)):
            raise Forbidden("Only its technician and the office take a signature.")
        body = self.body(SignBody)
        photo = _drawing(body.get("signature"))
        word = SpotWord(name=body["name"], shown=body["at_most"], signature=photo)
        return Signed(photo, word)

    def carry_out(self, pk: int, sent: Signed) -> Response:
        """Approve it."""
        use_cases.approve_on_spot(actor=self.actor, repair_id=pk, word=sent.word)
        return self.told(pk)


def _drawing(upload: Any) -> PreparedPhoto | None:
    if upload is None:
        return None
    try:
        return prepare_photo(upload=upload)
    except Invalid as refusal:
        errors = {"signature": [refusal.detail]}
        raise Invalid(refusal.detail, code=refusal.code, errors=errors) from refusal
