"""Bytes to and from assay-init: the other half of deploy/docker-sandbox/src/{run,files,box}.c. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
import os
import struct

from assay.sandbox import FILES_MAX, Command, Policy, RequestRefused

READY = b"ASY2"
FILES_ARE_HERE = b"FILE"
NONCE_BYTES = 16
STRINGS_BYTES_MAX = 65_536

_REQUEST = struct.Struct("<16s5Q6I")
_FILES = struct.Struct(f"<II{FILES_MAX}Q")
_REPORT = struct.Struct("<16sIIiiQ")
_BOX_REQUEST = struct.Struct("<cBHIQ")
_BOX_ANSWER = struct.Struct("<IIQ")
REPORT_BYTES = _REPORT.size
BOX_ANSWER_BYTES = _BOX_ANSWER.size

_WORK_IN_BOX = 1
_WITHOUT_PROCESSES = 2
_WITHOUT_MEMORY_FILES = 4


class End(IntEnum):
    """Who ended the run."""

    ITSELF = 0
    WALL_TIME = 1
    CPU_TIME = 2
    TOLD = 3


class Step(IntEnum):
    """A step of the set-up that failed."""

    NONE = 0
    EXECVE = 1
    FORK = 2
    LIMITS = 3
    FOLDER = 4
    FILTER = 5


@dataclass(frozen=True, kw_only=True)
class Report:
    """How a run ended, as pid 1 saw it. `wait_status` is as from waitpid."""

    end: End
    step: Step
    error: int
    wait_status: int
    wall_time_us: int


@dataclass(frozen=True, kw_only=True)
class BoxAnswer:
    """`error` is an errno, 0 when all went well. `size`: of what follows, or of what was too large."""

    error: int
    irregular: bool
    size: int


def may_start_processes(policy: Policy) -> bool:
    """Whether fork is for the program, too, and not for pid 1 alone."""
    return policy in (Policy.SHELL, Policy.TOOLCHAIN)


def may_make_memory_files(policy: Policy) -> bool:
    """Whether memfd_create is for the program, too, and not for pid 1 alone."""
    return policy is Policy.TOOLCHAIN


def encode_files(sizes: Sequence[int]) -> bytes:
    """What comes before the contents of the further files, one after the other, and before the request."""
    return _FILES.pack(len(sizes), 0, *sizes, *[0] * (FILES_MAX - len(sizes)))


def encode_request(command: Command, nonce: bytes, box_bytes: int) -> bytes:
    """The request to run. What follows it on the stream is the program's input. Raises RequestRefused."""
    limits = command.limits
    texts = [*command.argv, *(f"{name}={value}" for name, value in command.env.items())]
    strings = b"".join(os.fsencode(text) + b"\0" for text in texts)
    if len(strings) > STRINGS_BYTES_MAX:
        raise RequestRefused(
            f"arguments and environment of {len(strings)} bytes; at most {STRINGS_BYTES_MAX} are allowed"
        )
    flags = _WORK_IN_BOX if command.box_writable or command.in_box else 0
    if not may_start_processes(command.policy):
        flags |= _WITHOUT_PROCESSES
    if not may_make_memory_files(command.policy):
        flags |= _WITHOUT_MEMORY_FILES
    return (
        _REQUEST.pack(
            nonce,
            limits.cpu_time_ms * 1000,
            limits.wall_time_ms * 1000,
            limits.open_files,
            max(limits.scratch_bytes, box_bytes),
            limits.memory_bytes,
            flags,
            limits.cores,
            len(command.argv),
            len(command.env),
            len(strings),
            0,
        )
        + strings
    )


def decode_report(raw: bytes) -> Report:
    """Raises ValueError for what no assay-init of this version writes."""
    _, end, step, error, wait_status, wall_time_us = _REPORT.unpack(raw)
    return Report(
        end=End(end), step=Step(step), error=error, wait_status=wait_status, wall_time_us=wall_time_us
    )


def encode_put(name: bytes, size: int, *, executable: bool) -> bytes:
    """What goes before the contents of a file to put."""
    return _BOX_REQUEST.pack(b"P", executable, len(name), 0, size) + name


def encode_get(name: bytes, bytes_max: int) -> bytes:
    """The request for a file."""
    return _BOX_REQUEST.pack(b"G", 0, len(name), 0, bytes_max) + name


def encode_folder(name: bytes) -> bytes:
    """The request for an empty folder."""
    return _BOX_REQUEST.pack(b"F", 0, len(name), 0, 0) + name


def encode_list(name: bytes) -> bytes:
    """The request for the files of a folder; a list as in cell/protocol.md follows the answer."""
    return _BOX_REQUEST.pack(b"L", 0, len(name), 0, 0) + name


def encode_remove(name: bytes) -> bytes:
    """The request to remove whatever has the name."""
    return _BOX_REQUEST.pack(b"D", 0, len(name), 0, 0) + name


def decode_box_answer(raw: bytes) -> BoxAnswer:
    """The head of an answer; what was got, or a list, follows it."""
    error, irregular, size = _BOX_ANSWER.unpack(raw)
    return BoxAnswer(error=error, irregular=bool(irregular), size=size)
