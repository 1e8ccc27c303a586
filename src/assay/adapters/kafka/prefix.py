"""Up to where everything of a partition is dealt with: only so far may it be committed.

    offsets taken      4  5  6  7  8        4 and 5 are settled, 7 too
    settled            x  x  .  x  .        done_to: 6, the first that is not
    span                     └─────┘        3: what would come again if this process died now

Offsets may be missing from a log (it was compacted, or has transactions), so it is those that were taken
that count, not numbers in a row.
"""

from collections import deque


class Prefix:
    """Of one partition, from the first offset that is taken.

    `done_to`: what is to be committed, which is where another is to go on; None while nothing is.
    """

    def __init__(self) -> None:
        self.done_to: int | None = None
        self._taken = deque[int]()  # from the first that is not settled
        self._open = set[int]()
        self._after = -1

    @property
    def span(self) -> int:
        """How many were taken from the first on that is not settled."""
        return len(self._taken)

    def follows(self, offset: int) -> bool:
        """Whether an offset comes after all that were taken. If not, it is not the same log any more."""
        return offset >= self._after

    def take(self, offset: int) -> None:
        if not self.follows(offset):
            raise ValueError(f"offset {offset} was taken before")
        self._taken.append(offset)
        self._open.add(offset)
        self._after = offset + 1

    def settle(self, offset: int) -> None:
        """In any order, and as often as one likes."""
        self._open.discard(offset)
        while self._taken and self._taken[0] not in self._open:
            self._taken.popleft()
            self.done_to = self._taken[0] if self._taken else self._after
