"""What the parts of an evidence file say of themselves and of each other: digests that can be computed again.

A file whose signature holds can only fail here if whoever made it was wrong, which is worth knowing.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from assay.assessments.evidence.canonical import digest
from assay.domain.evidence import Candidate, Part, idempotency_key
from assay.domain.submission import SourceFile, source_digest


def inner_digests(parts: Mapping[Part, object]) -> Iterator[tuple[str, str | None]]:
    """Each digest by name, and what is wrong with it. Parts that are not there are not looked at."""
    if Part.CANDIDATE in parts:
        yield "idempotency key", _compared(_key_of, parts[Part.CANDIDATE], "idempotency_key")
    if Part.SOURCE in parts:
        yield "digest of the source files", _compared(_digest_of_files, parts[Part.SOURCE], "sha256")
    if Part.RUBRIC in parts:
        yield "digest of the rubric", _compared(_digest_of_rubric, parts[Part.RUBRIC], "sha256")


def files_of(part: Mapping[str, Any]) -> tuple[SourceFile, ...]:
    """The source files of a part `source`. Raises `ValueError`, `KeyError` and `TypeError` for another's."""
    try:
        return tuple(
            SourceFile(name=each["name"], content=base64.b64decode(each["content"], validate=True))
            for each in part["files"]
        )
    except binascii.Error as error:
        raise ValueError(str(error)) from None


def _compared(compute: Any, part: Any, field: str) -> str | None:
    try:
        found, said = compute(part), part[field]
    except (KeyError, TypeError, ValueError, AttributeError):
        return "the part does not have what it is made of"
    return None if found == said else f"computed {found}, and the part says {said}"


def _key_of(part: Mapping[str, Any]) -> str:
    candidate = Candidate(tenant=part["tenant"], user_id=part["user_id"], submission_id=part["submission_id"])
    return idempotency_key(job=part["job"], candidate=candidate)


def _digest_of_files(part: Mapping[str, Any]) -> str:
    return source_digest(files_of(part))


def _digest_of_rubric(part: Mapping[str, Any]) -> str:
    return f"sha256:{digest(part['rubric'])}"
