"""The nouns of similarity: what is compared, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from assay.analysis.similarity.grammars import Grammar


@dataclass(frozen=True, kw_only=True)
class SourceText:
    """One file of a submission. `name` is its path inside it, with `/`."""

    name: str
    content: bytes
    grammar: Grammar


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Somebody's files. `name` tells it from all others of one comparison."""

    name: str
    files: tuple[SourceText, ...]

    def digest(self) -> str:
        """SHA-256 (hex) over names and contents: whether the files are still those that were compared."""
        digest = sha256()
        for file in self.files:
            for part in (file.name.encode(errors="surrogateescape"), file.content):
                digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A file or submission that was not compared, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A stretch of a file: bytes from `start` up to `end`, and the lines that it is on, from 1."""

    file: str
    start: int
    end: int
    first_line: int
    last_line: int


@dataclass(frozen=True, kw_only=True)
class Match:
    """Two places whose tokens are the same; `tokens` is how many."""

    a: Place
    b: Place
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two submissions. `similarity` is the share of the shorter one's tokens that matches cover, 0 to 1.

    `cut` says that the search for matches ended at its bound: the similarity may be higher.
    """

    a: str
    b: str
    similarity: float
    flagged: bool
    matches: tuple[Match, ...]
    cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """From which similarity on a pair is flagged, and how that was found.

    `false_positive_rate` is the share of honest submissions that is expected to be flagged; None where there
    are too few submissions to tell, or they are too alike. `value` is None when no similarity would be
    telling.
    """

    value: float | None
    false_positive_rate: float | None
    why: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What was found. Pairs come with the most similar first; `flagged_count` counts those that are not in
    `pairs`, too. Clusters are groups of submissions that flagged pairs join, by name."""

    pairs: tuple[Pair, ...]
    flagged_count: int
    threshold: Threshold
    clusters: tuple[tuple[str, ...], ...]
    skipped: tuple[Skipped, ...]
    compared: int
    compared_with: int
    versions: Mapping[str, str]
