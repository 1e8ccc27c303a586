"""Ed25519 signatures (RFC 8032) over canonical JSON, each bound to what it is a signature of.

What is signed begins with a line that says what it is, so that the signature of a statement can never be
shown as that of a tree head.
"""

import base64
import binascii
from collections.abc import Mapping
from enum import Enum
import hashlib
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from assay.domain.evidence import Signature, TreeHead
from assay.errors import UsageError

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
_KEY_ID_CHARACTERS = 32  # 128 bits of its hash: nobody makes another key with the same
_PEM_END = b"-----END PUBLIC KEY-----"


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


class KeySigner:
    """Signs with a key in memory. Nothing of it is ever shown: not by `repr`, not in an error."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._public_key = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def public_key(self) -> bytes:
        return self._public_key

    @property
    def key_id(self) -> str:
        return key_id_of(self._public_key)

    def sign(self, purpose: Purpose, message: bytes) -> Signature:
        return Signature(key_id=self.key_id, value=self._key.sign(purpose.value + message))

    def to_pem(self) -> bytes:
        """PKCS #8, unencrypted: for a file that only its owner may read."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def new_signer() -> KeySigner:
    """A new key, from the system's source of randomness."""
    return KeySigner(Ed25519PrivateKey.generate())


def signer_from_pem(content: bytes, *, name: str) -> KeySigner:
    """The key in a PEM file called `name`. Raises `UsageError`, which never repeats what is in it."""
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{name} is no unencrypted Ed25519 private key in PEM; put the right file back")
    return KeySigner(key)


def public_to_pem(raw: bytes) -> bytes:
    """SubjectPublicKeyInfo, as `openssl pkey -pubin` reads it."""
    key = Ed25519PublicKey.from_public_bytes(raw)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_keys_from_pem(content: bytes, *, name: str) -> dict[str, bytes]:
    """By id, all public keys of a PEM file, which may have several in a row. Raises `UsageError`."""
    keys = {}
    for block in content.split(_PEM_END)[:-1]:
        try:
            key = load_pem_public_key(block + _PEM_END + b"\n")
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise UsageError(f"{name} has a key that is no Ed25519 public key in PEM")
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        keys[key_id_of(raw)] = raw
    if not keys:
        raise UsageError(f"{name} has no public key in PEM; 'assay evidence key' writes such a file")
    return keys


def key_id_of(raw: bytes) -> str:
    """A name for a public key: the beginning of its SHA-256."""
    return hashlib.sha256(raw).hexdigest()[:_KEY_ID_CHARACTERS]


def is_signed(purpose: Purpose, message: bytes, signature: Signature, keys: Mapping[str, bytes]) -> bool:
    """Whether one of `keys` (raw, by id) made the signature."""
    raw = keys.get(signature.key_id)
    if raw is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature.value, purpose.value + message)
    except (InvalidSignature, ValueError):
        return False
    return True


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
