"""Counts without a kernel: whoever runs a "program" says what it did. For tests, and where nothing counts."""

from assay.domain.trace import CallClass, Counts


class MemoryCallCounter:
    """Implements `assay.assessments.tracing.CallCounter`. What `began` is told of counts until `end`."""

    def __init__(self) -> None:
        self.is_open = True
        self._counts: Counts | None = None

    def begin(self) -> None:
        """As `CallCounter.begin`."""
        self._counts = None

    def began(self, *, reads: int) -> None:
        """A program has started that reads a file so many times, and does nothing else."""
        if self.is_open:
            calls = dict.fromkeys(CallClass, 0) | {CallClass.FILE: reads, CallClass.PROCESS: 2}
            self._counts = Counts(
                system_calls=calls,
                voluntary_switches=0,
                involuntary_switches=0,
                page_faults=0,
                threads_max=1,
            )

    def end(self) -> Counts | None:
        """As `CallCounter.end`."""
        return self._counts

    def close(self) -> None:
        """As `CallCounter.close`."""
        self.is_open = False
