"""A short way for the requests that come by thousands, past the framework to what answers them.

What the framework does for each request costs several times what accepting a submission does. It still
documents the address, and serves whatever is not of the usual form.
"""

from collections.abc import Awaitable, Callable

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assay.api.refusals import response_to, response_to_invalid
from assay.errors import AssayError


class ShortWay:
    """ASGI middleware: requests for which `is_usual` holds go to `answer`, all others to `app`."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        is_usual: Callable[[Scope], bool],
        answer: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._is_usual = is_usual
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_usual(scope):
            await self._app(scope, receive, send)
            return
        try:
            response = await self._answer(Request(scope, receive))
        except AssayError as refusal:
            response = response_to(refusal)
        except RequestValidationError as refusal:
            response = response_to_invalid(refusal.errors())
        await response(scope, receive, send)
