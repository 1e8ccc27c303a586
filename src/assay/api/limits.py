"""Bounds of the HTTP door: everything that a stranger can make large or long has one, and each says why."""

from collections.abc import Iterator
from contextlib import contextmanager

from assay.errors import TooManyAtOnce

JSON_BYTES_MAX = (
    1024 * 1024
)  # 128 KiB of source, every byte spelt \u00xx, is 768 KiB; names and the rest fit too
RUN_JSON_BYTES_MAX = 3 * 1024 * 1024  # the same, with 256 KiB of inputs, every byte spelt \u00xx
RUN_WAIT_SECONDS = 10.0  # for the outcome of a custom run, unless the client says otherwise
RUN_WAIT_SECONDS_MAX = 30.0  # below the idle timeouts of proxies
RUN_WAITERS_MAX = 64  # as many as can be unfinished; each looks four times a second at the most
BODY_SECONDS_MAX = 30.0  # for a whole JSON body: ample on any line, short for one who dawdles on purpose
UPLOAD_BYTES_MAX = (
    256 * 1024 * 1024
)  # a zipped problem package; the largest in public archives are about half
ANSWERS_ZIP_BYTES_MAX = 17 * 1024 * 1024  # answers that hardly pack, and the archive's own table
UPLOAD_SECONDS_MAX = 600.0  # that much at 0.5 MB/s
UPLOADS_AT_ONCE_MAX = 2  # an import is heavy on disk and CPU, and judging goes first
FOLLOWERS_MAX = 4096  # one costs about 23 KB: 94 MB, and fewer descriptors than the usual limit allows in all
HEARTBEAT_SECONDS = 15.0  # below the idle timeouts of proxies, which are 60 s or more
SEND_SECONDS_MAX = 30.0  # a follower that reads nothing for so long has left
FOLLOW_SECONDS_MAX = 3600.0  # then it connects again and resumes, which also finds the half-open connections
PAGE_ITEMS_MAX = 100
CURSOR_CHARACTERS_MAX = 255  # a cursor is a problem's id
SEQ_MAX = 2**31 - 1  # events of one submission are counted in dozens; stores take at least 32 bits
SAMPLE_BYTES_MAX = 64 * 1024  # of each sample file in an answer; a sample is meant for eyes


class Gate:
    """Lets at most `most` callers in at once; whoever comes then is refused rather than kept waiting."""

    def __init__(self, *, most: int, what: str) -> None:
        self._most = most
        self._what = what
        self.inside = 0

    @contextmanager
    def enter(self) -> Iterator[None]:
        """Raises `TooManyAtOnce`. For one event loop: the count is only touched between awaits."""
        if self.inside >= self._most:
            raise TooManyAtOnce(f"there are already {self.inside} {self._what}; try again shortly")
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1


class Capacity:
    """The gates and the patience of one server. Tests hand in less of both."""

    def __init__(
        self,
        *,
        followers_max: int = FOLLOWERS_MAX,
        uploads_max: int = UPLOADS_AT_ONCE_MAX,
        run_waiters_max: int = RUN_WAITERS_MAX,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        send_seconds_max: float = SEND_SECONDS_MAX,
        follow_seconds_max: float = FOLLOW_SECONDS_MAX,
        body_seconds_max: float = BODY_SECONDS_MAX,
    ) -> None:
        self.followers = Gate(most=followers_max, what="followers")
        self.uploads = Gate(most=uploads_max, what="imports")
        self.run_waiters = Gate(most=run_waiters_max, what="clients that wait for a custom run")
        self.heartbeat_seconds = heartbeat_seconds
        self.send_seconds_max = send_seconds_max
        self.follow_seconds_max = follow_seconds_max
        self.body_seconds_max = body_seconds_max
