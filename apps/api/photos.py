"""Pictures of a repair, and the signed addresses of their bytes."""

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse
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
from apps.photo_storage.enums import Variant
from apps.photo_storage.serving import photo_response, read_signed_token, signed_token
from apps.queue_management import use_cases
from apps.repairs import rules
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, RepairPhoto
from apps.security.enums import KeyScope
from core.errors import Forbidden, NotFound
from core.models import User
from core.rules import is_sales_agent


def photos_visible_to(user: User) -> QuerySet[RepairPhoto]:
    """Pictures of the repairs that one sees; internal ones are the shop's, agents see none."""
    photos = RepairPhoto.objects.filter(repair__in=Repair.objects.visible_to(user).values("pk"))
    if is_sales_agent(user):
        return photos.none()
    return photos if rules.sees_internal(user) else photos.filter(is_internal=False)


class RepairPhotos(RepairView):
    """The pictures of a repair."""

    parser_classes = [MultiPartParser]
    key_scopes = {"POST": KeyScope.REQUEST}

    @extend_schema(operation_id="repairs_photos", responses=whole_list_of(PhotoShape))
    def get(self, request: Request, pk: int) -> Response:
        """Its pictures, oldest first."""
        self.visible(pk)
        photos = photos_visible_to(self.actor).filter(repair=pk).select_related("stored")
        return whole_list([self._told(photo) for photo in photos.order_by("pk")])

    @extend_schema(
        operation_id="repairs_photos_create",
        request={"multipart/form-data": PhotoBody},
        responses={201: PhotoShape},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Attach a picture; it is turned upright and freed of all metadata."""
        if not rules.may_add_photo(self.actor, self.visible(pk)):
            raise Forbidden("You may not add pictures to this repair.")
        body = self.body(PhotoBody)
        photo = use_cases.add_photo(
            actor=self.actor,
            repair_id=pk,
            upload=body["image"],
            kind=PhotoKind(body["kind"]),
            is_internal=body["internal"],
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
            "thumb_url": self._address(photo, Variant.THUMB),
        }

    def _address(self, photo: RepairPhoto, variant: Variant) -> str:
        token = signed_token(photo.stored_id, variant, self.actor.pk)
        return self.request.build_absolute_uri(reverse("api:photo-file", args=[token]))


class PhotoFile(ApiView):
    """The bytes behind a signed address, which names the person whom it was given to."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="photo_file",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
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
    photos = photos_visible_to(user).select_related("stored")
    photo = photos.filter(stored=grant.stored_id).first()
    if photo is None:
        raise NotFound
    return photo_response(photo.stored, grant.variant)
