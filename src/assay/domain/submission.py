"""A submission: somebody's source for a problem, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import hashlib


class SubmissionStatus(StrEnum):
    """How far a submission has come. `failed` means that *we* gave up on it (a dead letter)."""

    QUEUED = "queued"
    COMPILING = "compiling"
    RUNNING = "running"
    JUDGED = "judged"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in (SubmissionStatus.JUDGED, SubmissionStatus.FAILED)


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """One source file: a relative name with `/` between folders, and its bytes as judged."""

    name: str
    content: bytes


def source_digest(files: Sequence[SourceFile]) -> str:
    """SHA-256 (hex) over names and contents, lengths included, so that no two file sets collide."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda each: each.name):
        name = file.name.encode()
        digest.update(b"%d:%d:" % (len(name), len(file.content)))
        digest.update(name)
        digest.update(file.content)
    return digest.hexdigest()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An accepted submission. `problem_version` is the digest of the problem at the time of acceptance.

    `all_tests`: also those are run that can change neither verdict nor score any more.
    """

    id: str
    problem_id: str
    problem_version: str
    language_id: str
    files: tuple[SourceFile, ...]
    user_id: str | None
    tenant: str | None
    created_at: datetime
    all_tests: bool = False

    def __post_init__(self) -> None:
        if not self.files:
            raise ValueError("a submission has at least one file")
        if self.created_at.tzinfo is None:
            raise ValueError("created_at must be timezone-aware")
