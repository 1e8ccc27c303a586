"""Whether rows that refer to each other are all there, at eight bytes a row.

A key is kept as eight bytes of its digest: that one that is missing has those of another is not to be
expected before there are billions.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
import hashlib

from assay.operate.backup.rows import Value

_Key = tuple[Value, ...]

NAMED_MAX = 20  # of what is missing somewhere; how many there are is said, too


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Each row of `child` belongs to one of `parent`; with `is_mutual`, each of those has one at least."""

    child: str
    child_key: tuple[str, ...]
    parent: str
    parent_key: tuple[str, ...]
    is_mutual: bool = False


def _of_submission(child: str, *, is_mutual: bool = False) -> Reference:
    return Reference(
        child=child,
        child_key=("submission_id",),
        parent="submissions",
        parent_key=("id",),
        is_mutual=is_mutual,
    )


REFERENCES = (
    Reference(
        child="problems",
        child_key=("id", "version"),
        parent="problem_versions",
        parent_key=("problem_id", "version"),
    ),
    Reference(
        child="submissions",
        child_key=("problem_id", "problem_version"),
        parent="problem_versions",
        parent_key=("problem_id", "version"),
    ),
    _of_submission("submission_files", is_mutual=True),
    _of_submission("jobs"),  # a dead letter's may be forgotten
    _of_submission("judgements"),
    _of_submission("events", is_mutual=True),
    _of_submission("idempotency_keys"),
    Reference(child="runs", child_key=("judgement_id",), parent="judgements", parent_key=("id",)),
)


class Keys:
    """The values that some columns of a table have."""

    def __init__(self) -> None:
        self._digests = array("Q")
        self._last = -1
        self._is_sorted = True

    def add(self, key: _Key) -> None:
        """In a row, the same key is kept once."""
        digest = _digest(key)
        if digest != self._last:
            self._digests.append(digest)
            self._last, self._is_sorted = digest, False

    def missing_from(self, keys: Iterator[_Key]) -> Iterator[_Key]:
        """Those of `keys` that were never added, each once where it comes several times in a row."""
        if not self._is_sorted:
            self._digests = array("Q", sorted(self._digests))
            self._is_sorted, self._last = True, -1
        last: _Key | None = None
        for key in keys:
            if key != last and not self._has(_digest(key)):
                yield key
            last = key

    def _has(self, digest: int) -> bool:
        at = bisect_left(self._digests, digest)
        return at < len(self._digests) and self._digests[at] == digest


def _digest(key: _Key) -> int:
    text = "\0".join(str(value) for value in key)
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest())
