"""A problem's samples, as people read them beside the statement."""

from dataclasses import dataclass
import os

from assay.domain.problem import DataRef, Problem
from assay.problems.ports import BlobStore


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample: what a program is given and what is wanted of it. `truncated` when a text was cut."""

    name: str
    input: str
    answer: str
    truncated: bool


def read_samples(problem: Problem, blobs: BlobStore, *, bytes_max: int) -> tuple[Sample, ...]:
    """The samples of an imported problem, at most `bytes_max` of each file. Blocking.

    Bytes that are not UTF-8 are replaced. Secret tests are never read. Raises FileNotFoundError when the
    store has lost a file.
    """
    return tuple(
        _read_sample(test.name, test.input, test.answer, blobs, bytes_max)
        for test in problem.tests
        if test.is_sample
    )


def _read_sample(
    name: str, input_ref: DataRef, answer_ref: DataRef, blobs: BlobStore, bytes_max: int
) -> Sample:
    given, is_given_cut = _read_text(blobs, input_ref, bytes_max)
    wanted, is_wanted_cut = _read_text(blobs, answer_ref, bytes_max)
    return Sample(name=name, input=given, answer=wanted, truncated=is_given_cut or is_wanted_cut)


def _read_text(blobs: BlobStore, ref: DataRef, bytes_max: int) -> tuple[str, bool]:
    with os.fdopen(blobs.open(ref), "rb") as blob:
        content = blob.read(bytes_max + 1)
    return content[:bytes_max].decode(errors="replace"), len(content) > bytes_max
