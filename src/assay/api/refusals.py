"""Every refusal as `application/problem+json` (RFC 9457).

Besides the standard members: `code` is stable and for programs; `errors` lists each wrong field and why, and
`field` repeats the first; a refused package brings `package` and `findings`. `type` is `about:blank`, since
the status and the code say it all; what the client sent is not repeated beyond what the refusal is about.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
import json
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from assay.errors import AssayError, InvalidInput, Overloaded, PackageInvalid

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# Where FastAPI says a value came from; the field's own path follows.
_PLACES = frozenset({"body", "query", "path", "header"})


class ProblemResponse(Response):
    """An error answer. Spelt in ASCII, so that no text, however odd, fails to encode."""

    media_type = MEDIA_TYPE

    def __init__(
        self, status: int, detail: str, *, code: str, headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        problem = {
            "type": "about:blank",
            "title": phrase_of(status),
            "status": status,
            "code": code,
            "detail": detail,
            **members,
        }
        super().__init__(json.dumps(problem), status_code=status, headers=headers)
        self.detail = detail


def phrase_of(status: int) -> str:
    """The status in words, as RFC 9457 wants them for `about:blank`."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _retry_after(refusal: AssayError) -> int:
    return refusal.retry_after_seconds if isinstance(refusal, Overloaded) else RETRY_AFTER_SECONDS


def response_to(refusal: AssayError) -> ProblemResponse:
    """The one translation from our error tree to HTTP."""
    members: dict[str, Any] = {}
    headers = {"Retry-After": str(_retry_after(refusal))} if refusal.http_status in (429, 503) else None
    match refusal:
        case InvalidInput(field=field):
            members["field"] = field
            members["errors"] = [{"field": field, "message": refusal.message}]
        case PackageInvalid(package=package, findings=findings):
            members["package"] = package
            members["findings"] = [
                {"path": each.path, "field": each.field, "line": each.line, "message": each.message}
                for each in findings
            ]
        case _:
            pass
    return ProblemResponse(
        refusal.http_status, refusal.message, code=refusal.code, headers=headers, **members
    )


def response_to_invalid(errors: Sequence[Mapping[str, Any]]) -> ProblemResponse:
    """What pydantic found wrong, each with its dotted field. The input itself is not repeated."""
    listed = [{"field": _field_of(error["loc"]), "message": _message_of(error)} for error in errors]
    return ProblemResponse(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(f"{each['field']}: {each['message']}" for each in listed),
        code=InvalidInput.code,
        field=listed[0]["field"],
        errors=listed,
    )


def _field_of(location: Sequence[str | int]) -> str:
    path = location[1:] if location and location[0] in _PLACES else location
    return ".".join(str(part) for part in path) or "body"


def _message_of(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "missing":
            return "is required"
        case "extra_forbidden":
            return "is not a field of this request"
        case _:
            message: str = error["msg"]
            return message[:1].lower() + message[1:]


def response_to_http_exception(request: Request, refusal: HTTPException) -> ProblemResponse:
    """What the framework refuses by itself: an address that is not there, or a method that is not for it."""
    if refusal.status_code == HTTPStatus.NOT_FOUND:
        return ProblemResponse(404, "there is nothing at this address", code="not_found")
    if refusal.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(_methods_for(request))
        return ProblemResponse(
            405,
            f"{request.method} is not for this address; allowed: {allowed}",
            code="method_not_allowed",
            headers={"Allow": allowed},
        )
    return ProblemResponse(refusal.status_code, str(refusal.detail), code="refused", headers=refusal.headers)


def _methods_for(request: Request) -> list[str]:
    """What every route at this address takes: the framework itself names only the methods of the first."""
    methods = [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]
    if "GET" in methods and "HEAD" not in methods and answers_head(request.scope):
        methods.insert(1, "HEAD")
    return methods


def answers_head(scope: Scope) -> bool:
    """Whether HEAD is taken wherever GET is: not for streams, which have no end."""
    path: str = scope["path"]
    return not path.endswith("/events")


def response_to_fault() -> ProblemResponse:
    """A bug of ours, told without any of its particulars: those are in the log."""
    return ProblemResponse(500, "something went wrong on our side; it was logged", code="fault")


Page = Callable[[Request, int, str], Response | None]
"""Shows a refusal (its status and detail) as a page to whoever wants pages; None for all others."""


def install(app: FastAPI, *, page: Page) -> None:
    """Answer every refusal below `app` in this one form, but for the pages' visitors."""

    async def on_refusal(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, AssayError)  # noqa: S101  what it is registered for
        return page(request, refusal.http_status, refusal.message) or response_to(refusal)

    async def on_invalid(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, RequestValidationError)  # noqa: S101
        return response_to_invalid(refusal.errors())

    async def on_http_exception(request: Request, refusal: Exception) -> Response:
        assert isinstance(refusal, HTTPException)  # noqa: S101
        problem = response_to_http_exception(request, refusal)
        return page(request, problem.status_code, problem.detail) or problem

    app.add_exception_handler(AssayError, on_refusal)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http_exception)
