"""Following submissions live: each follower first reads the log, then gets what is delivered here.

    log ──replay──▶ follower ◀──mailbox── deliver() ◀── whoever learns of new events (one for all followers)

A follower opens its mailbox before it reads the log, so nothing falls between the two, and it skips by
`seq` what came both ways. A follower too slow for its mailbox, or one to whom an event was not delivered,
loses nothing: it reads the log again.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from assay.domain.events import SubmissionEvent
from assay.errors import NotFound
from assay.verdicts.ports import SubmissionReader

MAILBOX_EVENTS_MAX = 64  # a slow follower costs this much memory and no more


class Followers:
    """Everyone who follows something in this process. Of one event loop."""

    def __init__(self, reader: SubmissionReader) -> None:
        self._reader = reader
        self._mailboxes: dict[str, set[_Mailbox]] = {}

    @property
    def is_empty(self) -> bool:
        return not self._mailboxes

    @property
    def followed(self) -> list[str]:
        """The submissions that somebody follows."""
        return list(self._mailboxes)

    def deliver(self, events: Iterable[SubmissionEvent]) -> None:
        """Hand new events, in their order, to those who follow their submissions."""
        for event in events:
            for mailbox in self._mailboxes.get(event.submission_id, ()):
                mailbox.put(event)

    def remind(self, last_seqs: Mapping[str, int]) -> None:
        """How far submissions are by now: whoever has not heard of it reads the log."""
        for submission_id, last_seq in last_seqs.items():
            for mailbox in self._mailboxes.get(submission_id, ()):
                mailbox.remind(last_seq)

    def fail(self, error: BaseException) -> None:
        """Nothing more will be delivered: raise the error to everyone who follows."""
        for mailboxes in self._mailboxes.values():
            for mailbox in mailboxes:
                mailbox.fail(error)

    async def follow(self, submission_id: str, *, after_seq: int) -> AsyncGenerator[SubmissionEvent, None]:
        """See `EventFeed.follow`. Events committed from now on must be delivered or already be in the log."""
        with self._mailbox(submission_id) as mailbox:
            sent = after_seq
            events = await self._reader.events(submission_id, after_seq=sent)
            if not events and await self._is_over(submission_id):
                return
            while True:
                for event in events:
                    if event.seq > sent:
                        sent = event.seq
                        yield event
                if events and events[-1].progress.status.is_final:
                    return
                mailbox.sent = sent
                events = await mailbox.take()
                if mailbox.has_missed or not _goes_on(events, sent):
                    mailbox.empty()
                    events = await self._reader.events(submission_id, after_seq=sent)

    async def _is_over(self, submission_id: str) -> bool:
        state = await self._reader.submission(submission_id)
        if state is None:
            raise NotFound(f"there is no submission {submission_id!r}")
        return state.status.is_final

    @contextmanager
    def _mailbox(self, submission_id: str) -> Iterator["_Mailbox"]:
        mailbox = _Mailbox()
        self._mailboxes.setdefault(submission_id, set()).add(mailbox)
        try:
            yield mailbox
        finally:
            self._mailboxes[submission_id].discard(mailbox)
            if not self._mailboxes[submission_id]:
                del self._mailboxes[submission_id]


def _goes_on(events: Sequence[SubmissionEvent], sent: int) -> bool:
    """Whether the new ones among `events` follow on the event `sent` without a gap."""
    new = [event.seq for event in events if event.seq > sent]
    return new == list(range(sent + 1, sent + 1 + len(new)))


class _Mailbox:
    """What was delivered to one follower and not yet taken. `sent` is the last that it was told."""

    def __init__(self) -> None:
        self.sent = 0
        self._events: list[SubmissionEvent] = []
        self._arrived = asyncio.Event()
        self._error: BaseException | None = None
        self.has_missed = False

    def put(self, event: SubmissionEvent) -> None:
        if len(self._events) == MAILBOX_EVENTS_MAX:
            self.has_missed = True
        else:
            self._events.append(event)
        self._arrived.set()

    def remind(self, last_seq: int) -> None:
        if last_seq > self.sent and not self._events:
            self.has_missed = True
            self._arrived.set()

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._arrived.set()

    async def take(self) -> list[SubmissionEvent]:
        """Wait for at least one event and take all."""
        await self._arrived.wait()
        if self._error is not None:
            raise self._error
        taken, self._events = self._events, []
        self._arrived.clear()
        return taken

    def empty(self) -> None:
        self._events = []
        self._arrived.clear()
        self.has_missed = False
