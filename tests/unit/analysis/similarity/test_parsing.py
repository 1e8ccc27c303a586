"""Texts become tokens in children that are bounded, and replaced when one ends."""

from collections.abc import Sequence
import subprocess
import sys

import pytest

from assay.analysis.similarity.grammars import BY_LANGUAGE
from assay.analysis.similarity.parsing import COMMAND, Child, Text, tokenised
from assay.confined import REFUSED
from assay.errors import Unavailable
from tests.unit.analysis.similarity.made import COUNTING, SIEVE

PYTHON = BY_LANGUAGE["python3"]
# A child that ends, or stands still, on a text that says so.
UNSTEADY = """
import signal, time
from assay.analysis.similarity import child, tokens

class Reader(tokens.TokenReader):
    def read(self, content):
        if content.startswith(b"spin"):
            while True: pass
        if content.startswith(b"sleep"):
            time.sleep(60)
        if content.startswith(b"die"):
            signal.raise_signal(signal.SIGSEGV)
        if content.startswith(b"open"):
            open("/etc/passwd")
        if content.startswith(b"fill"):
            raise MemoryError
        return super().read(content)

child.CPU_SECONDS_MAX = 0.2
child.TokenReader = Reader
child.main()
"""


def ask(texts: Sequence[str], command: Sequence[str], wall_seconds_max: float = 20) -> list[str | None]:
    with Child(command, wall_seconds_max=wall_seconds_max) as child:
        return [
            child.tokenised(Text(content=text.encode(), grammar=PYTHON)).why_not or None for text in texts
        ]


def test_tokens_come_in_the_order_of_the_texts_however_many_children_there_are() -> None:
    texts = [Text(content=(COUNTING + SIEVE * n).encode(), grammar=PYTHON) for n in range(12)]
    done: list[int] = []
    alone = tokenised(texts, jobs=1, tell=done.append)
    together = tokenised(texts, jobs=3, tell=lambda _: None)
    assert [each.tokens.tolist() for each in alone] == [each.tokens.tolist() for each in together]
    assert [len(each.tokens) for each in alone] == sorted({len(each.tokens) for each in alone})
    assert done == list(range(1, 13))


def test_a_text_that_ends_its_child_is_told_and_the_next_one_is_read() -> None:
    command = (sys.executable, "-c", UNSTEADY)
    found = ask(["a = 1", "spin", "die", "fill", "open", "b = 2"], command)
    assert found == [
        None,
        "parsing it takes too much time",
        "parsing it takes too much memory, or breaks the parser (SIGSEGV)",
        "parsing it takes too much memory",
        f"it breaks the parser (exit code {REFUSED})",
        None,
    ]


def test_a_child_that_stands_still_is_ended() -> None:
    found = ask(["sleep", "a = 1"], (sys.executable, "-c", UNSTEADY), wall_seconds_max=2)
    assert found == ["parsing it took over 2 s", None]


def test_a_large_text_does_not_block_a_child_that_answers_little() -> None:
    assert ask(["#" * (3 << 20), "a = 1"], COMMAND) == [None, None]


@pytest.mark.parametrize("text", ["(" * 100_000, "[{" * 50_000], ids=["one-kind", "two-kinds"])
def test_any_depth_is_read(text: str) -> None:
    assert ask([text], COMMAND) == ["most of it is no python"]


def test_a_child_that_does_not_start_is_our_fault() -> None:
    with pytest.raises(Unavailable, match="does not start"):
        ask(["a = 1"], (sys.executable, "-c", "raise SystemExit(1)"))
    with pytest.raises(Unavailable, match="no process to parse in"):
        ask(["a = 1"], ("/nonexistent/python",))


def test_a_child_may_start_nothing_and_write_no_file() -> None:
    """The bounds that it sets itself; memory and time are tried above."""
    probe = (
        "import os, resource, sys\n"
        "from assay.analysis.similarity import child\n"
        "class Read:\n"
        "    def read(self, count): return b''\n"
        "sys.stdin = type('S', (), {'buffer': Read()})()\n"
        "os._exit = lambda code: print(resource.getrlimit(resource.RLIMIT_FSIZE), file=sys.stderr)\n"
        "child.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, timeout=30, check=True)
    assert done.stderr.strip() == b"(0, 0)"
