"""Texts that programs and compilers wrote.

PostgreSQL's `text` holds no NUL; theirs may, and nothing is lost.
"""


def to_bytes(text: str) -> bytes:
    """For a column of type `bytea`: UTF-8."""
    return text.encode()


def from_bytes(content: bytes) -> str:
    return content.decode()
