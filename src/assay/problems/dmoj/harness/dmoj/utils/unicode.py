"""Text to bytes and back."""

from __future__ import annotations


def utf8bytes(maybe_text: str | bytes | None) -> bytes | None:
    """The text's bytes; bytes and None as they are."""
    return maybe_text.encode("utf-8") if isinstance(maybe_text, str) else maybe_text


def utf8text(maybe_bytes: str | bytes | None, errors: str = "strict") -> str | None:
    """The bytes' text; text and None as they are."""
    return maybe_bytes.decode("utf-8", errors) if isinstance(maybe_bytes, bytes) else maybe_bytes
