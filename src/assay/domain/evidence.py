"""What proves a score: its parts, whose they are, and the append-only log that commits to them.

A piece of evidence is a *statement*, which has one digest for each part, the parts themselves, and a place in
the log. The log keeps the hash of each statement for ever. A statement names nobody: what a part says of a
person is in its content alone, and the digest of such a part is salted, so that without the salt nobody can
try out whether a guess is right. Erasing a person destroys salts and contents; the hashes stay as they are.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
import hashlib

SALT_BYTES = 32
HASH_BYTES = 32


class Part(StrEnum):
    """What a score depended on, in the order in which it came about and in which it is verified."""

    CANDIDATE = "candidate"  # who, which submission, and the key that keeps it from being scored twice
    SOURCE = "source"  # the files as judged
    PROBLEM = "problem"  # its version and limits
    ENVIRONMENT = "environment"  # toolchain, sandbox, class of host, release
    JUDGEMENT = "judgement"  # the verdict, run by run
    ANALYSIS = "analysis"  # findings, metrics, versions of rules and grammars
    TRACE = "trace"  # what the runs cost, and how that grew
    RUBRIC = "rubric"  # whole, with its digest, and the role
    SCORE = "score"

    @property
    def is_personal(self) -> bool:
        """Whether it says something of the candidate, or was made of what they wrote."""
        return self not in (Part.PROBLEM, Part.ENVIRONMENT, Part.RUBRIC)


class EntryKind(StrEnum):
    """What an entry of the log says."""

    ASSESSMENT = "assessment"  # a score, by the digests of its parts
    ERASURE = "erasure"  # that the personal parts of other entries were destroyed
    KEY = "key"  # that another key signs from here on


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Whose submission it was. `user_id` None: nobody knows, and each submission is somebody else's.

    An empty `tenant` is none: rows know no difference, so the person may have none either.
    """

    tenant: str | None
    user_id: str | None
    submission_id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "tenant", self.tenant or None)

    @property
    def person(self) -> str:
        """One text for all that is the same person's; no two persons share one."""
        if self.user_id is None:
            return f"submission:{self.submission_id}"
        tenant = "" if self.tenant is None else f"{len(self.tenant)}:{self.tenant}"
        return f"user:{tenant}:{self.user_id}"


def idempotency_key(*, job: str, candidate: Candidate) -> str:
    """SHA-256 (hex) of job and candidate, lengths included: what is scored under it once is never again."""
    digest = hashlib.sha256()
    for field in (job, candidate.person):
        content = field.encode()
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.hexdigest()


def job_name(*, submission_id: str, generation: int) -> str:
    """One judging of one submission. A rejudging is another job, and is scored again."""
    return f"{submission_id}/{generation}"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """An Ed25519 signature (RFC 8032), and the id of the key that made it."""

    key_id: str
    value: bytes


@dataclass(frozen=True, kw_only=True)
class TreeHead:
    """The whole log in one hash, as of an instant.

    `log` is the installation's identity. `timeline` counts from 1, and the next one begins when the database
    went back to an earlier point: heads of different timelines need not agree.
    """

    log: str
    timeline: int
    tree_size: int
    root_hash: bytes
    at: datetime

    def __post_init__(self) -> None:
        if self.tree_size < 1 or len(self.root_hash) != HASH_BYTES:
            raise ValueError("a tree head has a size and a root of 32 bytes")
        if self.at.tzinfo is None:
            raise ValueError("at must be timezone-aware")


@dataclass(frozen=True, kw_only=True)
class SignedHead:
    """A tree head, and who stands for it."""

    head: TreeHead
    signature: Signature


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One leaf of the log. `statement` is canonical JSON, and all that the leaf's hash is made of."""

    index: int
    id: str
    kind: EntryKind
    statement: bytes
    signature: Signature
    at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredPart:
    """A part's content, as canonical JSON, and its salt, if it is a personal one."""

    part: Part
    content: bytes
    salt: bytes | None

    def __post_init__(self) -> None:
        if (self.salt is not None) != self.part.is_personal:
            raise ValueError("a part has a salt exactly when it is personal")


@dataclass(frozen=True, kw_only=True)
class Inclusion:
    """Proof that an entry is in the tree of a head: the siblings on its way to the root (RFC 6962, 2.1.1)."""

    index: int
    path: tuple[bytes, ...]
    head: SignedHead
