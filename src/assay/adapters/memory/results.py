"""Results kept in the process, within bounds: the ones that were used longest ago go first."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from assay.domain.clock import Clock
from assay.domain.judgement import Judgement
from assay.verdicts.ports import RESULT_SECONDS, Result

COUNT_MAX = 2000
BYTES_MAX = 16 * 1024 * 1024
ENTRY_BYTES_MAX = BYTES_MAX // 16  # one large result does not drive out all others
# What objects take beside their texts, rounded up; a test holds them against the interpreter.
RESULT_BYTES = 2560
JUDGEMENT_BYTES = 2048
RUN_BYTES = 1024
PART_BYTES = 512  # a file, a group
CHARACTER_BYTES_MAX = 4


@dataclass(frozen=True)
class _Entry:
    result: Result
    expires_at: datetime
    weight_bytes: int


class MemoryResultCache:
    """The `ResultCache` port. Of one event loop."""

    def __init__(self, clock: Clock, *, count_max: int = COUNT_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._clock = clock
        self._count_max = count_max
        self._bytes_max = bytes_max
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._bytes = 0

    @property
    def weight_bytes(self) -> int:
        """What is kept takes no more than this."""
        return self._bytes

    async def get(self, submission_id: str) -> Result | None:
        entry = self._entries.get(submission_id)
        if entry is None:
            return None
        if entry.expires_at <= self._clock.now():
            self._forget(submission_id)
            return None
        self._entries.move_to_end(submission_id)
        return entry.result

    async def put(self, result: Result) -> None:
        submission_id = result.state.submission.id
        self._forget(submission_id)
        weight = weight_of(result)
        if weight > min(ENTRY_BYTES_MAX, self._bytes_max):
            return
        expires_at = self._clock.now() + timedelta(seconds=RESULT_SECONDS)
        self._entries[submission_id] = _Entry(result, expires_at, weight)
        self._bytes += weight
        while len(self._entries) > self._count_max or self._bytes > self._bytes_max:
            self._forget(next(iter(self._entries)))

    def _forget(self, submission_id: str) -> None:
        entry = self._entries.pop(submission_id, None)
        if entry is not None:
            self._bytes -= entry.weight_bytes


def weight_of(result: Result) -> int:
    """How many bytes a result takes at most."""
    files = result.state.submission.files
    return (
        RESULT_BYTES
        + sum(PART_BYTES + len(file.content) + _texts(file.name) for file in files)
        + sum(_weight_of_judgement(judgement) for judgement in result.judgements)
    )


def _weight_of_judgement(judgement: Judgement) -> int:
    decision = judgement.decision
    return (
        JUDGEMENT_BYTES
        + _texts(decision.compile_output, decision.message)
        + sum(PART_BYTES + _texts(group.name) for group in decision.groups)
        + sum(
            RUN_BYTES + _texts(*(value for value in vars(run).values() if isinstance(value, str)))
            for run in decision.runs
        )
    )


def _texts(*texts: str) -> int:
    return CHARACTER_BYTES_MAX * sum(map(len, texts))
