"""What a submission's followers are told, in order."""

from dataclasses import dataclass

from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A step on the way: queued → compiling → running (k of n) → judged, or failed.

    `test_case` counts from 1 and names the test now running; `total` is the number of tests. The last step of
    a judged submission has its `score`, if the problem gives one.
    """

    status: SubmissionStatus
    test_case: int | None = None
    total: int | None = None
    verdict: Verdict | None = None
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class SubmissionEvent:
    """A recorded step. `seq` counts from 1 for each submission without gaps, so a follower can resume."""

    submission_id: str
    seq: int
    progress: Progress
