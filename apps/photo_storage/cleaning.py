"""Turn untrusted bytes into clean pictures, in a process of their own (DOMAIN, section 10)."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from apps.photo_storage.enums import Variant
from apps.photo_storage.formats import PhotoFormat
from apps.photo_storage.limits import PhotoLimits
from apps.photo_storage.variants import SPECS
from core.errors import Unavailable

logger = logging.getLogger(__name__)

_WORKER = Path(__file__).with_name("decode_worker.py")

# Each decoding may take a gigabyte: a burst of uploads waits its turn instead.
AT_ONCE = 2
_turns = threading.BoundedSemaphore(AT_ONCE)


class CleaningRefused(Exception):
    """The picture cannot be accepted; the only argument is the code that says why."""


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """The pictures made from an upload, and the size of the full one in pixels."""

    files: dict[Variant, bytes]
    width: int
    height: int


def clean(data: bytes, kind: PhotoFormat, limits: PhotoLimits) -> CleanPhoto:
    """Decode the upload in a bounded process and return it upright, without metadata.

    Safe under threads: the process is started anew, never forked from the server's memory.

    Raises:
        CleaningRefused: The picture is damaged, too large or too demanding.
        Unavailable: So many others are being decoded that its turn did not come.
        RuntimeError: The worker itself is broken: ours to mend, not the uploader's.
    """
    # A file, not a pipe, takes the answer: the process's own bound on file size then holds for it.
    with _turn(limits.queue_seconds), tempfile.TemporaryFile() as answer:
        try:
            run = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
                _command(kind, limits),
                input=data,
                stdout=answer,
                stderr=subprocess.PIPE,
                env={},
                timeout=limits.wall_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CleaningRefused("photo_too_demanding") from error
        _check_end(run)
        answer.seek(0)
        return _read_answer(answer)


@contextmanager
def _turn(patience: float) -> Iterator[None]:
    if not _turns.acquire(timeout=patience):
        raise Unavailable(
            "Too many pictures are being sent right now. Send it again in a moment.",
            code="photo_busy",
            extra={"retry_after": 5},
        )
    try:
        yield
    finally:
        _turns.release()


def _command(kind: PhotoFormat, limits: PhotoLimits) -> list[str]:
    job = {
        "format": kind.decoder or kind.name,
        "pixels": limits.pixels,
        "variants": [asdict(spec) for spec in SPECS.values()],
        "bounds": {
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "output_bytes": limits.output_bytes,
        },
    }
    # -I: neither the environment nor the working directory can change what is imported.
    return [sys.executable, "-I", os.fspath(_WORKER), json.dumps(job)]


def _check_end(run: subprocess.CompletedProcess[bytes]) -> None:
    if run.returncode == 0:
        return
    logger.warning("photo worker ended with %s: %s", run.returncode, run.stderr[-2000:])
    # Killed by a signal: over its processor time, out of memory, or a decoder crashed.
    if run.returncode < 0:
        raise CleaningRefused("photo_too_demanding")
    raise RuntimeError("The photo worker does not run; its last words are in the log.")


def _read_answer(answer: BinaryIO) -> CleanPhoto:
    header = json.loads(answer.readline())
    if "refused" in header:
        raise CleaningRefused(header["refused"])
    files = {
        variant: answer.read(size) for variant, size in zip(SPECS, header["sizes"], strict=True)
    }
    return CleanPhoto(files=files, width=header["width"], height=header["height"])
