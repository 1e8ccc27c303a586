"""Whatever a program is, there is an answer, in bounded time, and the next one gets its own."""

import asyncio
from collections.abc import Iterator
import random
import sys

import pytest

from assay.analysis import Analyser, analyse
from assay.analysis.admission import SOURCE_BYTES_MAX
from assay.analysis.syntax import DEPTH_MAX
from assay.domain.finding import Analysis
from assay.errors import Unavailable

GOOD = b"import time\n\n\nasync def pause():\n    time.sleep(1)\n"
DEEP = 50_000

# Children that are no good: each says that it is ready, and then does not do what it should.
READY = "import sys; print('ready', flush=True); line = sys.stdin.readline(); "
HANGS = (sys.executable, "-I", "-c", f"{READY}import time; time.sleep(60)")
SPINS = (
    sys.executable,
    "-I",
    "-c",
    f"{READY}import signal; signal.setitimer(signal.ITIMER_PROF, 0.2)\nwhile True: pass",
)
CRASHES = (sys.executable, "-I", "-c", f"{READY}import os; os.abort()")
FAILS = (sys.executable, "-I", "-c", f"{READY}raise TypeError")
NEVER_STARTS = (sys.executable, "-I", "-c", "raise SystemExit(1)")


@pytest.fixture(scope="module")
def analyser() -> Iterator[Analyser]:
    with Analyser() as kept:
        yield kept


def look(analyser: Analyser, source: bytes, language: str | None = "python3") -> Analysis:
    return analyser.analyse(source, language=language, path="a.py")


def test_a_program_has_findings_metrics_and_versions(analyser: Analyser) -> None:
    analysis = look(analyser, GOOD)
    (finding,) = analysis.findings
    assert (finding.rule, finding.path) == ("sync_blocking_in_async_context", "a.py")
    assert (finding.start_line, finding.end_line) == (5, 5)
    assert analysis.parsed
    assert analysis.why_not is None
    assert analysis.metrics["functions"] == 1
    assert {"tree-sitter", "tree-sitter-python", "ast-grep-py", "lizard", "rules"} == analysis.versions.keys()


@pytest.mark.parametrize(
    ("source", "why_not"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b" \n\t\n", "it is empty", id="blank"),
        pytest.param(b"# only this\n", "there is no code in it", id="comment"),
        pytest.param(b"x = 1\nx = \xff\n", "it is not UTF-8 text (byte 10)", id="not-utf-8"),
        pytest.param(b"\x7fELF\0\0", "it has a NUL byte (at 4)", id="binary"),
        pytest.param(b"x = 1\ndef f(:\n", "line 2 is not understood", id="syntax"),
        pytest.param(b"x = " + b"(" * DEEP + b"1" + b")" * DEEP, "nested deeper than", id="nested"),
        pytest.param(b"x = " + b"(" * 2 * DEEP + b")" * 2 * DEEP, "larger than", id="nested-and-large"),
        pytest.param(b"x = " + b"[" * 2 * DEEP, "line 1 is not understood", id="open"),
        pytest.param(b"#" * (SOURCE_BYTES_MAX + 1), "it is larger than", id="too-large"),
        pytest.param(b"x = 1\n" * 170_000, "larger than", id="a-megabyte"),
    ],
)
def test_what_cannot_be_read_is_told_and_has_no_findings(
    analyser: Analyser, source: bytes, why_not: str
) -> None:
    analysis = look(analyser, source)
    assert not analysis.parsed
    assert analysis.why_not is not None
    assert why_not in analysis.why_not
    assert analysis.findings == ()
    assert analysis.language == "python3"
    assert look(analyser, GOOD).parsed


@pytest.mark.parametrize("language", [None, "ruby", "no such language"])
def test_an_unknown_language_is_told(analyser: Analyser, language: str | None) -> None:
    analysis = look(analyser, GOOD, language)
    assert not analysis.parsed
    assert analysis.language == language
    assert analysis.metrics == {}


def test_nesting_up_to_the_bound_is_read(analyser: Analyser) -> None:
    depth = DEPTH_MAX - 10
    assert look(analyser, b"x = " + b"(" * depth + b"1" + b")" * depth).parsed


@pytest.mark.parametrize(
    ("command", "why_not"),
    [
        pytest.param(HANGS, "more time or memory", id="hangs"),
        pytest.param(SPINS, "more time or memory", id="spins"),
        pytest.param(CRASHES, "more time or memory", id="crashes"),
        pytest.param(FAILS, "a fault of ours", id="fails"),
    ],
)
def test_a_child_that_does_not_answer_is_replaced(command: tuple[str, ...], why_not: str) -> None:
    with Analyser(command=command, wall_seconds_max=0.7) as analyser:
        for _ in range(2):
            analysis = look(analyser, GOOD)
            assert not analysis.parsed
            assert analysis.why_not is not None
            assert why_not in analysis.why_not


def test_a_child_that_does_not_start_is_a_refusal_with_a_remedy() -> None:
    with Analyser(command=NEVER_STARTS) as analyser, pytest.raises(Unavailable, match="says why"):
        look(analyser, GOOD)


def test_the_same_comes_out_in_any_order_and_of_any_child(analyser: Analyser) -> None:
    sources = [b"def f(a=[]):\n    return a\n" * count + GOOD for count in range(12)]
    wanted = [look(analyser, source) for source in sources]
    order = list(enumerate(sources))
    random.Random(4).shuffle(order)  # noqa: S311  an order, and no secret
    with Analyser() as other:
        assert all(look(other, source) == wanted[number] for number, source in order)


def test_byte_order_marks_and_line_ends_make_no_difference(analyser: Analyser) -> None:
    assert look(analyser, b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n")) == look(analyser, GOOD)


async def test_an_event_loop_goes_on_meanwhile(analyser: Analyser) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    large = b"def f(x):\n    return [x, x]\n" * 1500
    both = await asyncio.gather(
        *(analyser.analysed(source, language="python3", path="a.py") for source in (large, GOOD))
    )
    ticking.cancel()
    assert [each.parsed for each in both] == [True, True]
    assert ticks > 3


def test_the_distance_to_the_nearest_reference(analyser: Analyser) -> None:
    references = [b"not python (", b"x = {1: 2}\nprint(x)\n", GOOD.replace(b"pause", b"rest")]
    analysis = analyser.analyse(GOOD, language="python3", path="a.py", references=references)
    assert analysis.metrics["structural_distance"] == 0
    assert analysis.metrics["nearest_reference"] == 2
    far = analyser.analyse(GOOD, language="python3", path="a.py", references=references[:2])
    assert far.metrics["structural_distance"] > 0.5


def test_a_path_of_any_bytes_comes_back(analyser: Analyser) -> None:
    path = "\udcff\n\u2028.py"
    analysis = analyser.analyse(GOOD, language="python3", path=path)
    assert analysis.findings[0].path == path


def test_one_file_alone() -> None:
    assert analyse(GOOD, language="python3", path="a.py").parsed
