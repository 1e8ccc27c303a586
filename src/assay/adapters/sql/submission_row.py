"""A submission on its way into the database: one row, on either."""

from assay.adapters.sql.instants import deadline_to_row, to_row
from assay.adapters.sql.modes import mode_of
from assay.domain.submission import Submission
from assay.queue.ports import Place


def submission_row(submission: Submission, place: Place) -> tuple[str | int | None, ...]:
    """What is recorded of it beside its source, in the order of both databases' statements."""
    return (
        submission.id,
        submission.user_id,
        submission.tenant,
        submission.problem_id,
        submission.problem_version,
        submission.language_id,
        to_row(submission.created_at),
        mode_of(all_tests=submission.all_tests),
        place.lane.value,
        deadline_to_row(place.deadline),
    )
