"""Pictures of a repair, and the signed addresses of their bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.base import ApiView
from apps.api.lists import whole_list, whole_list_of
from apps.api.repair_bodies import PhotoBody
from apps.api.repair_rows import Row
from apps.api.repair_shapes import PhotoShape
from apps.api.repairs import RepairView
from apps.jobs.models import TaskAttachment
from apps.photo_storage.enums import Variant
from apps.photo_storage.services import PreparedPhoto, staged
from apps.photo_storage.serving import photo_response, read_signed_token, signed_token
from apps.queue_management import use_cases
from apps.queue_management.use_cases.batches import find_batch
from apps.repairs import rules
from apps.repairs.enums import PhotoKind
from apps.repairs.models import RepairPhoto
from apps.repairs.photo_pages import batch_archive, repair_archive
from apps.repairs.queries import photos_visible_to
from apps.security.enums import KeyScope
from core.errors import Forbidden, NotFound
from core.idempotency import Call, stored_answer
from core.models import User


@dataclass(frozen=True, slots=True)
class Sent:
    """A picture as it was sent, decoded, and what the sender says of it."""

    photo: PreparedPhoto
    kind: PhotoKind
    is_internal: bool


class WithPicture(ApiView):
    """A call with a picture, decoded before the key's transaction: on SQLite nobody else writes."""

    parser_classes = [MultiPartParser]
    sent: Any = None

    def read(self, pk: int) -> Any:
        """What was sent, checked and decoded; its attribute ``photo`` is the picture, if any."""
        raise NotImplementedError  # pragma: no cover - every call of this kind says what it reads

    def carry_out(self, pk: int, sent: Any) -> Response:
        """Do what was asked for, with what ``read`` gave."""
        raise NotImplementedError  # pragma: no cover - and what it does with it

    def decoded(self, pk: int) -> Response:
        """The answer, whether or not the picture is decoded already."""
        if self.sent is not None:
            return self.carry_out(pk, self.sent)
        sent = self.read(pk)
        with staged(sent.photo):
            return self.carry_out(pk, sent)

    def answer_once(self, call: Call, action: Callable[[], HttpResponse]) -> HttpResponse:
        """As ever, but decode first."""
        known = stored_answer(call)
        if known is not None:
            return known
        self.sent = self.read(self.kwargs["pk"])
        with staged(self.sent.photo):
            return super().answer_once(call, action)


class RepairPhotos(WithPicture, RepairView):
    """The pictures of a repair."""

    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(operation_id="repairs_photos", responses=whole_list_of(PhotoShape))
    def get(self, request: Request, pk: int) -> Response:
        """Its pictures, oldest first."""
        self.visible(pk)
        photos = photos_visible_to(self.actor).filter(repair=pk)
        return whole_list([self._told(photo) for photo in photos.order_by("pk")])

    @extend_schema(
        operation_id="repairs_photos_create",
        request={"multipart/form-data": PhotoBody},
        responses={201: PhotoShape},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Attach a picture; it is turned upright and freed of all metadata."""
        return self.decoded(pk)

    def read(self, pk: int) -> Sent:
        """The picture, and what it shows."""
        if not rules.may_add_photo(self.actor, self.visible(pk)):
            raise Forbidden("You may not add pictures to this repair.")
        body = self.body(PhotoBody)
        kind, is_internal = PhotoKind(body["kind"]), body["internal"]
        photo = use_cases.photo_for(
            actor=self.actor,
            repair_id=pk,
            upload=body["image"],
            kind=kind,
            is_internal=is_internal,
        )
        return Sent(photo, kind, is_internal)

    def carry_out(self, pk: int, sent: Sent) -> Response:
        """Attach it."""
        photo = use_cases.attach_photo(
            actor=self.actor,
            repair_id=pk,
            prepared=sent.photo,
            kind=sent.kind,
            is_internal=sent.is_internal,
        )
        return Response(self._told(photo), status=201)

    def _told(self, photo: RepairPhoto) -> Row:
        stored = photo.stored
        return {
            "id": photo.pk,
            "kind": photo.kind,
            "kind_label": photo.get_kind_display(),
            "internal": photo.is_internal,
            "sha256": photo.sha256,
            "width": stored.width,
            "height": stored.height,
            "added_at": photo.added_at,
            "url": self._address(photo, Variant.FULL),
            "screen_url": self._address(photo, Variant.SCREEN),
            "thumb_url": self._address(photo, Variant.THUMB),
        }

    def _address(self, photo: RepairPhoto, variant: Variant) -> str:
        return address_of(self, photo.stored_id, variant)


def address_of(view: ApiView, stored_id: int, variant: Variant) -> str:
    """The signed address of a picture for who calls."""
    token = signed_token(stored_id, variant, view.actor.pk)
    return view.request.build_absolute_uri(reverse("api:photo-file", args=[token]))


class AnswersFile(ApiView):
    """An address that answers with a file, which is what it is whatever was asked for."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002 - DRF's own signature
        """Never refuse: ``Accept: application/zip`` is no wish for JSON."""
        return super().perform_content_negotiation(request, force=True)


class RepairPhotoArchive(AnswersFile, RepairView):
    """The pictures of a repair as one file."""

    @extend_schema(
        operation_id="repairs_photos_archive",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int) -> Any:
        """A ZIP of the pictures that you may see, named by unit, date and kind; 404 of none."""
        self.visible(pk)
        return repair_archive(self.actor, pk)


class BatchPhotoArchive(AnswersFile):
    """The pictures of a batch as one file."""

    @extend_schema(
        operation_id="batches_photos_archive",
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int) -> Any:
        """A ZIP of the pictures that you may see, named by unit, date and kind; 404 of none."""
        find_batch(self.actor, pk)
        return batch_archive(self.actor, pk)


class PhotoFile(AnswersFile):
    """The bytes behind a signed address, which names the person whom it was given to."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="photo_file",
        responses={
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            (200, "image/webp"): OpenApiTypes.BINARY,
        },
        auth=[],
    )
    def get(self, request: Request, token: str) -> Any:
        """The picture, while the address holds and that person may see it."""
        return _picture(token)


def _picture(token: str) -> FileResponse:
    grant = read_signed_token(token)
    user = User.objects.filter(pk=grant.user_id, is_active=True).first() if grant else None
    if grant is None or user is None:
        raise NotFound
    photo = (
        photos_visible_to(user).filter(stored=grant.stored_id).first()
        or TaskAttachment.objects.visible_to(user).filter(stored=grant.stored_id).first()
    )
    if photo is None:
        raise NotFound
    return photo_response(photo.stored, grant.variant)
