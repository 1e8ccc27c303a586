"""What is kept of the tests of one judging: all their facts, and of their words as much as somebody reads.

A validator may say 64 KiB to either side about each test, and repeat there what the program printed. With ten
thousand tests, which a setter may want, that would be a GiB of each judgement, in memory and in the database.
"""

from dataclasses import replace

from assay.domain.judgement import Run

WORDS_BYTES_MAX = 4 << 20  # of one judging; the first failures are the ones that are read
REASON_CHARACTERS_MAX = 200  # and past that


class Records:
    """The runs of one judging, in the order of the tests."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._room = WORDS_BYTES_MAX

    def add(self, run: Run) -> None:
        size = sum(len(text.encode()) for text in _words(run))
        if size <= self._room:
            self._room -= size
            self.runs.append(run)
            return
        reason = run.message[:REASON_CHARACTERS_MAX]
        self.runs.append(
            replace(run, message=reason, team_message="", judge_message="", output="", error_output="")
        )


def _words(run: Run) -> tuple[str, ...]:
    return run.message, run.team_message, run.judge_message, run.output, run.error_output
