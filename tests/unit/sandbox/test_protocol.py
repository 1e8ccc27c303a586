"""The Python half of the wire format, and that no answer, however odd, does worse than ProtocolError."""

import contextlib
from dataclasses import astuple, fields, replace
import random
import struct

import pytest

from assay.sandbox import (
    BadDescriptor,
    BadName,
    BoxError,
    CellUnavailable,
    Command,
    Policy,
    ProtocolError,
    RequestRefused,
    RunLimits,
    SandboxError,
    Status,
    UnknownView,
    protocol,
)
from assay.sandbox.protocol import Kind, Want

LIMITS = RunLimits(
    cpu_time_ms=1,
    wall_time_ms=2,
    memory_bytes=3,
    processes=4,
    open_files=5,
    scratch_bytes=6,
    scratch_inodes=7,
    stdout_bytes=8,
    stderr_bytes=9,
    cores=10,
)
COMMAND = Command(
    argv=("/a", "ü"),
    env={"K": "v"},
    view="native",
    limits=LIMITS,
    policy=Policy.SHELL,
    box_writable=True,
    core_shift=11,
)


def message(kind: int, body: bytes = b"", *, magic: bytes = b"CELL", version: int = 3) -> bytes:
    return struct.pack("<4sHH", magic, version, kind) + body


def text(value: bytes) -> bytes:
    return struct.pack("<I", len(value)) + value + b"\0"


def facts_body(
    status: int = 0, exit_code: int = 0, signal: int = -1, flags: int = 0, detail: bytes = b""
) -> bytes:
    return struct.pack("<IiiI7Q", status, exit_code, signal, flags, 10, 20, 30, 40, 50, 60, 70) + text(detail)


def test_a_hello_is_twelve_bytes() -> None:
    assert protocol.encode_hello(Want.SLOT) == b"CELL\x03\x00\x01\x00\x01\x00\x00\x00"


def test_a_run_is_laid_out_as_the_document_says() -> None:
    expected = (
        b"CELL\x03\x00\x03\x00"
        + struct.pack("<I11Q", 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
        + text(b"native")
        + text(b"shell")
        + struct.pack("<I", 2)
        + text(b"/a")
        + text("ü".encode())
        + struct.pack("<I", 1)
        + text(b"K=v")
    )
    assert protocol.encode_run(COMMAND) == expected


def test_the_order_of_limits_is_that_of_the_document() -> None:
    names = """
        cpu_time_ms wall_time_ms memory_bytes processes open_files scratch_bytes scratch_inodes stdout_bytes
        stderr_bytes cores
    """
    assert [field.name for field in fields(RunLimits)] == names.split()
    assert astuple(LIMITS) == tuple(range(1, 11))


def test_a_message_has_a_greatest_size() -> None:
    longest = replace(COMMAND, argv=("/a", "x" * 60_000))
    assert len(protocol.encode_run(longest)) <= protocol.MESSAGE_BYTES_MAX
    with pytest.raises(RequestRefused, match="at most 65536"):
        protocol.encode_run(replace(COMMAND, argv=("/a", "x" * 66_000)))


def test_a_name_cannot_carry_a_nul() -> None:
    with pytest.raises(BadName):
        protocol.encode_put("a\0b", executable=False)


@pytest.mark.parametrize(
    ("number", "status"),
    list(
        enumerate(
            ["exited", "signalled", "cpu_time", "wall_time", "memory", "output", "forbidden", "internal"]
        )
    ),
)
def test_each_status_has_its_number(number: int, status: str) -> None:
    assert protocol.decode_facts(facts_body(status=number)).status == Status(status)


def test_facts_are_read_field_by_field() -> None:
    facts = protocol.decode_facts(facts_body(status=6, exit_code=-1, signal=-1, flags=2, detail=b"ptrace"))
    assert (facts.exit_code, facts.signal, facts.detail) == (None, None, "ptrace")
    assert (facts.stdout_truncated, facts.stderr_truncated) == (False, True)
    figures = (
        facts.cpu_time_us,
        facts.wall_time_us,
        facts.memory_bytes,
        facts.stdout_bytes,
        facts.stderr_bytes,
    )
    assert figures == (10, 20, 30, 40, 50)
    assert (facts.oom_kills, facts.ended_at_us) == (60, 70)


def test_a_list_is_names_and_sizes() -> None:
    body = (
        struct.pack("<I", 2) + struct.pack("<Q", 7) + text(b"a") + struct.pack("<Q", 2**40) + text(b"\xff b")
    )
    assert protocol.decode_listed(body) == {"a": 7, "\udcff b": 2**40}
    assert protocol.decode_listed(struct.pack("<I", 0)) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        struct.pack("<I", 1),
        struct.pack("<I", 0) + b"x",
        struct.pack("<IQ", 1, 7) + text(b"a")[:-1],
        struct.pack("<IQ", 1, 7) + struct.pack("<I", 2**32 - 1) + b"a\0",
        struct.pack("<IQ", 1, 7) + text(b"a") + b"x",
        struct.pack("<I", 2) + (struct.pack("<Q", 7) + text(b"a")) * 2,
    ],
)
def test_a_malformed_list_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        protocol.decode_listed(body)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1, ProtocolError),
        (2, RequestRefused),
        (3, UnknownView),
        (4, BadDescriptor),
        (5, BadName),
        (6, BoxError),
        (7, CellUnavailable),
        (99, ProtocolError),
    ],
)
def test_an_error_answer_is_raised(code: int, expected: type[SandboxError]) -> None:
    with pytest.raises(expected, match="in words") as caught:
        protocol.decode(message(Kind.ERROR, struct.pack("<I", code) + text(b"in words")))
    assert type(caught.value) is expected


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"CELL",
        message(Kind.FACTS, magic=b"CALL"),
        message(Kind.FACTS, version=1),
        message(77),
        message(Kind.ERROR),
        message(Kind.ERROR, b"\1\0\0\0"),
        message(Kind.ERROR, b"\1\0\0\0\xff\xff\xff\xffx\0"),
    ],
)
def test_a_malformed_answer_is_a_protocol_error(answer: bytes) -> None:
    with pytest.raises(ProtocolError):
        protocol.decode(answer)


def test_random_answers_do_no_worse() -> None:
    rng = random.Random(3)  # noqa: S311
    listed = struct.pack("<IQ", 1, 7) + text(b"a")
    seeds = [facts_body(), text(b'{"version": 1}'), text(b"[]"), listed, b""]
    decoders = (protocol.decode_facts, protocol.decode_info, protocol.decode_listed)
    for _ in range(5000):
        body = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(4)):
            if body:
                body[rng.randrange(len(body))] = rng.randrange(256)
        cut = bytes(body[: rng.randrange(len(body) + 1)]) if rng.random() < 0.3 else bytes(body)
        for decode in decoders:
            with contextlib.suppress(ProtocolError):
                decode(cut)
