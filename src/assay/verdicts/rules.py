"""What followers are told at the end. Pure."""

from assay.domain.events import Progress
from assay.domain.judgement import Decision
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict

DEAD_LETTER = Progress(status=SubmissionStatus.FAILED, verdict=Verdict.JE)
"""The last step of a submission that we gave up on."""

QUEUED_AGAIN = Progress(status=SubmissionStatus.QUEUED)
"""The step of a submission whose job was given back."""


def final_step(decision: Decision) -> Progress:
    """The last step of a judged submission: its verdict, and how many of the tests were run.

    `JE` is not judged: it is tried again, and in the end a dead letter.
    """
    if decision.verdict is Verdict.JE:
        raise ValueError("a judging error is handed back or buried, never recorded as judged")
    return Progress(
        status=SubmissionStatus.JUDGED,
        test_case=len(decision.runs) or None,
        total=decision.test_count,
        verdict=decision.verdict,
        score=decision.score,
    )
