"""The same call twice has one effect and one answer (API, "Repeats").

The key's row, what the call did and the stored answer commit in one transaction: after a death
at any moment either all of it happened, and the repetition gets the stored answer, or nothing.
"""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse

from core.clock import now
from core.errors import Conflict, Invalid, Unprocessable
from core.models import IdempotencyRecord

HEADER = "Idempotency-Key"
FORM_FIELD = "idempotency_key"
KEPT_FOR = dt.timedelta(hours=24)
LONGEST_KEY = 255
_KEPT_HEADERS = ("Location", "ETag")
_CHUNK = 1 << 16
_SUCCESS, _REDIRECTION = 2, 3


@dataclass(frozen=True)
class Call:
    """One call: by whom, under which key, asking for what.

    ``fingerprint`` is a keyed SHA-256 of all that the answer depends on.
    """

    principal: str
    key: str
    fingerprint: str


class _NotKeptError(Exception):
    """Carries an answer that is not kept out of the transaction that it undoes."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer


def is_success(status: int) -> bool:
    """What is kept of the API's answers."""
    return status // 100 == _SUCCESS


def is_redirect(status: int) -> bool:
    """What is kept of a form's answers: the form again is no success."""
    return status // 100 == _REDIRECTION


def answer_once(
    call: Call,
    action: Callable[[], HttpResponse],
    *,
    is_kept: Callable[[int], bool] = is_success,
    waits: bool = False,
) -> HttpResponse:
    """Run ``action`` unless this call was answered before; then give that answer.

    Args:
        call: Whose call it is, and what it asks.
        action: Does the work and renders its answer. Whatever it raises undoes the work.
        is_kept: Which statuses are kept; an answer of another one undoes the work as well.
        waits: Whether to wait for the same call where it is running, as a person would.

    Raises:
        Invalid: The key is no 1 to 255 printable characters.
        Conflict: The same call is running at this moment (PostgreSQL; SQLite waits for it).
        Unprocessable: The key was used for a different call.
    """
    check_key(call.key)
    try:
        with transaction.atomic():
            _lock(call, waits=waits)
            return stored_answer(call) or _keep(call, action(), is_kept)
    except _NotKeptError as undone:
        return undone.answer


def call_of(request: HttpRequest, principal: str, key: str) -> Call:
    """What a request of the API asks, under the key that it carries.

    Raises:
        Invalid: The key is no 1 to 255 printable characters.
    """
    check_key(key)
    is_form = (request.content_type or "").startswith("multipart/")
    fingerprint = form_fingerprint(request) if is_form else body_fingerprint(request)
    return Call(principal, key, fingerprint)


def stored_answer(call: Call) -> HttpResponse | None:
    """The answer that this call got in the last 24 hours, marked as a repetition.

    Raises:
        Unprocessable: The key was used for a different call.
    """
    record = IdempotencyRecord.objects.filter(
        principal=call.principal, key=call.key, created_at__gt=now() - KEPT_FOR
    ).first()
    if record is None:
        return None
    if record.fingerprint != call.fingerprint:
        raise Unprocessable(
            f"This {HEADER} was used for another call.", code="idempotency_key_reused"
        )
    response = HttpResponse(
        bytes(record.body), status=record.status, content_type=record.content_type
    )
    for name, value in {**record.headers, "Idempotent-Replayed": "true"}.items():
        response.headers[name] = value
    return response


def submit_once(request: HttpRequest, action: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a form's ``action`` once for each rendering of the form; for signed-in people.

    The form carries the hidden field ``idempotency_key`` (the template tag); only a redirect, the
    mark of success, is kept. Without the field the action simply runs.

    Raises:
        Invalid, Conflict, Unprocessable: As ``answer_once``.
    """
    key = request.POST.get(FORM_FIELD, "")
    if not key or not request.user.is_authenticated:
        return action()
    call = Call(f"user:{request.user.pk}", key, form_fingerprint(request))
    return answer_once(call, action, is_kept=is_redirect, waits=True)


def check_key(key: str) -> None:
    """Refuse what is no key.

    Raises:
        Invalid: It is empty, too long or has characters beyond printable ASCII.
    """
    if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        message = f"Send 1 to {LONGEST_KEY} printable ASCII characters."
        raise Invalid(errors={HEADER: [message]})


def body_fingerprint(request: HttpRequest) -> str:
    """The fingerprint of a call whose body is not a form."""
    return _digest([*_target(request), (request.content_type or "").encode(), request.body])


def form_fingerprint(request: HttpRequest) -> str:
    """The fingerprint of a form: its fields and the bytes of its files, not its boundaries."""
    left_out = (FORM_FIELD, "csrfmiddlewaretoken")
    fields = sorted(
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out
        for value in values
    )
    files = sorted(
        (name, _file_digest(file)) for name, found in request.FILES.lists() for file in found
    )
    return _digest([*_target(request), repr(fields).encode(), repr(files).encode()])


def purge_old() -> int:
    """Forget answers older than 24 hours; returns how many."""
    return IdempotencyRecord.objects.filter(created_at__lte=now() - KEPT_FOR).delete()[0]


def _lock(call: Call, *, waits: bool) -> None:
    # SQLite needs none: a second transaction waits at BEGIN IMMEDIATE.
    if connection.vendor != "postgresql":
        return
    name = hashlib.sha256(f"{call.principal}\0{call.key}".encode()).digest()
    number = int.from_bytes(name[:8], signed=True)
    with connection.cursor() as cursor:
        if waits:
            cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [number])
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s::bigint)", [number])
        row = cursor.fetchone()
    if not row or not row[0]:
        raise Conflict(
            "The same call is still running. Ask again in a moment.",
            code="still_running",
            extra={"retry_after": 1},
        )


def _keep(call: Call, response: HttpResponse, is_kept: Callable[[int], bool]) -> HttpResponse:
    if not is_kept(response.status_code):
        raise _NotKeptError(response)
    IdempotencyRecord.objects.update_or_create(
        principal=call.principal,
        key=call.key,
        defaults={
            "fingerprint": call.fingerprint,
            "status": response.status_code,
            "content_type": response.headers.get("Content-Type", "")[:100],
            "headers": {
                name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers
            },
            "body": response.content,
            "created_at": now(),
        },
    )
    return response


def _target(request: HttpRequest) -> list[bytes]:
    return [(request.method or "").encode(), request.get_full_path().encode()]


def _file_digest(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _digest(parts: Iterable[bytes]) -> str:
    # Keyed, for a body may hold a password, and who reads the table must not guess it.
    digest = hmac.new(settings.SECRET_KEY.encode(), digestmod=hashlib.sha256)
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()
