"""The conventions of the API, once for all resources (API, "REST").

A view parses, calls one use case or query, and answers. Where it writes to an object it first
finds it among the visible ones (``find``), then reads the body, so that visibility is judged
before the body.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar, cast

from django.db import models
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import urlencode
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.api.authentication import CallRate, CarriedIdentity, plain
from apps.api.filters import PAGING, Parameter, conditions, ordering, read_parameters
from apps.api.pagination import KeysetPages
from apps.api.parsers import JsonParser, JsonRenderer
from apps.api.serializers import StrictSerializer
from apps.security.authentication import SAFE_METHODS
from apps.security.enums import KeyScope
from apps.security.middleware import identity_of
from core import idempotency
from core.errors import Forbidden, Invalid, NotFound, PreconditionFailed, PreconditionRequired
from core.models import User
from core.paging import Page, binding_of, paginate, read_page_size

M = TypeVar("M", bound=models.Model)
DIGITS = len(str(2**31)) - 1
Serializer = serializers.BaseSerializer[Any]


class ApiView(APIView):
    """One address of the API.

    Attributes:
        parameters: What reading takes in its query string; anything else is refused.
        key_scopes: The scope that a key needs for each unsafe method; methods left out are
            refused to keys. Reading needs ``read``.
        is_repeatable: Whether ``Idempotency-Key`` counts here; not where people sign in.
    """

    authentication_classes = [CarriedIdentity]
    permission_classes = [IsAuthenticated]
    throttle_classes = [CallRate]
    parser_classes = [JsonParser]
    renderer_classes = [JsonRenderer]

    parameters: ClassVar[Sequence[Parameter]] = ()
    key_scopes: ClassVar[Mapping[str, KeyScope]] = {}
    is_repeatable: ClassVar[bool] = True

    @property
    def actor(self) -> User:
        """Who calls; the access table lets nobody else in."""
        return cast("User", self.request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Also read the query string, and refuse what a key may not do."""
        super().initial(request, *args, **kwargs)
        self._check_key(request)
        self.read_query(request)

    def read_query(self, request: Request) -> None:
        """Read the query string.

        Raises:
            Invalid: It holds what there is not, or not so.
        """
        known = self.parameters if request.method in SAFE_METHODS else ()
        self.given = read_parameters(request.query_params, known)
        self.check_paging(request)

    def check_paging(self, request: Request) -> None:
        """Refuse the parameters of pages where there are none."""
        if sent := [name for name in PAGING if name in request.query_params]:
            raise Invalid(errors={name: ["There is no such parameter."] for name in sent})

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As DRF's, with the handler run at most once for each ``Idempotency-Key``."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(self.request, *args, **kwargs)
            response = self._perform()
        except Exception as error:  # noqa: BLE001  # every fault becomes a problem; bugs go on up
            response = self.handle_exception(error)
        return self._finished(response)

    def find(self, queryset: "models.QuerySet[M]", **conditions: Any) -> M:
        """The object of this URL out of the visible ones.

        Raises:
            NotFound: It is not there, or may not be seen: the same answer.
        """
        found = queryset.filter(**conditions).first()
        if found is None:
            raise NotFound
        return found

    def body(self, serializer: type[StrictSerializer], *, partial: bool = False) -> dict[str, Any]:
        """The validated body.

        Raises:
            ValidationError, Invalid: What is wrong, by field.
        """
        read = serializer(data=self.request.data, partial=partial, context={"view": self})
        read.is_valid(raise_exception=True)
        return dict(read.validated_data)

    def answer(
        self, serializer: type[Serializer], instance: Any, *, status: int = 200, location: str = ""
    ) -> Response:
        """The object as its serializer tells it, with its version as ETag."""
        headers = {"Location": location} if location else {}
        if etag := etag_of(instance):
            headers["ETag"] = etag
        data = serializer(instance, context={"view": self, "request": self.request}).data
        return Response(data, status=status, headers=headers)

    def expected_version(self, *, required: bool = True) -> int | None:
        """The version that the caller has read, out of If-Match.

        Raises:
            PreconditionRequired: There is none, and this call wants one.
            PreconditionFailed: It is none that we ever gave out.
        """
        sent = self.request.headers.get("If-Match", "").strip()
        if not sent:
            if required:
                raise PreconditionRequired
            return None
        return _version(sent)

    def _check_key(self, request: Request) -> None:
        key = identity_of(plain(request)).key
        if key is None:
            return
        method = request.method or ""
        needed = KeyScope.READ if method in SAFE_METHODS else self.key_scopes.get(method)
        if needed is None or needed not in key.scopes:
            raise Forbidden("This key may not do that.", code="key_scope")

    def _perform(self) -> HttpResponseBase:
        method = (self.request.method or "").lower()
        handler: Callable[..., HttpResponseBase]
        handler = getattr(self, method, self.http_method_not_allowed)
        key = self.request.headers.get(idempotency.HEADER)
        if key is None or not self._honours_key():
            return handler(self.request, *self.args, **self.kwargs)
        sent = plain(self.request)
        call = idempotency.call_of(sent, identity_of(sent).principal, key)
        return self.answer_once(call, lambda: self._rendered(handler))

    def answer_once(
        self, call: idempotency.Call, action: Callable[[], HttpResponse]
    ) -> HttpResponse:
        """Run the handler in the key's transaction, unless this call was answered before."""
        return idempotency.answer_once(call, action)

    def _honours_key(self) -> bool:
        is_unsafe = self.request.method not in SAFE_METHODS
        return self.is_repeatable and is_unsafe and self.request.user.is_authenticated

    def _rendered(self, handler: Callable[..., HttpResponseBase]) -> HttpResponse:
        response = handler(self.request, *self.args, **self.kwargs)
        finished = self._finished(response)
        if isinstance(finished, Response):
            finished.render()
        return cast("HttpResponse", finished)

    def _finished(self, response: HttpResponseBase) -> HttpResponseBase:
        # DRF takes any response here, though its stubs name its own.
        own = cast("Response", response)
        return self.finalize_response(self.request, own, *self.args, **self.kwargs)


