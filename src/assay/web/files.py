"""Files of a problem that everybody may have: images and PDFs of statements, samples, attachments.

A stranger wrote them, and they are served from the pages' own origin. So their types come from a short list,
browsers may not guess others, and a document among them runs nothing and loads nothing (SVG is one, when it
is opened by itself).
"""

from collections.abc import Iterator
import os
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from assay.domain.jury import DataRef
from assay.problems.ports import BlobStore

CHUNK_BYTES = 256 * 1024
_IMAGE_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
}
_ANY_TYPE = "application/octet-stream"
_TEXT_TYPE = "text/plain; charset=utf-8"
_INERT = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
# Chromium shows no PDF in a sandboxed document. It is no page: it has no scripts of our origin.
_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


async def image_response(request: Request, blobs: BlobStore, ref: DataRef, name: str) -> Response:
    """An image or a PDF, to be shown. What is neither is only kept."""
    media_type = _IMAGE_TYPES.get(os.path.splitext(name)[1].lower())  # noqa: PTH122 - a name, no path of ours
    if media_type is None:
        return await attachment_response(request, blobs, ref, name)
    return await _respond(request, blobs, ref, name=name, media_type=media_type, shown=True)


async def text_response(request: Request, blobs: BlobStore, ref: DataRef, name: str) -> Response:
    """A sample: text, to be kept, or shown as nothing but text."""
    return await _respond(request, blobs, ref, name=name, media_type=_TEXT_TYPE, shown=False)


async def attachment_response(request: Request, blobs: BlobStore, ref: DataRef, name: str) -> Response:
    """Any file, to be kept."""
    return await _respond(request, blobs, ref, name=name, media_type=_ANY_TYPE, shown=False)


async def _respond(
    request: Request, blobs: BlobStore, ref: DataRef, *, name: str, media_type: str, shown: bool
) -> Response:
    file_name = quote(name.rpartition("/")[2])
    headers = {
        "ETag": f'"{ref}"',  # a blob's reference is its digest
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _PDF if media_type == _IMAGE_TYPES[".pdf"] else _INERT,
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{file_name}",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    fd = await to_thread.run_sync(blobs.open, ref)
    headers["Content-Length"] = str(os.fstat(fd).st_size)
    return StreamingResponse(_chunks(fd), headers=headers, media_type=media_type)


def _chunks(fd: int) -> Iterator[bytes]:
    with os.fdopen(fd, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
