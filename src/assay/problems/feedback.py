"""Failed tests that a problem's setter shows: samples, and those with full feedback."""

from collections.abc import Sequence
from dataclasses import dataclass
import os

from assay.domain.judgement import Run
from assay.domain.problem import DataRef, Problem, TestCase
from assay.domain.verdict import Verdict
from assay.problems.ports import BlobStore
from assay.problems.samples import texts_of

TESTS_MAX = 20  # shown of one judgement; whoever fails more has enough to think about


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """A failed test as its submitter may see it. `truncated` when a text was cut.

    `input` and `expected` are None where a conversation, or nothing, stands in their place.
    """

    hint: str
    input: str | None
    expected: str | None
    truncated: bool


def read_feedback(
    problem: Problem, runs: Sequence[Run], blobs: BlobStore, *, bytes_max: int
) -> dict[int, Feedback]:
    """By the ordinals of those `runs` that failed a test which is shown to whoever fails it. Blocking.

    At most `bytes_max` of each file; bytes that are not UTF-8 are replaced. Other tests are never read.
    Source: package format, "Samples and full feedback". Raises FileNotFoundError when the store has lost a
    file.
    """
    shown = {test.name: test for test in problem.tests if test.is_open}
    failed = [run for run in runs if run.verdict is not Verdict.AC and run.test_name in shown]
    return {
        run.ordinal: _read(shown[run.test_name], blobs, bytes_max=bytes_max) for run in failed[:TESTS_MAX]
    }


def _read(test: TestCase, blobs: BlobStore, *, bytes_max: int) -> Feedback:
    shown = texts_of(test)
    given, is_given_cut = _read_part(shown.input, blobs, bytes_max)
    wanted, is_wanted_cut = _read_part(shown.output, blobs, bytes_max)
    return Feedback(hint=test.hint, input=given, expected=wanted, truncated=is_given_cut or is_wanted_cut)


def _read_part(ref: DataRef | None, blobs: BlobStore, bytes_max: int) -> tuple[str | None, bool]:
    return (None, False) if ref is None else read_text(blobs, ref, bytes_max)


def read_text(blobs: BlobStore, ref: DataRef, bytes_max: int) -> tuple[str, bool]:
    """A file's beginning as text, and whether that is less than all of it."""
    with os.fdopen(blobs.open(ref), "rb") as blob:
        content = blob.read(bytes_max + 1)
    return content[:bytes_max].decode(errors="replace"), len(content) > bytes_max
