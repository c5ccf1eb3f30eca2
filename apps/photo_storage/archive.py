"""Many photos as one ZIP, made while it is sent: one picture is in memory at a time."""

import datetime as dt
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.http import StreamingHttpResponse

from apps.photo_storage.serving import open_file
from core.errors import NotFound

CONTENT_TYPE = "application/zip"
MISSING = "MISSING.txt"
# The least that a format allows which every reader understands as a stream; pictures are dense.
_COMPRESSION = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 1}
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the ZIP: its name there, its name in the storage, its local time."""

    name: str
    stored_name: str
    at: dt.datetime


class _Sink:
    """What the ZIP is written to: keeps the bytes until they are taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Keep a part."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def archive_response(members: Iterable[Member], *, filename: str) -> StreamingHttpResponse:
    """Answer with the ZIP, to be saved under ``filename``.

    Pictures that the storage has lost are named in ``MISSING.txt`` inside.

    Raises:
        Unavailable: The storage does not answer; told before anything was sent.
    """
    parts = zip_parts(members)
    first = next(parts)
    return StreamingHttpResponse(
        chain([first], parts),
        content_type=CONTENT_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{filename}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def zip_parts(members: Iterable[Member]) -> Iterator[bytes]:
    """The bytes of the ZIP, a part at a time."""
    sink, missing = _Sink(), []
    with zipfile.ZipFile(sink, "w", **_COMPRESSION) as archive:  # type: ignore[call-overload]  # it only writes and flushes
        for member in members:
            try:
                yield from _added(archive, sink, member)
            except NotFound:
                missing.append(member.name)
        if missing:
            archive.writestr(MISSING, "Lost by the storage:\r\n" + "\r\n".join(missing) + "\r\n")
    yield sink.take()


def _added(archive: zipfile.ZipFile, sink: _Sink, member: Member) -> Iterator[bytes]:
    info = zipfile.ZipInfo(member.name, member.at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    with open_file(member.stored_name) as file, archive.open(info, "w") as target:
        for chunk in file.chunks(_CHUNK):
            target.write(chunk)
            if part := sink.take():
                yield part
