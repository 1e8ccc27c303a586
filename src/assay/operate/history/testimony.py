"""What a process saw of a database's history, and the file in which it outlives the process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
import json
import os
from pathlib import Path
from typing import Any

from assay.domain.acceptance import Acceptance

_BYTES_MAX = 1 << 14


@dataclass(frozen=True, kw_only=True)
class Testimony:
    """`newest`: by identity, of all. `own`: the last one that the process itself accepted.

    Both, because hosts' clocks differ: what was committed last need not be the newest by identity.
    """

    installation: str
    timeline: int
    newest: Acceptance | None = None
    own: Acceptance | None = None

    @property
    def seen(self) -> tuple[Acceptance, ...]:
        return tuple(dict.fromkeys(each for each in (self.newest, self.own) if each is not None))


def read_testimonies(folder: Path) -> list[Testimony]:
    """Those of the folder's last processes. A file that cannot be read says nothing."""
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            with path.open("rb") as file:
                found.append(_decode(json.loads(file.read(_BYTES_MAX))))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def write_testimony(path: Path, testimony: Testimony) -> None:
    """Whole or not at all, and on the disk on return. Raises OSError."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = path.with_suffix(".new")
    with unfinished.open("wb") as file:
        file.write(json.dumps(_encode(testimony)).encode())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _encode(testimony: Testimony) -> dict[str, Any]:
    return {
        "installation": testimony.installation,
        "timeline": testimony.timeline,
        **{
            name: {"id": each.id, "at": each.at.isoformat()}
            for name, each in (("newest", testimony.newest), ("own", testimony.own))
            if each is not None
        },
    }


def _decode(document: Mapping[str, Any]) -> Testimony:
    return Testimony(
        installation=str(document["installation"]),
        timeline=int(document["timeline"]),
        newest=_acceptance(document.get("newest")),
        own=_acceptance(document.get("own")),
    )


def _acceptance(document: Mapping[str, Any] | None) -> Acceptance | None:
    if document is None:
        return None
    at = datetime.fromisoformat(document["at"])
    if at.tzinfo is None:
        raise ValueError("an instant without its zone")
    return Acceptance(id=str(document["id"]), at=at)
