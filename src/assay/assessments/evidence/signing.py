"""Ed25519 keys (RFC 8032): making them, reading and writing them as PEM, signing and verifying."""

from collections.abc import Mapping

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

from assay.assessments.evidence.signatures import Purpose, key_id_of
from assay.domain.evidence import Signature
from assay.errors import UsageError

_PEM_END = b"-----END PUBLIC KEY-----"


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
