"""The outermost layer of the HTTP door: what every answer carries, and what becomes of a bug of ours."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send
import structlog

from assay.api.refusals import answers_head, response_to_fault

# No answer of the API is a page: nothing in it may run, load or be framed. Pages bring a policy of their own.
_HEADERS = [  # as they are sent: names in lower case
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
]

_CLOSE_FAULT = 1011  # RFC 6455, section 7.4.1: the server met an unexpected condition


class Edge:
    """ASGI middleware around everything else.

    Adds the security headers, answers HEAD as GET without a body, and turns an exception that nobody expected
    into a log line and a 500. This is the process's edge, the only place where any exception is caught.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "websocket":
                await self._converse(scope, receive, send)
            case _:  # the server's own start and stop
                await self._app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD" and answers_head(scope)
        answer = _Answer(send, without_body=is_head)
        try:
            await self._app({**scope, "method": "GET"} if is_head else scope, receive, answer)
        except Exception as fault:  # noqa: BLE001  the edge of the process
            _log(fault, scope)
            if not answer.started:
                await response_to_fault()(scope, receive, answer)

    async def _converse(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as fault:  # noqa: BLE001  the edge of the process
            _log(fault, scope)
            await send({"type": "websocket.close", "code": _CLOSE_FAULT})


class _Answer:
    """Passes an answer on, with the headers that every answer has."""

    def __init__(self, send: Send, *, without_body: bool) -> None:
        self._send = send
        self._without_body = without_body
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            given = message["headers"]
            own = {name for name, _ in given}
            message["headers"] = [*given, *[header for header in _HEADERS if header[0] not in own]]
        elif message["type"] == "http.response.body" and self._without_body:
            message = {**message, "body": b""}
        await self._send(message)


def _log(fault: Exception, scope: Scope) -> None:
    """Where and what, never what was sent: a source must not end in a log."""
    log: Callable[..., None] = structlog.get_logger("assay.api").error
    log("unexpected fault", method=scope.get("method", "websocket"), path=scope["path"], exc_info=fault)
