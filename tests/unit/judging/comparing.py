"""Two files to compare: given, or drawn by hypothesis so that they mostly agree."""

from collections.abc import Iterator
from contextlib import contextmanager
import os

from hypothesis import strategies as st

from assay.domain.problem import OutputComparison
from assay.judging.compare import Difference, find_difference


@contextmanager
def file_of(*parts: bytes) -> Iterator[int]:
    fd = os.memfd_create("test", os.MFD_CLOEXEC)
    try:
        for part in parts:
            view = memoryview(part)
            while view:
                view = view[os.write(fd, view) :]
        yield fd
    finally:
        os.close(fd)


def difference(output: bytes, answer: bytes, comparison: OutputComparison) -> Difference | None:
    with file_of(output) as output_fd, file_of(answer) as answer_fd:
        return find_difference(output_fd, answer_fd, comparison)


def accepts(output: bytes, answer: bytes, comparison: OutputComparison) -> bool:
    return difference(output, answer, comparison) is None


_PIECES = (
    b" ", b"\n", b"\r\n", b" \n", b"\r", b"\t", b"\v",
    b"a", b"A", b"b", b"1", b"1.5", b"1.52", b".", b"e1", b"-", b"_", b"\0", b"\xff",
)  # fmt: skip
contents = st.lists(st.sampled_from(_PIECES), max_size=25).map(b"".join)


@st.composite
def similar_files(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Two files that mostly agree: unrelated ones would differ in their first bytes and test nothing else."""
    head, tail = draw(contents), draw(contents)
    output = head + draw(contents) + tail
    answer = head + draw(contents) + tail
    if draw(st.booleans()):
        output = output.replace(b"\n", draw(st.sampled_from([b"\r\n", b" \n", b" \r\n", b"\n"])))
    return output, answer
