"""Events of submissions as messages: JSON without what the key says already."""

from collections.abc import Callable, Sequence
import json

from assay.adapters.broadcast.ports import Broadcast, Kind
from assay.domain.events import Progress, SubmissionEvent
from assay.domain.submission import SubmissionStatus
from assay.domain.verdict import Verdict


class BroadcastEventBus:
    """The `EventBus` port."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast

    def publish(self, events: Sequence[SubmissionEvent]) -> None:
        for event in events:
            self._broadcast.send(Kind.SUBMISSION, event.submission_id, encode_event(event))

    def subscribe(self, deliver: Callable[[Sequence[SubmissionEvent]], None]) -> None:
        def take(submission_id: str, text: str) -> None:
            try:
                event = decode_event(submission_id, text)
            except (ValueError, KeyError, TypeError):
                # A newer release may say what this one does not know, and on some engines anybody may say
                # anything: whoever follows finds by `seq` that something is missing, and reads the log.
                return
            deliver([event])

        self._broadcast.hear(Kind.SUBMISSION, take)


def encode_event(event: SubmissionEvent) -> str:
    progress = event.progress
    told = {
        "seq": event.seq,
        "status": progress.status.value,
        "test_case": progress.test_case,
        "total": progress.total,
        "verdict": None if progress.verdict is None else progress.verdict.value,
        "score": progress.score,
    }
    return json.dumps({name: value for name, value in told.items() if value is not None})


def decode_event(submission_id: str, text: str) -> SubmissionEvent:
    told = json.loads(text)
    return SubmissionEvent(
        submission_id=submission_id,
        seq=told["seq"],
        progress=Progress(
            status=SubmissionStatus(told["status"]),
            test_case=told.get("test_case"),
            total=told.get("total"),
            verdict=Verdict(told["verdict"]) if "verdict" in told else None,
            score=told.get("score"),
        ),
    )
