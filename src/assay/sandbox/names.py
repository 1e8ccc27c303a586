"""The names that files in a box may have: the rule of cell/protocol.md, for boxes without a cell."""

import os

from assay.sandbox.errors import BadName

NAME_BYTES_MAX = 255
NAME_PARTS_MAX = 16


def check_box_name(name: str) -> bytes:
    """A name below /box, as bytes. Raises BadName."""
    try:
        raw = os.fsencode(name)
    except UnicodeEncodeError as error:
        raise BadName(f"not text that a file name can have: {name!r}") from error
    parts = raw.split(b"/")
    if b"\0" in raw:
        raise BadName(f"a NUL byte in {name!r}")
    if not 1 <= len(raw) <= NAME_BYTES_MAX:
        raise BadName(f"a name has 1 to {NAME_BYTES_MAX} bytes, not {len(raw)}")
    if len(parts) > NAME_PARTS_MAX or any(part in (b"", b".", b"..") for part in parts):
        raise BadName(
            f"{name!r} is not a relative name of 1 to {NAME_PARTS_MAX} parts, none empty, '.' or '..'"
        )
    return raw
