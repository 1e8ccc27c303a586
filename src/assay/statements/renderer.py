"""The verb: a statement is drawn once, in a child process of its own, and kept."""

import asyncio
from collections import OrderedDict
import json
import subprocess
import sys

from assay.statements.plain import as_text
from assay.statements.source import Drawing, Source

KEPT_BYTES_MAX = 32 * 1024 * 1024  # of HTML: some thousand statements
AT_ONCE_MAX = 2  # children; judging goes first
WALL_SECONDS_MAX = 10.0  # the child's CPU time is bounded far below; this is for a machine that stands still
_COMMAND = (sys.executable, "-I", "-m", "assay.statements")
_TOO_LONG = "drawing it takes too long or too much memory"


class StatementRenderer:
    """Draws statements and keeps the last ones. For one event loop."""

    def __init__(self, *, kept_bytes_max: int = KEPT_BYTES_MAX, command: tuple[str, ...] = _COMMAND) -> None:
        self._kept_bytes_max = kept_bytes_max
        self._command = command
        self._kept: OrderedDict[str, Drawing] = OrderedDict()
        self._kept_bytes = 0
        self._under_way: dict[str, asyncio.Task[Drawing]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE_MAX)

    async def rendered(self, source: Source) -> Drawing:
        """The statement as HTML. One that cannot be drawn is shown as text: there is always something."""
        digest = source.digest
        kept = self._kept.get(digest)
        if kept is not None:
            self._kept.move_to_end(digest)
            return kept
        task = self._under_way.get(digest)
        if task is None:
            task = asyncio.create_task(self._render(digest, source))
            self._under_way[digest] = task
            task.add_done_callback(lambda _: self._under_way.pop(digest))
        return await asyncio.shield(task)  # others may be waiting for it, too

    async def _render(self, digest: str, source: Source) -> Drawing:
        async with self._turns:
            drawing = await asyncio.to_thread(_drawn, self._command, source)
        self._keep(digest, drawing)
        return drawing

    def _keep(self, digest: str, drawing: Drawing) -> None:
        self._kept[digest] = drawing
        self._kept_bytes += len(drawing.html)
        while self._kept_bytes > self._kept_bytes_max and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest.html)


def _drawn(command: tuple[str, ...], source: Source) -> Drawing:
    """By a child. Blocking."""
    try:
        child = subprocess.run(
            command,
            input=source.encoded(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS_MAX,
            env={},
            cwd="/",
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return as_text(source.text, trouble=_TOO_LONG)
    fields = json.loads(child.stdout)
    return Drawing(**{**fields, "remarks": tuple(fields["remarks"])})
