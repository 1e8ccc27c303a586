"""Leases on SQLite, with what they are for."""

from assay.adapters.sql.reading import read_submission
from assay.adapters.sql.sqlite import Connection
from assay.queue.ports import Lease


def lease_of(connection: Connection, row: tuple[str, int, int], *, token: str) -> Lease:
    """From submission, generation and attempt. A submission that is not there its judging will miss."""
    submission_id, generation, attempt = row
    state = read_submission(connection, submission_id)
    return Lease(
        submission_id=submission_id,
        generation=generation,
        token=token,
        attempt=attempt,
        submission=None if state is None else state.submission,
    )
