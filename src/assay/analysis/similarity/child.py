"""The child that turns texts into tokens: frames come in on standard input, and one goes out for each.

    out  "go", once
    in   grammar's number (u32), length (u32), the text
    out  number of tokens (u32), whether it is code (u32), tokens, starts, ends (u32 each)

A text that costs too much, or makes it open anything, ends the child: SIGPROF when its CPU time is used up,
whatever the system does when there is no memory. Whoever feeds it tells the one from the other and starts a
new one.
"""

import os
import resource
import signal
import struct
import sys

from assay.analysis.similarity.grammars import GRAMMARS
from assay.analysis.similarity.tokens import TokenReader
from assay.confined import hold_memory, open_nothing_more

CPU_SECONDS_MAX = 6.0  # for one text; 1 MiB of any of our languages needs under 3 on a slow machine
MEMORY_BYTES_MAX = 1 << 30  # of address space; 1 MiB of text needs a fifth
REQUEST = struct.Struct("<II")
READY = b"go"
ANSWER = struct.Struct("<II")
OUT_OF_MEMORY = 12  # exit code


def main() -> None:
    hold_memory(MEMORY_BYTES_MAX)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it, and ends this one, too
    readers = [TokenReader(grammar) for grammar in GRAMMARS]
    for reader in readers:  # whatever is loaded on first use is loaded now
        reader.read(b"a")
    open_nothing_more()
    os.write(sys.stdout.fileno(), READY)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(REQUEST.size)) == REQUEST.size:
        number, length = REQUEST.unpack(head)
        content = source.read(length)
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_MAX)
        try:
            text = readers[number].read(content)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        signal.setitimer(signal.ITIMER_PROF, 0)
        sink.write(ANSWER.pack(len(text.tokens), text.is_code))
        for column in (text.tokens, text.starts, text.ends):
            sink.write(column.tobytes())
        sink.flush()
    os._exit(0)  # without the end of the interpreter, which only takes time


if __name__ == "__main__":
    main()
