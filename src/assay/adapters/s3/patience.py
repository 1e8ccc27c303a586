"""Whether a store is worth asking just now.

    here ──trouble──▶ away ──PAUSE_SECONDS──▶ one asks, the others hear of the old trouble ──answer──▶ here
                       ▲                        │
                       └────────trouble─────────┘

A store that does not answer costs whoever asks some ten seconds, and a seat of the sandbox meanwhile. So one
finds out for all of a process.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import threading

from assay.adapters.s3.trouble import BucketTrouble

PAUSE_SECONDS = 2.0  # less than a submission waits that was put back for it
ASKING_SECONDS_MAX = 60.0  # past this whoever asks for all is taken for lost


class Patience:
    """Threads may share it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._trouble: BucketTrouble | None = None
        self._ask_again_at = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around a request. Raises the `BucketTrouble` that another had, if that was a moment ago."""
        with self._lock:
            if self._trouble is not None:
                if self._monotonic() < self._ask_again_at:
                    raise BucketTrouble(self._trouble.found, self._trouble.remedy)
                self._ask_again_at = self._monotonic() + ASKING_SECONDS_MAX
        try:
            yield
        except BucketTrouble as trouble:
            self._note(trouble)
            raise
        except FileNotFoundError:  # an answer
            self._note(None)
            raise
        self._note(None)

    def _note(self, trouble: BucketTrouble | None) -> None:
        with self._lock:
            self._trouble = None if trouble is None else BucketTrouble(trouble.found, trouble.remedy)
            self._ask_again_at = self._monotonic() + PAUSE_SECONDS
