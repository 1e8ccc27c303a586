"""Frames and the report at their end, whatever a program writes and however it is cut into pieces."""

import asyncio
import itertools
import struct

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.adapters.docker.frames import STDERR, STDOUT, BrokenStream, frames
from assay.adapters.docker.tail import Tail
from assay.adapters.docker.wire import REPORT_BYTES

NONCE = bytes(range(16))
REPORT = NONCE + bytes(REPORT_BYTES - len(NONCE))


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@given(
    written=st.lists(st.one_of(st.binary(max_size=50), st.just(NONCE[:7]), st.just(NONCE[:15]))),
    places=st.lists(st.integers(min_value=0, max_value=500)),
)
def test_the_report_is_found_behind_anything(written: list[bytes], places: list[int]) -> None:
    data = b"".join(written)
    if NONCE in data:
        return
    tail = Tail(NONCE)
    got = b"".join(tail.feed(piece) for piece in cut(data + REPORT, places))
    assert (got, tail.report) == (data, REPORT)


@given(data=st.binary(max_size=200), places=st.lists(st.integers(min_value=0, max_value=500)))
def test_without_a_report_every_byte_is_the_program_s(data: bytes, places: list[int]) -> None:
    tail = Tail(b"\0" * 15 + b"\1")
    got = b"".join(tail.feed(piece) for piece in cut(data, places))
    assert tail.report is None
    assert got + tail.rest() == data


def test_nothing_is_held_back_that_cannot_be_the_beginning_of_a_report() -> None:
    tail = Tail(NONCE)
    assert tail.feed(b"42\n") == b"42\n"
    assert tail.feed(b"x" + NONCE[:3]) == b"x"
    assert tail.feed(b"y") == NONCE[:3] + b"y"


async def read(raw: bytes) -> list[tuple[int, bytes]]:
    reader = asyncio.StreamReader()
    reader.feed_data(raw)
    reader.feed_eof()
    return [frame async for frame in frames(reader)]


def frame(stream: int, data: bytes) -> bytes:
    return struct.pack(">BxxxI", stream, len(data)) + data


async def test_outputs_are_told_apart_and_headers_never_pass() -> None:
    raw = frame(STDOUT, b"one") + frame(STDERR, b"") + frame(STDERR, b"two") + frame(STDOUT, b"three")
    assert await read(raw) == [(STDOUT, b"one"), (STDERR, b"two"), (STDOUT, b"three")]


async def test_a_large_frame_comes_in_pieces() -> None:
    got = await read(frame(STDOUT, bytes(200_000)))
    assert b"".join(data for _, data in got) == bytes(200_000)
    assert max(len(data) for _, data in got) <= 65_536


@pytest.mark.parametrize(
    "raw",
    [b"\1", frame(STDOUT, b"one")[:-1], frame(0, b"x"), frame(3, b"x"), b"HTTP/1.1 200 OK\r\n\r\n"],
)
async def test_what_is_no_frame_is_a_broken_stream(raw: bytes) -> None:
    with pytest.raises(BrokenStream):
        await read(raw)
