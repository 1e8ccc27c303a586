"""The child that draws, and what keeps its work."""

import asyncio
from pathlib import Path
import subprocess
import sys
import time

import pytest

from assay.domain.problem import StatementFormat
from assay.statements.renderer import StatementRenderer
from assay.statements.source import Source
from tests.unit.statements.drawn import source

MARKDOWN, TEX = StatementFormat.MARKDOWN, StatementFormat.TEX
CHILD = [sys.executable, "-I", "-m", "assay.statements"]
# Each costs a parser more than a second of CPU, or all memory, if it may.
BOMBS = [
    pytest.param(MARKDOWN, "[" * 900_000, id="brackets"),
    pytest.param(MARKDOWN, "*a **b " * 120_000, id="emphasis"),
    pytest.param(MARKDOWN, "<b>" * 300_000, id="elements"),
    pytest.param(MARKDOWN, f"{'|a' * 3000}\n{'|-' * 3000}\n" + f"{'|b' * 3000}\n" * 100, id="table"),
    pytest.param(TEX, r"\begin{tabular}{l}" * 50_000, id="tables in tables"),
    pytest.param(TEX, "${" * 400_000, id="formulas without end"),
    pytest.param(TEX, r"\'" * 400_000, id="accents"),
]


async def test_a_statement_is_drawn() -> None:
    drawing = await StatementRenderer().rendered(source("*a* $x$\n\n{{nextsample}}", MARKDOWN, samples=1))
    assert "<p><em>a</em> <math><mi>x</mi></math></p>" in drawing.html
    assert (drawing.samples_placed, drawing.trouble) == (1, "")
    drawing = await StatementRenderer().rendered(source(r"\problemname{A}b \c?", TEX))
    assert drawing.title == "A"


@pytest.mark.parametrize(("statement_format", "text"), BOMBS)
async def test_a_bomb_is_shown_as_text(statement_format: StatementFormat, text: str) -> None:
    drawing = await StatementRenderer().rendered(source(text, statement_format))
    assert drawing.trouble in (
        "drawing it takes too long or too much memory",
        "too much is nested or expanded at once",
    )
    assert drawing.html.startswith('<pre class="source-text">')


async def test_the_same_is_drawn_once(tmp_path: Path) -> None:
    count = tmp_path / "count"
    drawer = counting(tmp_path, count)
    renderer = StatementRenderer(command=drawer)
    one, other = source("a", MARKDOWN), source("b", MARKDOWN)
    drawings = await asyncio.gather(*(renderer.rendered(each) for each in (one, one, other, one)))
    assert drawings[0] is drawings[1] is drawings[3]
    assert await renderer.rendered(one) is drawings[0]
    assert len(count.read_text()) == 2


async def test_what_was_not_asked_for_lately_is_dropped(tmp_path: Path) -> None:
    count = tmp_path / "count"
    renderer = StatementRenderer(command=counting(tmp_path, count), kept_bytes_max=7)
    for text in ("a", "b", "a", "c", "a", "b"):  # each is 3 characters of HTML: two fit
        await renderer.rendered(source(text, MARKDOWN))
    assert len(count.read_text()) == 4


async def test_whoever_leaves_does_not_stop_it_for_others(tmp_path: Path) -> None:
    renderer = StatementRenderer(command=counting(tmp_path, tmp_path / "count"))
    leaves = asyncio.create_task(renderer.rendered(source("a", MARKDOWN)))
    await asyncio.sleep(0)
    stays = asyncio.create_task(renderer.rendered(source("a", MARKDOWN)))
    await asyncio.sleep(0)
    leaves.cancel()
    assert (await stays).html == "<p>"
    assert len((tmp_path / "count").read_text()) == 1


def counting(folder: Path, count: Path) -> tuple[str, ...]:
    """A command in the child's place that writes a mark each time."""
    program = folder / "drawer.py"
    program.write_text(
        "import json, sys\n"
        f"open({str(count)!r}, 'a').write('x')\n"
        "sys.stdin.read()\n"
        "print(json.dumps(dict(html='<p>', title='', samples_placed=0, trouble='', remarks=[])))\n"
    )
    return (sys.executable, "-I", str(program))


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/passwd')",
        "open('/proc/self/environ')",
        "__import__('socket').create_connection(('127.0.0.1', 1))",
        "__import__('subprocess').run(['true'])",
        "__import__('os').system('true')",
        "__import__('os').fork()",
        "__import__('os').listdir('/')",
        "__import__('os').kill(1, 0)",
        "__import__('ctypes').CDLL(None)",
    ],
)
def test_the_child_neither_opens_nor_starts_anything(act: str) -> None:
    """As if a parser were talked into it while it draws."""
    program = (
        "import socket, subprocess, ctypes, os\n"
        "import assay.statements.__main__ as child\n"
        "drawn = []\n"
        "def draw(source):\n"
        "    if len(drawn) == 2:\n"
        f"        {act}\n"
        "        os._exit(99)\n"
        "    drawn.append(source)\n"
        "child.draw = draw\n"
        "child.main()\n"
    )
    ended = subprocess.run(
        [sys.executable, "-I", "-c", program], input=source("a", TEX).encoded(), timeout=30, check=False
    )
    assert ended.returncode == 13


@pytest.mark.parametrize(
    ("act", "signal"), [("while True: pass", 27), ("x = bytearray(1 << 30); raise SystemExit(0)", None)]
)
def test_the_child_is_bounded(act: str, signal: int | None) -> None:
    program = (
        "import assay.statements.__main__ as child\n"
        "def draw(source):\n"
        f"    {act}\n"
        "child.draw = draw\n"
        "child.main()\n"
    )
    begin = time.process_time()
    ended = subprocess.run(
        [sys.executable, "-I", "-c", program],
        input=source("a", TEX).encoded(),
        timeout=60,
        check=False,
        capture_output=True,
    )
    assert time.process_time() - begin < 30
    if signal is None:
        assert b"MemoryError" in ended.stderr
    else:
        assert ended.returncode == -signal


def test_the_child_draws_with_an_empty_environment() -> None:
    ended = subprocess.run(
        CHILD, input=source("a", TEX).encoded(), env={}, cwd="/", capture_output=True, timeout=30, check=True
    )
    assert b'"<p>a</p>"' in ended.stdout


def test_a_pdf_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="as it is"):
        Source(text="", format=StatementFormat.PDF, language="en", files=(), file_url="/", sample_count=0)
