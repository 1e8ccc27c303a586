"""Bytes to and from the cell: the Python half of cell/protocol.md. Pure functions.

A message is one packet: "CELL", u16 version, u16 kind, body. Integers are little-endian; a string is a u32
length, its bytes and a NUL.
"""

from dataclasses import fields
from enum import IntEnum
import json
from operator import attrgetter
import os
import struct
from typing import TypeVar

from assay.sandbox.errors import (
    BadDescriptor,
    BadName,
    BoxError,
    CellUnavailable,
    ProtocolError,
    RequestRefused,
    SandboxError,
    UnknownView,
)
from assay.sandbox.facts import CellInfo, Command, Facts, RunLimits, Status

VERSION = 3
MESSAGE_BYTES_MAX = 65536
MAGIC = b"CELL"
_T = TypeVar("_T")
_HEADER = struct.Struct("<4sHH")
_FACTS = struct.Struct("<IiiI7Q")
_limits_in_order = attrgetter(*(field.name for field in fields(RunLimits)))  # `astuple` makes deep copies


class Kind(IntEnum):
    HELLO = 1
    PUT = 2
    RUN = 3
    GET = 4
    FOLDER = 5
    LIST = 6
    REMOVE = 7
    INFO = 101
    READY = 102
    DONE = 103
    FACTS = 104
    ERROR = 105
    GOT = 106
    LISTED = 107


class Want(IntEnum):
    INFO = 0
    SLOT = 1
    JURY_SLOT = 2


_STATUSES = (
    Status.EXITED,
    Status.SIGNALLED,
    Status.CPU_TIME,
    Status.WALL_TIME,
    Status.MEMORY,
    Status.OUTPUT,
    Status.FORBIDDEN,
    Status.INTERNAL,
)

_ERRORS: dict[int, type[SandboxError]] = {
    1: ProtocolError,
    2: RequestRefused,
    3: UnknownView,
    4: BadDescriptor,
    5: BadName,
    6: BoxError,
    7: CellUnavailable,
    8: RequestRefused,
}


def _header(kind: Kind) -> bytes:
    return _HEADER.pack(MAGIC, VERSION, kind)


def _numbers(*values: int) -> bytes:
    try:
        return struct.pack(f"<{len(values)}Q", *values)
    except struct.error as error:
        raise RequestRefused(f"not all whole numbers of 64 bits without a sign: {values}") from error


def _string(text: str) -> bytes:
    try:
        raw = os.fsencode(text)
    except UnicodeEncodeError as error:
        raise RequestRefused(f"not text that a file name or an argument can have: {text!r}") from error
    return struct.pack("<I", len(raw)) + raw + b"\0"


def _box_name(name: str) -> bytes:
    if "\0" in name:
        raise BadName(f"a NUL byte in {name!r}")
    try:
        return _string(name)
    except RequestRefused as error:
        raise BadName(str(error)) from error


def _checked(message: bytes) -> bytes:
    if len(message) > MESSAGE_BYTES_MAX:
        raise RequestRefused(f"a message of {len(message)} bytes; at most {MESSAGE_BYTES_MAX} are allowed")
    return message


def encode_hello(want: Want) -> bytes:
    return _header(Kind.HELLO) + struct.pack("<I", want)


def encode_put(name: str, *, executable: bool) -> bytes:
    """The request to put a file; its contents travel as an fd beside it. BadName for a NUL in the name."""
    return _checked(_header(Kind.PUT) + struct.pack("<I", executable) + _box_name(name))


def encode_get(name: str, *, bytes_max: int) -> bytes:
    """The request to copy a file of the box into the fd that travels beside it."""
    return _checked(_header(Kind.GET) + _numbers(bytes_max) + _box_name(name))


def encode_folder(name: str) -> bytes:
    """The request for an empty folder."""
    return _checked(_header(Kind.FOLDER) + _box_name(name))


def encode_list(name: str) -> bytes:
    """The request for the regular files of a folder."""
    return _checked(_header(Kind.LIST) + _box_name(name))


def encode_remove(name: str) -> bytes:
    """The request to remove a file, or a folder with all that is in it."""
    return _checked(_header(Kind.REMOVE) + _box_name(name))


def _run_flags(command: Command) -> int:
    return command.box_writable | command.repeat << 1 | command.warm << 2 | command.in_box << 3


def encode_run(command: Command) -> bytes:
    """The request to run; the streams and the files travel as fds beside it. RequestRefused if too long."""
    parts = [
        _header(Kind.RUN),
        struct.pack("<I", _run_flags(command)),
        _numbers(*_limits_in_order(command.limits), command.core_shift),
        _string(command.view),
        _string(command.policy),
        struct.pack("<I", len(command.argv)),
        *map(_string, command.argv),
        struct.pack("<I", len(command.env)),
        *(_string(f"{name}={value}") for name, value in command.env.items()),
    ]
    return _checked(b"".join(parts))


