"""The chain: each entry's hash covers its content and the hash before it."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.audit.models import AuditEntry, AuditHead
from apps.audit.recorder import Draft
from core.clock import now
from core.request_context import request_id

GENESIS = "0" * 64
_ANCHOR = re.compile(r"[1-9][0-9]{0,17}:[0-9a-f]{64}", re.ASCII)
_CONTENT = (
    "position",
    "actor_id",
    "actor_name",
    "verb",
    "target_type",
    "target_id",
    "target_label",
    "changes",
    "note",
    "is_public",
    "request_id",
)


@dataclass(frozen=True)
class Anchor:
    """A head that was written down outside the database."""

    position: int
    hash: str

    @classmethod
    def from_text(cls, text: str) -> "Anchor":
        """An anchor as a mail tells it: "1204:9f86...".

        Raises:
            ValueError: It is none.
        """
        if not _ANCHOR.fullmatch(text):
            raise ValueError(f"“{text}” is no anchor.")
        position, _, digest = text.partition(":")
        return cls(int(position), digest)


def append(drafts: Sequence[Draft]) -> None:
    """Write the entries behind the head, in order, holding the head's lock until commit."""
    if not drafts:
        return
    head, _ = AuditHead.objects.select_for_update().get_or_create(pk=1)
    entries = list(_chained(drafts, head, now()))
    AuditEntry.objects.bulk_create(entries)
    AuditHead.objects.filter(pk=1).update(position=head.position, hash=head.hash)


def _chained(drafts: Iterable[Draft], head: AuditHead, at: dt.datetime) -> Iterator[AuditEntry]:
    for draft in drafts:
        entry = AuditEntry(
            position=head.position + 1,
            at=at,
            actor_id=draft.actor.pk,
            actor_name=str(draft.actor),
            verb=draft.verb,
            target_type=draft.target_type,
            target_id=draft.target_id,
            target_label=draft.target_label,
            changes=json.loads(json.dumps(draft.changes)),
            note=draft.note,
            is_public=draft.is_public,
            request_id=request_id.get(),
            previous_hash=head.hash,
        )
        entry.hash = hash_of(entry)
        head.position, head.hash = entry.position, entry.hash
        yield entry


def hash_of(entry: AuditEntry) -> str:
    """The SHA-256 that this entry must carry, from its content and the hash before it."""
    content: dict[str, Any] = {name: getattr(entry, name) for name in _CONTENT}
    content["at"] = entry.at.astimezone(dt.UTC).isoformat()
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{entry.previous_hash}{text}".encode()).hexdigest()


def faults(anchors: Sequence[Anchor] = ()) -> Iterator[str]:
    """Walk the whole chain and tell, in plain sentences, where it was tampered with.

    Finds an edited entry, a removed one, and a cut-off end (against the head row and against
    anchors written down outside the database).
    """
    known: dict[int, set[str]] = {}
    for anchor in anchors:
        known.setdefault(anchor.position, set()).add(anchor.hash)
    position, previous = 0, GENESIS
    for entry in AuditEntry.objects.order_by("position").iterator(chunk_size=2000):
        yield from _entry_faults(entry, position + 1, previous)
        if known.pop(entry.position, {entry.hash}) != {entry.hash}:
            yield f"Entry {entry.position} differs from the anchor."
        position, previous = entry.position, entry.hash
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(position=0, hash=GENESIS)
    if (head.position, head.hash) != (position, previous):
        yield f"The chain ends at {position}, but its head says {head.position}: cut off."
    for missing in sorted(known):
        yield f"Entry {missing} is anchored, but gone."


def _entry_faults(entry: AuditEntry, expected: int, previous: str) -> Iterator[str]:
    if entry.position != expected:
        yield f"Entry {expected} is gone; the next one is {entry.position}."
    elif entry.previous_hash != previous:
        yield f"Entry {entry.position} does not follow the one before it."
    if entry.hash != hash_of(entry):
        yield f"Entry {entry.position} was edited."


def anchor_path() -> Path:
    """The file outside the database that heads are written down in."""
    return Path(settings.AUDIT_ANCHOR_FILE)


def write_anchor() -> Anchor | None:
    """Append the present head to the anchor file, unless it stands there already."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None or not head.position:
        return None
    anchor = Anchor(head.position, head.hash)
    if read_anchors()[-1:] != [anchor]:
        anchor_path().parent.mkdir(parents=True, exist_ok=True)
        with anchor_path().open("a", encoding="ascii") as file:
            file.write(f"{anchor.position} {anchor.hash} {now().isoformat()}\n")
    return anchor


def read_anchors() -> list[Anchor]:
    """The heads written down so far, oldest first."""
    if not anchor_path().exists():
        return []
    lines = (line.split() for line in anchor_path().read_text(encoding="ascii").splitlines())
    return [Anchor(int(position), digest) for position, digest, *_ in lines]
