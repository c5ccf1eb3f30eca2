"""Photos in a private bucket of S3, or of what speaks its protocol.

No address of the bucket is ever given out: the bytes pass through this house, because its pages
load nothing from elsewhere, and because a right that is taken away must count at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - the library's own name
    HTTPClientError,
)
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from core.circuit import Circuit

# Somebody waits for the answer, and a server has few threads; the library's patience is minutes.
PATIENCE = Config(connect_timeout=3, read_timeout=8, retries={"total_max_attempts": 2})
LEFT_ALONE_SECONDS = 30.0
UNREACHED = (HTTPClientError, ConnectionError, RetriesExceededError)
FAULTS = (BotoCoreError, ClientError, *UNREACHED)
_circuits: dict[str, Circuit] = {}


def circuit_of(server: str) -> Circuit:
    """The circuit that all threads share."""
    return _circuits.setdefault(server, Circuit("the bucket", seconds=LEFT_ALONE_SECONDS))


class PrivateBucket(S3Storage):  # type: ignore[misc]  # the library has no types
    """A bucket whose faults are those of a file system.

    One that does not answer is left alone for a while: one thread waits for it, not all.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.transfer_config = TransferConfig(
            use_threads=False,  # pictures are small
            num_download_attempts=1,  # the client tries again itself
        )
        self.client_config: Any = self.client_config.merge(PATIENCE)
        self.circuit = circuit_of(f"{self.endpoint_url}/{self.bucket_name}")

    @contextmanager
    def _as_file_system(self) -> Iterator[None]:
        """What fails with the bucket fails like a disk, so that callers know one kind of fault."""
        if self.circuit.is_open:
            raise OSError("The bucket did not answer, and is left alone for a while")
        try:
            yield
        except FAULTS as error:
            if isinstance(error, UNREACHED):
                self.circuit.trip(error)
            raise OSError(f"The bucket does not do it: {error}") from error

    def _save(self, name: str, content: Any) -> str:
        with self._as_file_system():
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> Any:
        with self._as_file_system():
            file = super()._open(name, mode)
            try:
                # Fetched now: later, half the answer would have gone out before it failed.
                return file.open()
            except BaseException:
                file.close()
                raise

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with self._as_file_system():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no fault."""
        with self._as_file_system():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Folders and files of a folder; of one that is not there, none."""
        with self._as_file_system():
            folders, files = super().listdir(name)
        return folders, files

    def get_modified_time(self, name: str) -> Any:
        """When a file was written."""
        with self._as_file_system():
            return super().get_modified_time(name)
