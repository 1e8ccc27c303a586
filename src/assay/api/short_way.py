"""A short way for the requests that come by thousands, past the framework to what answers them.

What the framework does for each request costs several times what accepting a submission does. It still
documents the address, and serves whatever is not of the usual form.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assay.api.refusals import response_to, response_to_invalid
from assay.errors import AssayError


class Application(FastAPI):
    """The framework's, but for requests for which `is_usual` holds: they go to `short_way`.

    What stands before the framework has to stand before `short_way` as well.
    """

    is_usual: Callable[[Scope], bool]
    short_way: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.is_usual(scope):
            scope["app"] = self
            await self.short_way(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class ShortWay:
    """ASGI application: what `answer` says, and its refusals in the form of all others."""

    def __init__(self, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except AssayError as refusal:
            response = response_to(refusal)
        except RequestValidationError as refusal:
            response = response_to_invalid(refusal.errors())
        await response(scope, receive, send)
