"""Bounded reading of what a stranger sent: type and size are looked at before anything is parsed."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.requests import Request

from assay.api.limits import JSON_BYTES_MAX
from assay.errors import BodyTooLarge, MalformedRequest, RequestTooSlow, UnsupportedMediaType

_LENGTH_DIGITS_MAX = 18  # more would not fit 64 bits

Shape = TypeVar("Shape", bound=BaseModel)


def check_media_type(request: Request, wanted: str) -> None:
    """Raises `UnsupportedMediaType`.

    That a body must say `application/json` or `application/zip` is also what keeps other sites' forms out:
    a browser sends these types across origins only after asking, and is not allowed.
    """
    given = media_type_of(request)
    if given != wanted:
        raise UnsupportedMediaType(f"the Content-Type must be {wanted!r}, not {given!r}")
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType(f"the body must come as it is, without the Content-Encoding {coding!r}")


def media_type_of(request: Request) -> str:
    """What the body says that it is, in lower case and without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_chunks(request: Request, *, bytes_max: int, seconds_max: float) -> AsyncIterator[bytes]:
    """The body as it arrives, never more of it than `bytes_max`.

    Raises `BodyTooLarge` (at once when Content-Length already says so), `RequestTooSlow`, or
    `MalformedRequest` when the client left in the middle.
    """
    chunks = _bounded(request, bytes_max)
    deadline = asyncio.get_running_loop().time() + seconds_max
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await anext(chunks, None)
        except TimeoutError:
            raise _too_slow(seconds_max) from None
        if chunk is None:
            return
        yield chunk


async def _bounded(request: Request, bytes_max: int) -> AsyncIterator[bytes]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > _LENGTH_DIGITS_MAX or int(declared) > bytes_max):
        raise BodyTooLarge(f"the body has more than {bytes_max} bytes")
    received_bytes, is_more = 0, True
    while is_more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise MalformedRequest("the body ended before it was complete")
        chunk = message.get("body", b"")
        received_bytes += len(chunk)
        if received_bytes > bytes_max:
            raise BodyTooLarge(f"the body has more than {bytes_max} bytes")
        if chunk:
            yield chunk
        is_more = message.get("more_body", False)


def _too_slow(seconds_max: float) -> RequestTooSlow:
    return RequestTooSlow(f"the body did not come within {seconds_max:g} s")


async def read_json(
    request: Request, shape: type[Shape], *, seconds_max: float, bytes_max: int = JSON_BYTES_MAX
) -> Shape:
    """The body as one JSON document (RFC 8259) of the given shape.

    The parser bounds nesting and refuses what is not Unicode text (lone surrogates, broken UTF-8), NaN and
    infinities. Raises what `body_chunks` and `check_media_type` raise, `MalformedRequest`, or
    `RequestValidationError` with every wrong field.
    """
    check_media_type(request, "application/json")
    try:
        async with asyncio.timeout(seconds_max):
            body = b"".join([chunk async for chunk in _bounded(request, bytes_max)])
    except TimeoutError:
        raise _too_slow(seconds_max) from None
    try:
        document = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise MalformedRequest(f"the body is not JSON: {error}") from None
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None
