"""Results to be kept."""

from dataclasses import replace

from assay.domain.submission import SourceFile, SubmissionStatus
from assay.domain.verdict import Verdict
from assay.queue.ports import Lease
from assay.verdicts.ports import Result, SubmissionState
from tests.contract.houses import NOON, judgement, submission


def result(
    submission_id: str = "s1", *, last_seq: int = 5, judgements: int = 1, source: bytes = b""
) -> Result:
    made = submission(submission_id)
    files = (*made.files, SourceFile(name="more", content=source)) if source else made.files
    state = SubmissionState(
        submission=replace(made, files=files),
        status=SubmissionStatus.JUDGED,
        verdict=Verdict.WA,
        test_case=2,
        total=3,
        cpu_time_ms=20,
        memory_bytes=1 << 20,
        last_seq=last_seq,
        started_at=NOON,
        ended_at=NOON,
        score=12.5,
        near_limit=True,
    )
    leases = [
        Lease(submission_id=submission_id, generation=number, token="t", attempt=1)
        for number in range(1, judgements + 1)
    ]
    return Result(
        state=state,
        judgements=tuple(judgement(lease, f"{submission_id}-{lease.generation}") for lease in leases),
    )


def dead_letter(submission_id: str = "s1") -> Result:
    given_up = result(submission_id, judgements=0)
    return replace(
        given_up,
        state=replace(
            given_up.state,
            status=SubmissionStatus.FAILED,
            verdict=Verdict.JE,
            score=None,
            near_limit=None,
            cpu_time_ms=None,
        ),
    )
