"""The child that looks at programs: a Request a line comes in, an Analysis a line goes out.

Whatever a program is, it is over soon: the kernel ends the child when the CPU time for one or the memory for
all is used up. And it stays here: once everything is loaded, this process opens no file and no connection and
starts no program, or ends. Whoever started it makes another.
"""

import gc
from importlib.metadata import version
import os
import signal
import sys

from assay.analysis.examine import Examiner
from assay.analysis.exchange import decode_request, encode_analysis
from assay.analysis.languages import Grammar
from assay.analysis.rule_book import load_rules
from assay.analysis.syntax import Grammars
from assay.confined import hold_memory, open_nothing_more

CPU_SECONDS_MAX = 10.0  # for one program; 200 lines take 20 ms, a megabyte 5 s
MEMORY_BYTES_MAX = 1024 * 1024 * 1024  # of addresses; the grammars and interpreter take a quarter of that
READY = b"ready\n"
_SMALL = {
    Grammar.PYTHON: "def f(a):\n    if a:\n        return [1]\n    return f'{a}'\n",
    Grammar.JAVASCRIPT: "function f(a) { if (a) { return `${a}`; } return /a/; }\n",
    Grammar.TYPESCRIPT: "function f(a: number): number { if (a) { return 1; } return a; }\n",
    Grammar.TSX: "const f = (a: number) => <p>{a}</p>;\n",
    Grammar.JAVA: "class A { int f(int a) { if (a > 0) { return 1; } return a; } }\n",
    Grammar.GO: "package a\n\nfunc f(a int) int {\n\tif a > 0 {\n\t\treturn 1\n\t}\n\treturn a\n}\n",
    Grammar.CPP: "#include <a>\nint f(int a) { if (a) { return 1; } return a; }\n",
    Grammar.CSHARP: "class A { int F(int a) { if (a > 0) { return 1; } return a; } }\n",
    Grammar.RUST: "fn f(a: i32) -> i32 { if a > 0 { return 1; } a }\n",
}


def main() -> None:
    hold_memory(MEMORY_BYTES_MAX)
    examiner = Examiner(grammars=Grammars(), book=load_rules(), ast_grep=version("ast-grep-py"))
    for grammar, text in _SMALL.items():  # whatever is loaded on first use is loaded now
        examiner.examine(text, grammar, language="", path="", references=(text,))
    gc.freeze()  # what is there now stays: no collection need look at it
    open_nothing_more()
    _answer(READY)
    for line in sys.stdin.buffer:
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_MAX)  # SIGPROF ends the process
        request = decode_request(line)
        analysis = examiner.examine(
            request.text,
            request.grammar,
            language=request.language,
            path=request.path,
            references=request.references,
        )
        signal.setitimer(signal.ITIMER_PROF, 0)
        _answer(encode_analysis(analysis))
    os._exit(0)  # without the end of the interpreter, which only takes time


def _answer(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
