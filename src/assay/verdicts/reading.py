"""Reading what was judged, with results that were read before at hand.

No result is shown that is not the submission's any more. What guarantees it is one number: everything that
changes a submission (a judgement of a later generation, a dead letter, an operator's retry) appends an event
in the same transaction, so `last_seq` of its row is the version of the whole. A result is kept with the
`last_seq` that it was read at, and each time that it is used the row is asked for its number: one look into
an index, in place of the sources, all judgements and their runs. Another number is a miss, whoever wrote what
into the cache when.

Taking entries away when something changes, or an expiry alone, could not do that: a reader that was slow may
put its old result back after it was taken away, and a message that tells of a change may be lost.

While a result is read, the state comes first and the judgements after it: should there be another judgement
in between, the row's number is a later one by then, and the entry can never be used.
"""

from collections.abc import Sequence

from assay.domain.events import SubmissionEvent
from assay.domain.judgement import Judgement
from assay.verdicts.ports import Result, ResultCache, SubmissionReader, SubmissionState


class CachingReader:
    """The `SubmissionReader` port, on another reader."""

    def __init__(self, reader: SubmissionReader, cache: ResultCache) -> None:
        self._reader = reader
        self._cache = cache

    async def submission(self, submission_id: str) -> SubmissionState | None:
        result = await self._known(submission_id)
        if result is not None:
            return result.state
        state = await self._reader.submission(submission_id)
        if state is not None and state.status.is_final:
            judgements = await self._reader.judgements(submission_id)
            await self._cache.put(Result(state=state, judgements=tuple(judgements)))
        return state

    async def judgements(self, submission_id: str) -> list[Judgement]:
        result = await self._known(submission_id)
        if result is not None:
            return list(result.judgements)
        return await self._reader.judgements(submission_id)

    async def judgement(self, judgement_id: str) -> Judgement | None:
        return await self._reader.judgement(judgement_id)

    async def events(self, submission_id: str, *, after_seq: int) -> list[SubmissionEvent]:
        return await self._reader.events(submission_id, after_seq=after_seq)

    async def last_seqs(self, submission_ids: Sequence[str]) -> dict[str, int]:
        return await self._reader.last_seqs(submission_ids)

    async def _known(self, submission_id: str) -> Result | None:
        """A kept result, if it is the submission's still."""
        result = await self._cache.get(submission_id)
        if result is None:
            return None
        last_seqs = await self._reader.last_seqs([submission_id])
        return result if last_seqs.get(submission_id) == result.state.last_seq else None