class ListView(ApiView):
    """A list by pages: ``{"next", "previous", "results"}``.

    A subclass names its serializer, and its filters and orderings in ``parameters``, and says in
    ``rows`` what the caller may see. Each page costs a constant number of statements.
    """

    parameters: ClassVar[Sequence[Parameter]] = (ordering("id", "-id"),)
    # By the name of an ordering, the column that it goes by where it is called otherwise.
    columns: ClassVar[Mapping[str, str]] = {}
    read_serializer: ClassVar[type[Serializer]]
    pagination_class = KeysetPages

    def rows(self) -> "models.QuerySet[Any, Any]":
        """What the caller may see, with all that a row shows; filters and order come after."""
        raise NotImplementedError  # pragma: no cover - every list says its own rows

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page."""
        return Response(self.told_page(request))

    def told_page(self, request: Request) -> dict[str, Any]:
        """The page that was asked for, in its frame."""
        page = self.page(
            ordering=self._columns(),
            cursor=request.query_params.get("cursor"),
            page_size=read_page_size(request.query_params.get("page_size")),
            binding=binding_of(self.given | {"path": request.path}),
        )
        begin = self._address_without_cursor(request)
        return {
            "next": begin + _escaped(page.next) if page.next else None,
            "previous": begin + _escaped(page.previous) if page.previous else None,
            "results": self.tell(page.rows),
        }

    def filtered(self) -> "models.QuerySet[Any, Any]":
        """The rows that were asked for."""
        return self.rows().filter(conditions(self.given, self.parameters))

    def page(self, **asked: Any) -> Page[Any]:
        """The page that was asked for, as ``paginate`` makes it."""
        return paginate(self.filtered(), **asked)

    def tell(self, rows: Sequence[Any]) -> Any:
        """The rows as the answer has them; ``read_serializer`` is what the schema says of them."""
        context = {"view": self, "request": self.request}
        return self.read_serializer(rows, many=True, context=context).data

    def check_paging(self, request: Request) -> None:
        """Pages are what a list has; of a write to it, the parameters are refused."""
        if request.method not in SAFE_METHODS:
            super().check_paging(request)

    def _columns(self) -> Sequence[str]:
        known = next(each for each in self.parameters if each.name == "ordering")
        asked = str(self.given.get("ordering", known.schema["default"]))
        sign, name = ("-" if asked.startswith("-") else ""), asked.removeprefix("-")
        column, own_id = f"{sign}{self.columns.get(name, name)}", f"{sign}id"
        return (column,) if column == own_id else (column, own_id)

    def _address_without_cursor(self, request: Request) -> str:
        """This list's address, up to where a cursor is to be written."""
        given = request.query_params.lists()
        kept = urlencode([each for each in given if each[0] != "cursor"], doseq=True)
        query = f"{kept}&cursor=" if kept else "cursor="
        return request.build_absolute_uri(f"{request.path}?{query}")


def _escaped(cursor: str) -> str:
    # Of all that a cursor is made of, the colon alone needs escaping.
    return cursor.replace(":", "%3A")


def etag_of(instance: object) -> str:
    """The strong ETag of an object that has a version; else nothing."""
    version = getattr(instance, "version", None)
    return f'"{version}"' if isinstance(version, int) else ""


def _version(sent: str) -> int:
    number = sent.removeprefix('"').removesuffix('"')
    if (
        sent != f'"{number}"'
        or not number.isascii()
        or not number.isdigit()
        or len(number) > DIGITS
    ):
        raise PreconditionFailed
    return int(number)
