"""What a run is given: copies of the caller's descriptors, who may close its own at once."""

from collections.abc import Sequence
from contextlib import ExitStack
import mmap
import os
from types import TracebackType

from assay.adapters.docker.descriptors import check_file, check_input, check_output
from assay.sandbox import FILES_MAX, BadDescriptor


class Streams:
    """`files`: each with its size in bytes. Closed by `with`. Raises BadDescriptor."""

    def __init__(self, stdin: int, stdout: int, stderr: int, files: Sequence[int]) -> None:
        check_input(stdin)
        check_output(stdout, "stdout")
        check_output(stderr, "stderr")
        sizes = [check_file(fd, "a further file") for fd in files]
        if len(files) > FILES_MAX:
            raise BadDescriptor(f"{len(files)} further files; at most {FILES_MAX} are allowed")
        self._input = ExitStack()
        with ExitStack() as stack:
            stack.enter_context(self._input)
            self.stdin = _own(stdin, self._input)
            self.stdout, self.stderr = _own(stdout, stack), _own(stderr, stack)
            self.files = [(_own(fd, stack), size) for fd, size in zip(files, sizes, strict=True)]
            self._all = stack.pop_all()

    @property
    def files_bytes(self) -> int:
        """The memory that the files take, in whole pages."""
        return sum(-(-size // mmap.PAGESIZE) * mmap.PAGESIZE for _, size in self.files)

    def close_input(self) -> None:
        """Whoever writes to it meets SIGPIPE from here on. Safe to call twice."""
        self._input.close()

    def __enter__(self) -> "Streams":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._all.close()


def _own(fd: int, stack: ExitStack) -> int:
    own = os.dup(fd)
    stack.callback(os.close, own)
    return own
