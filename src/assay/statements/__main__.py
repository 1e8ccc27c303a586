"""The child that draws one statement: a Source as JSON comes in on standard input, a Drawing goes out.

Whatever a statement says, it ends soon: the kernel ends the child when its CPU time or memory is used up. And
it stays here: once everything is loaded, this process opens no file and no connection and starts no program,
or ends. A statement that the child does not draw is shown as text by whoever started it.
"""

from dataclasses import asdict
import json
import os
import signal
import sys

from assay.confined import hold_memory, open_nothing_more
from assay.domain.problem import StatementFormat
from assay.statements.drawing import draw
from assay.statements.source import Source

CPU_SECONDS_MAX = 0.8  # with the start of Python, which takes a tenth of that; a good statement needs 5 ms
MEMORY_BYTES_MAX = 512 * 1024 * 1024
_SMALL = {
    StatementFormat.MARKDOWN: "# a\n\n| a |\n|--|\n| $x$ |\n\n[^1] **b** `c` <b>d</b> [e](f)\n\n[^1]: g\n",
    StatementFormat.TEX: r"a $x$ \'e \begin{tabular}{l}a\end{tabular} \href{f}{g}",
}


def main() -> None:
    _bound()
    for text_format, text in _SMALL.items():  # whatever is loaded on first use is loaded now
        draw(_source(text, text_format))
    content = sys.stdin.buffer.read()
    open_nothing_more()
    fields = json.loads(content)
    source = Source(
        **{**fields, "format": StatementFormat(fields["format"]), "files": tuple(fields["files"])}
    )
    sys.stdout.buffer.write(json.dumps(asdict(draw(source))).encode())
    sys.stdout.buffer.flush()
    os._exit(0)  # without the end of the interpreter, which only takes time


def _bound() -> None:
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_MAX)  # SIGPROF ends the process
    hold_memory(MEMORY_BYTES_MAX)


def _source(text: str, text_format: StatementFormat) -> Source:
    return Source(text=text, format=text_format, language="en", files=(), file_url="/", sample_count=0)


if __name__ == "__main__":
    main()
