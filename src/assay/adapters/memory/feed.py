"""Following live in memory: the store delivers each event the moment that it logs it."""

from collections.abc import AsyncGenerator

from assay.adapters.memory.store import MemoryStore
from assay.domain.events import SubmissionEvent


class MemoryEventFeed:
    """The `EventFeed` port."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def follow(self, submission_id: str, *, after_seq: int) -> AsyncGenerator[SubmissionEvent, None]:
        return self._store.followers.follow(submission_id, after_seq=after_seq)
