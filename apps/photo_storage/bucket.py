"""Photos in a private bucket of S3, or of what speaks its protocol.

No address of the bucket is ever given out: the bytes pass through this house, because its pages
load nothing from elsewhere, and because a right that is taken away must count at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

PATIENCE = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2})


@contextmanager
def _as_file_system() -> Iterator[None]:
    """What fails with the bucket fails like a disk, so that callers know one kind of fault."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(f"The bucket does not do it: {error}") from error


class PrivateBucket(S3Storage):  # type: ignore[misc]  # the library has no types
    """A bucket whose faults are those of a file system."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # Somebody waits for the answer; the library's own patience is minutes.
        self.transfer_config = TransferConfig(use_threads=False)  # pictures are small
        self.client_config: Any = self.client_config.merge(PATIENCE)

    def _save(self, name: str, content: Any) -> str:
        with _as_file_system():
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _as_file_system():
            # Fetched now: later, half the answer would have gone out before it failed.
            return super()._open(name, mode).open()

    def delete(self, name: str) -> None:
        """Remove a file; one that is gone already is no fault."""
        with _as_file_system():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Folders and files of a folder; of one that is not there, none."""
        with _as_file_system():
            folders, files = super().listdir(name)
        return folders, files

    def get_modified_time(self, name: str) -> Any:
        """When a file was written."""
        with _as_file_system():
            return super().get_modified_time(name)