def decode(message: bytes) -> tuple[Kind, bytes]:
    """Kind and body of an answer. An error answer is raised as the exception it stands for."""
    if len(message) < _HEADER.size:
        raise ProtocolError(f"an answer of {len(message)} bytes has no header")
    magic, version, number = _HEADER.unpack_from(message)
    if magic != MAGIC or version != VERSION:
        raise ProtocolError(f"the answer is not of protocol version {VERSION}")
    try:
        kind = Kind(number)
    except ValueError:
        raise ProtocolError(f"an answer of unknown kind {number}") from None
    body = message[_HEADER.size :]
    if kind is Kind.ERROR:
        raise _decode_error(body)
    return kind, body


def body_of(answer: bytes, expected: Kind) -> bytes:
    """The body of an answer that can only be of one kind, or an error."""
    kind, body = decode(answer)
    if kind is not expected:
        raise ProtocolError(f"expected {expected.name}, got {kind.name}")
    return body


def _decode_string(body: bytes, at: int) -> str:
    if len(body) < at + 4:
        raise ProtocolError("an answer is cut short")
    (length,) = struct.unpack_from("<I", body, at)
    if len(body) != at + 4 + length + 1:
        raise ProtocolError("an answer is cut short")
    return body[at + 4 : -1].decode("utf-8", "replace")


def _decode_error(body: bytes) -> SandboxError:
    if len(body) < 4:
        return ProtocolError("an error answer is cut short")
    (code,) = struct.unpack_from("<I", body)
    return _ERRORS.get(code, ProtocolError)(_decode_string(body, 4) or f"refused with code {code}")


def decode_got(body: bytes) -> int:
    """How many bytes were copied."""
    if len(body) != 8:
        raise ProtocolError("an answer is cut short")
    (size,) = struct.unpack("<Q", body)
    return int(size)


def decode_listed(body: bytes) -> dict[str, int]:
    """The names and sizes of files."""
    if len(body) < 4:
        raise ProtocolError("a list is cut short")
    (count,) = struct.unpack_from("<I", body)
    found: dict[str, int] = {}
    at = 4
    for _ in range(count):
        if len(body) < at + 12:
            raise ProtocolError("a list is cut short")
        size, length = struct.unpack_from("<QI", body, at)
        at += 12 + length + 1
        if len(body) < at:
            raise ProtocolError("a list is cut short")
        found[os.fsdecode(body[at - length - 1 : at - 1])] = size
    if len(body) != at or len(found) != count:
        raise ProtocolError("a list is not what it says")
    return found


def decode_facts(body: bytes) -> Facts:
    if len(body) < _FACTS.size:
        raise ProtocolError("facts are cut short")
    status, exit_code, signal, flags, cpu_us, wall_us, memory, stdout, stderr, oom_kills, ended_at_us = (
        _FACTS.unpack_from(body)
    )
    if status >= len(_STATUSES):
        raise ProtocolError(f"unknown status {status}")
    return Facts(
        status=_STATUSES[status],
        exit_code=exit_code if exit_code >= 0 else None,
        signal=signal if signal >= 0 else None,
        cpu_time_us=cpu_us,
        wall_time_us=wall_us,
        memory_bytes=memory,
        stdout_bytes=stdout,
        stderr_bytes=stderr,
        stdout_truncated=bool(flags & 1),
        stderr_truncated=bool(flags & 2),
        oom_kills=oom_kills,
        ended_at_us=ended_at_us,
        detail=_decode_string(body, _FACTS.size),
    )


def decode_info(body: bytes) -> CellInfo:
    try:
        data = json.loads(_decode_string(body, 0))
        return CellInfo(
            version=_typed(data["version"], str),
            kernel=_typed(data["kernel"], str),
            architecture=_typed(data["architecture"], str),
            cgroup_version=_typed(data["cgroup_version"], int),
            memory_peak=_typed(data["memory_peak"], str),
            isolation=tuple(_typed(layer, str) for layer in _typed(data["isolation"], list)),
            views=tuple(_typed(view, str) for view in _typed(data["views"], list)),
            slots=_typed(data["slots"], int),
            box_bytes=_typed(data["box_bytes"], int),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProtocolError(f"malformed info: {error}") from error


def _typed(value: object, kind: type[_T]) -> _T:
    if type(value) is not kind:  # not isinstance: a truth value is no number here
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value
