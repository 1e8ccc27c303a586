"""What a file of test data looks like, wherever its chunks are cut."""

import hashlib
import os

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.problems import data_text
from assay.problems.data_text import TextFacts, look_at


def looked_at(content: bytes) -> TextFacts:
    fd = os.memfd_create("text")
    try:
        os.write(fd, content)
        return look_at(fd)
    finally:
        os.close(fd)


def line_of(content: bytes, wanted: set[int]) -> int | None:
    return next((content[:at].count(b"\n") + 1 for at, byte in enumerate(content) if byte in wanted), None)


@given(st.binary(max_size=40), st.integers(min_value=1, max_value=9))
def test_it_finds_what_a_simple_reading_finds(content: bytes, chunk_bytes: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_text, "_CHUNK_BYTES", chunk_bytes)
        facts = looked_at(content)
    assert facts.sha256 == hashlib.sha256(content).hexdigest()
    assert facts.size_bytes == len(content)
    assert facts.carriage_return_line == line_of(content, {13})
    assert facts.nul_line == line_of(content, {0})
    assert facts.non_ascii_line == line_of(content, set(range(128, 256)))
    assert facts.ends_open is (content != b"" and not content.endswith(b"\n"))
