"""JSON that has one spelling (RFC 8785), and reading what a stranger says is JSON.

Two machines, in whatever locale, write the same bytes for the same document: keys in the order of their
UTF-16 code units, numbers as ECMAScript writes them, no spaces. What has no such spelling is refused rather
than rounded: NaN, integers past 2^53, half of a surrogate pair, a key said twice.
"""

import hashlib
import json
from typing import Any

import rfc8785

from assay.errors import EvidenceUnreadable

SAFE_DIGITS = 15  # any whole number of so many is exact
FILE_BYTES_MAX = 32 << 20  # 16 MiB of answers as Base64, and 4 MiB of words of their judgement
# Each value takes some hundred bytes and a microsecond or two, however few bytes spell it. A thousand tests
# have 40,000, each of some thousand findings twenty.
VALUES_MAX = 1 << 20
_QUOTES_MAX = 4 * VALUES_MAX  # two around each text and each key


def canonical(document: object) -> bytes:
    """The one spelling of a document. Raises `ValueError` for what has none."""
    try:
        return rfc8785.dumps(document)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as error:
        raise ValueError(f"not to be written as canonical JSON: {error}") from error


def digest(document: object) -> str:
    """SHA-256 (hex) of the one spelling. Raises `ValueError` as `canonical`."""
    return hashlib.sha256(canonical(document)).hexdigest()


def read_json(content: bytes) -> dict[str, Any]:
    """An object that has a canonical spelling, however it is laid out. Raises `EvidenceUnreadable`."""
    if len(content) > FILE_BYTES_MAX:
        raise EvidenceUnreadable(f"more than {FILE_BYTES_MAX >> 20} MiB: no evidence file is so large")
    if _has_too_many_values(content):
        raise EvidenceUnreadable(f"more than {VALUES_MAX} values: no evidence file has so many")
    try:
        document = json.loads(
            content.decode(),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_int=_number,
        )
        canonical(document)
    except UnicodeDecodeError as error:
        raise EvidenceUnreadable(f"not UTF-8 from byte {error.start} on") from None
    except json.JSONDecodeError as error:
        raise EvidenceUnreadable(f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise EvidenceUnreadable("nested too deeply for an evidence file") from None
    except ValueError as error:
        raise EvidenceUnreadable(str(error)) from None
    if not isinstance(document, dict):
        raise EvidenceUnreadable("an evidence file is one JSON object")
    return document


def _has_too_many_values(content: bytes) -> bool:
    """Told from quotes and separators before anything is parsed. In text that is no JSON it is a guess, which
    may refuse what would be refused anyway."""
    plain = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    if plain.count(b'"') > _QUOTES_MAX:
        return True
    outside = b"".join(plain.split(b'"')[::2])
    return sum(outside.count(mark) for mark in (b",", b"[", b"{")) > VALUES_MAX


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("an object has the same key twice")
    return document


def _number(text: str) -> int | float:
    """Past 2^53 whole numbers are floating-point ones, if they are spelled as such."""
    if len(text) <= SAFE_DIGITS:
        return int(text)
    number = float(text)
    if canonical(number) != text.encode():
        raise ValueError(f"the number {text[:20]}… is not to be kept exactly")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
