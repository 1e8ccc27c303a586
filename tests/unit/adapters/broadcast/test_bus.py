"""Events as messages, also those of other releases and of strangers."""

from collections.abc import Sequence

import pytest

from assay.adapters.broadcast.bus import BroadcastEventBus, encode_event
from assay.adapters.broadcast.ports import Kind, Take
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict


class Loopback:
    """A broadcast within one call."""

    def __init__(self) -> None:
        self.takers: list[Take] = []

    def send(self, kind: Kind, key: str, text: str) -> None:
        assert kind is Kind.SUBMISSION
        for take in self.takers:
            take(key, text)

    def hear(self, kind: Kind, take: Take) -> None:
        assert kind is Kind.SUBMISSION
        self.takers.append(take)


def event(seq: int, progress: Progress) -> SubmissionEvent:
    return SubmissionEvent(submission_id="s1", seq=seq, progress=progress)


EVENTS = [
    event(1, Progress(status=SubmissionStatus.QUEUED)),
    event(2, Progress(status=SubmissionStatus.RUNNING, test_case=1, total=3)),
    event(
        3,
        Progress(status=SubmissionStatus.JUDGED, test_case=3, total=3, verdict=Verdict.AC, score=12.5),
    ),
]


def test_events_come_as_they_were_told() -> None:
    broadcast, heard = Loopback(), list[SubmissionEvent]()
    bus = BroadcastEventBus(broadcast)
    bus.subscribe(heard.extend)
    bus.publish(EVENTS)
    assert heard == EVENTS


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[]", "7", "{}", '{"seq": 1}', '{"status": "queued"}', "\ufffd",
        '{"seq": 2, "status": "thinking"}', '{"seq": 2, "status": "judged", "verdict": "SPLENDID"}',
    ],
)  # fmt: skip
def test_what_is_not_understood_is_passed_over(text: str) -> None:
    broadcast, heard = Loopback(), list[SubmissionEvent]()
    BroadcastEventBus(broadcast).subscribe(heard.extend)
    broadcast.send(Kind.SUBMISSION, "s1", text)
    broadcast.send(Kind.SUBMISSION, "s1", encode_event(EVENTS[1]))
    assert heard == [EVENTS[1]]


def test_a_fault_of_who_is_told_is_not_hidden() -> None:
    def deliver(_: Sequence[SubmissionEvent]) -> None:
        raise ValueError("a bug")

    broadcast = Loopback()
    BroadcastEventBus(broadcast).subscribe(deliver)
    with pytest.raises(ValueError, match="a bug"):
        broadcast.send(Kind.SUBMISSION, "s1", encode_event(EVENTS[0]))
