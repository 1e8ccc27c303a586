"""What signatures are made of, for who needs no keys: stores, statements, files.

What is signed begins with a line that says what it is, so that the signature of a statement can never be
shown as that of a tree head.
"""

import base64
import binascii
from enum import Enum
import hashlib
from typing import Protocol

from assay.domain.evidence import Signature, TreeHead

PUBLIC_KEY_BYTES = 32
_KEY_ID_CHARACTERS = 32  # 128 bits of its hash: nobody makes another key with the same


class Purpose(Enum):
    """What a signature is of: its first line."""

    STATEMENT = b"assay evidence statement 1\n"
    TREE_HEAD = b"assay evidence tree head 1\n"


class Signer(Protocol):
    """Somebody with a private key."""

    @property
    def public_key(self) -> bytes:
        """The raw 32 bytes."""
        ...

    @property
    def key_id(self) -> str:
        """The public key's name."""
        ...

    def sign(self, purpose: Purpose, message: bytes) -> Signature: ...


def key_id_of(raw: bytes) -> str:
    """A name for a public key: the beginning of its SHA-256."""
    return hashlib.sha256(raw).hexdigest()[:_KEY_ID_CHARACTERS]


def head_document(head: TreeHead) -> dict[str, object]:
    """What is signed of a tree head."""
    return {
        "log": head.log,
        "timeline": head.timeline,
        "tree_size": head.tree_size,
        "root_hash": head.root_hash.hex(),
        "at": head.at.isoformat(),
    }


def to_text(content: bytes) -> str:
    """Bytes in a document: Base64 (RFC 4648, section 4)."""
    return base64.b64encode(content).decode()


def from_text(text: str) -> bytes:
    """Raises `ValueError`."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"no Base64: {error}") from None
