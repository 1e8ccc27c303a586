"""Follow a submission live, as server-sent events or over a WebSocket at the same address.

A message is `{"seq","status","test_case","total","verdict","score"}`. Messages are numbered from 1 without
gaps. Who comes back says the last number seen (`?after=`, or the Last-Event-ID that browsers send by
themselves) and gets what follows it. After the message with a final status the stream ends; a browser that
then asks again is told 204, which for an EventSource means to stay away.

Heartbeats keep proxies from closing a quiet line: a comment in the stream; on a WebSocket the pings of the
server that runs this application.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, aclosing, suppress
import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response, WebSocket
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from assay.api.follow import beats, message_of, until_either
from assay.api.limits import SEQ_MAX, Capacity
from assay.api.refusals import response_to
from assay.api.schemas import ProblemDetails
from assay.api.services import CapacityOfApp, ServicesOfApp
from assay.api.submissions import SubmissionId, find_submission
from assay.api.visitors import deny
from assay.domain.events import SubmissionEvent
from assay.errors import AssayError, InvalidInput
from assay.verdicts.ports import EventFeed

_RECONNECT_MS = 1000
_CLOSE_NORMAL = 1000
_CLOSE_TRY_AGAIN = 1013
_SEQ = re.compile(r"[0-9]{1,10}")

router = APIRouter(tags=["events"])

_STREAM_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The stream.", "content": {"text/event-stream": {}}},
    204: {"description": "Nothing more will come."},
    404: {"model": ProblemDetails},
    429: {"model": ProblemDetails},
}


@router.get("/submissions/{submission_id}/events", responses=_STREAM_RESPONSES)
@router.get("/api/v1/submissions/{submission_id}/events", responses=_STREAM_RESPONSES)
async def stream_events(
    submission_id: SubmissionId,
    services: ServicesOfApp,
    capacity: CapacityOfApp,
    after: Annotated[int, Query(ge=0, le=SEQ_MAX, description="The last seq already seen.")] = 0,
    last_event_id: Annotated[str | None, Header(description="Takes precedence over `after`.")] = None,
) -> Response:
    """Server-sent events from the beginning, or from where the follower left off, to the verdict."""
    if last_event_id:
        after = parse_seq(last_event_id, field="Last-Event-ID")
    state = await find_submission(submission_id, services.reader)
    if state.status.is_final and after >= state.last_seq:
        return Response(status_code=204)
    return EventStream(services.feed, submission_id, after_seq=after, capacity=capacity)


class EventStream(Response):
    """A stream of events as an answer. Holds its place among the followers while it runs."""

    media_type = "text/event-stream"

    def __init__(self, feed: EventFeed, submission_id: str, *, after_seq: int, capacity: Capacity) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers({"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        self._feed = feed
        self._submission_id = submission_id
        self._after_seq = after_seq
        self._capacity = capacity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._capacity.followers.enter():
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            await until_either(self._pump(send), _has_left(receive))

    async def _pump(self, send: Send) -> None:
        async def say(text: str, *, more: bool = True) -> None:
            async with asyncio.timeout(self._capacity.send_seconds_max):
                await send({"type": "http.response.body", "body": text.encode(), "more_body": more})

        async def tell(event: SubmissionEvent | None) -> None:
            await say(
                ": still here\n\n" if event is None else f"id: {event.seq}\ndata: {message_of(event)}\n\n"
            )

        with suppress(TimeoutError):  # it reads nothing any more: the connection is dropped as it is
            await say(f"retry: {_RECONNECT_MS}\n\n")
            await _tell_all(self._feed, self._submission_id, self._after_seq, self._capacity, tell)
            await say("", more=False)


async def _tell_all(
    feed: EventFeed,
    submission_id: str,
    after_seq: int,
    capacity: Capacity,
    tell: Callable[[SubmissionEvent | None], Awaitable[None]],
) -> bool:
    """Tell every event, and None for a heartbeat. False when time was up before the final event."""
    clock = asyncio.get_running_loop().time
    ends_at = clock() + capacity.follow_seconds_max
    steps = beats(feed, submission_id, after_seq=after_seq, heartbeat_seconds=capacity.heartbeat_seconds)
    async with aclosing(steps):
        async for step in steps:
            await tell(step)
            if clock() >= ends_at:
                return False
    return True


async def _has_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@router.websocket("/submissions/{submission_id}/events")
@router.websocket("/api/v1/submissions/{submission_id}/events")
async def socket_events(
    websocket: WebSocket, submission_id: str, services: ServicesOfApp, capacity: CapacityOfApp
) -> None:
    """The same messages over a WebSocket. What the follower sends is not listened to."""
    with ExitStack() as stack:
        try:
            after_seq = parse_seq(websocket.query_params.get("after", "0"), field="after")
            await find_submission(submission_id, services.reader)
            stack.enter_context(capacity.followers.enter())
        except AssayError as refused:
            await deny(websocket, response_to(refused))
            return
        await websocket.accept()
        speaking = _speak(websocket, services.feed, submission_id, after_seq, capacity)
        await until_either(speaking, _listen(websocket))


async def _speak(
    websocket: WebSocket, feed: EventFeed, submission_id: str, after_seq: int, capacity: Capacity
) -> None:
    async def tell(event: SubmissionEvent | None) -> None:
        if event is not None:  # the server's own pings are the heartbeat
            async with asyncio.timeout(capacity.send_seconds_max):
                await websocket.send_text(message_of(event))

    with suppress(TimeoutError, WebSocketDisconnect):
        complete = await _tell_all(feed, submission_id, after_seq, capacity, tell)
        await websocket.close(_CLOSE_NORMAL if complete else _CLOSE_TRY_AGAIN)


async def _listen(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass


def parse_seq(text: str, *, field: str) -> int:
    """A sequence number from a header or a query. Raises `InvalidInput`."""
    if not _SEQ.fullmatch(text) or int(text) > SEQ_MAX:
        raise InvalidInput(f"a sequence number is a whole number from 0 to {SEQ_MAX}", field=field)
    return int(text)
