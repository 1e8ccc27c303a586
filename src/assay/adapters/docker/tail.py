"""Finding the report at the end of a stream that a hostile program writes to.

The report begins with a nonce that the program never saw, so whatever begins with it is the report. All that
cannot be its beginning is passed on at once: an interactive program is never held up.
"""

from assay.adapters.docker.wire import REPORT_BYTES


class Tail:
    """One stream's. Feed it what comes; it gives back what is the program's."""

    def __init__(self, nonce: bytes) -> None:
        self._nonce = nonce
        self._held = b""
        self._found = False

    def feed(self, data: bytes) -> bytes:
        """The program's bytes among what has come so far and was not given back yet."""
        held = self._held + data
        if self._found:
            self._held = held
            return b""
        at = held.find(self._nonce)
        self._found = at >= 0
        if not self._found:
            at = len(held) - self._possible_beginning(held)
        self._held = held[at:]
        return held[:at]

    @property
    def has_ended(self) -> bool:
        """Whether the report has begun, and so the program's output is over."""
        return self._found

    @property
    def report(self) -> bytes | None:
        """The whole report, once it is there."""
        return self._held[:REPORT_BYTES] if self._found and len(self._held) >= REPORT_BYTES else None

    def rest(self) -> bytes:
        """When the stream has ended without a report: what was held back is the program's after all."""
        held, self._held = self._held, b""
        return held

    def _possible_beginning(self, held: bytes) -> int:
        """The length of the longest end of `held` with which the nonce begins."""
        for length in range(min(len(self._nonce) - 1, len(held)), 0, -1):
            if held.endswith(self._nonce[:length]):
                return length
        return 0
