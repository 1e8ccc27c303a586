"""What workers note, as lines of JSON for the operator's log collector."""

import json
from typing import TextIO

from assay.domain.clock import Clock
from assay.worker.ports import Happening


class StreamJournal:
    """The `Journal` port on a stream, usually standard error. Routine is left out unless asked for."""

    def __init__(self, stream: TextIO, *, clock: Clock, worker_id: str, verbose: bool) -> None:
        self._stream = stream
        self._clock = clock
        self._worker_id = worker_id
        self._is_verbose = verbose

    def note(self, happening: Happening, *, submission_id: str | None, detail: str) -> None:
        if happening is Happening.FINISHED and not self._is_verbose:
            return
        line = {
            "at": self._clock.now().isoformat(timespec="milliseconds"),
            "worker_id": self._worker_id,
            "event": happening.value,
            "submission_id": submission_id,
            "detail": detail,
        }
        print(json.dumps(line), file=self._stream, flush=True)
