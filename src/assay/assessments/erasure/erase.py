"""Erase a person: evidence and scores → submissions, some at a time → what was scored in between.

    evidence   one transaction, with an entry of the log that says so: what waits for its score ends
    rows       submissions lose their texts, outputs and whose they were
    evidence   once more: a judgement that came in between may have been scored
    look       what was not over when its turn came may be by now: then from the rows on, once more

Whoever dies on the way has it done again from the start; what is erased already is not found any more.
"""

from dataclasses import dataclass
import json

from assay.assessments.erasure.ports import Found, PersonalRows
from assay.assessments.evidence.sealing import Desk, erase
from assay.domain.evidence import Candidate

SUBMISSIONS_PER_TRANSACTION = 100  # a writer of SQLite's waits for all of it
PASSES_MAX = 10  # each more is for what was over only after its turn: who sends in on and on ends it at that


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What was done. `unfinished`: submissions that are as they were, most of them not judged yet."""

    submissions: tuple[str, ...]
    entries: tuple[str, ...]
    log_entries: tuple[str, ...]
    unfinished: int

    @property
    def is_complete(self) -> bool:
        return self.unfinished == 0


async def erase_person(candidate: Candidate, *, rows: PersonalRows, desk: Desk) -> Erased:
    """Raises `Unavailable`; what was erased by then stays erased."""
    entries: list[str] = []
    log_entries: list[str] = []

    async def erase_evidence() -> None:
        entry = await erase(candidate, desk)
        if entry is not None:
            log_entries.append(entry.id)
            entries.extend(json.loads(entry.statement)["entries"])

    submissions: list[str] = []

    async def erase_rows() -> Found:
        """What is left then."""
        after = ""
        while found := await rows.erase(candidate, after=after, limit=SUBMISSIONS_PER_TRANSACTION):
            submissions.extend(found)
            after = found[-1]
        await erase_evidence()
        return await rows.find(candidate)

    await erase_evidence()
    left = await erase_rows()
    for _ in range(PASSES_MAX - 1):
        if left.submissions == 0:
            break
        left = await erase_rows()
    return Erased(
        submissions=tuple(submissions),
        entries=tuple(entries),
        log_entries=tuple(log_entries),
        unfinished=left.unfinished + left.submissions,
    )
