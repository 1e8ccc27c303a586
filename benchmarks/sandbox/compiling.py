"""C++ with bits/stdc++.h: the judge's compilation in the cell beside the same command as a plain child."""

import asyncio
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
import tempfile
import time

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.judging.budget import COMPILE_CORES, COMPILE_OPEN_FILES, COMPILE_PROCESSES, compile_command
from assay.languages.catalogue import load_catalogue
from assay.languages.commands import compile_argv
from assay.languages.views import expand_views, load_views
from assay.languages.warm import find_warm, show_warm, warmed
from assay.operate.warm import BOX_BYTES, make_warm_files
from assay.sandbox import BlockingCell, Cell, Status
from benchmarks.sandbox.cells import limits, measured_cell
from benchmarks.sandbox.peers.peer import PeerFailed, Sink, measure_command
from benchmarks.sandbox.report import Figure, Report
from benchmarks.sandbox.sampling import Spread, Turn, in_turns

ROUNDS = 10
RATIO_MAX = 0.5
ROOT = "/var/tmp"  # noqa: S108 - what lies below /tmp, a run does not see: it has one of its own
PLAIN, WARM = "plain g++", "cell, warm"
MEMORY_BYTES = 1 << 30
COMPILE_LIMITS = limits(processes=COMPILE_PROCESSES, open_files=COMPILE_OPEN_FILES, cores=COMPILE_CORES)
SOURCE = """
#include <bits/stdc++.h>
using namespace std;

int main()
{
    vector<long> numbers;
    for (long number; cin >> number;)
        numbers.push_back(number);
    sort(numbers.begin(), numbers.end());
    map<long, int> counts;
    for (long number : numbers)
        counts[number]++;
    for (auto [number, count] : counts)
        cout << number << ' ' << count << '\\n';
}
"""

FILE = SourceFile(name="main.cpp", content=SOURCE.encode())


def main(report: Report) -> None:
    language = load_catalogue().get("cpp")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-bench-", dir=ROOT)))
        folder.chmod(0o755)
        folders = make_warm(language, folder / "warm")
        views = show_warm(expand_views(load_views()), [language], folders)
        cell = stack.enter_context(measured_cell(slots=2, views=views))
        sink = stack.enter_context(closing(Sink()))
        (folder / "main.cpp").write_text(SOURCE)
        warm = warmed(language, folders[language.id])
        turns = {
            PLAIN: Turn(measure=lambda: plain(folder, language, sink)),
            "cell": Turn(measure=lambda: in_cell(cell.client, language, sink)),
            WARM: Turn(measure=lambda: in_cell(cell.client, warm, sink)),
        }
        samples = in_turns(turns, rounds=ROUNDS, warm_up=1)
    spreads = {name: Spread.of(values) for name, values in samples.items()}
    report.say("compiling C++ with bits/stdc++.h, ms: median (p10 to p90)")
    for name, spread in spreads.items():
        report.say(f"  {name:20} {spread!s}")
    report.tables["compiling: ms"] = samples
    report.add(
        Figure(
            part="compiling",
            name="C++ with bits/stdc++.h: cell, warm ÷ plain g++",
            value=spreads[WARM].median / spreads[PLAIN].median,
            unit="x plain",
            at_most=RATIO_MAX,
        )
    )


def make_warm(language: Language, root: Path) -> dict[str, Path]:
    """The precompiled header, made anew as `assay warm` makes it, whatever is on this machine already."""
    with measured_cell(slots=1, box_bytes=BOX_BYTES) as cell:
        outcomes = asyncio.run(make_warm_files([language], root, partial(Cell.connect, cell.socket_path)))
    folders = find_warm([language], root)
    if language.id not in folders:
        raise RuntimeError(f"no warm files: {outcomes}")
    return folders


def plain(folder: Path, language: Language, sink: Sink) -> float:
    """The language's command line without what Assay adds to it."""
    argv = [word.replace("/box/", f"{folder}/") for word in compile_argv(language, [FILE], MEMORY_BYTES)]
    return measure_command(argv, sink, b"", {"PATH": "/usr/bin"})


def in_cell(client: BlockingCell, language: Language, sink: Sink) -> float:
    """As the judge does it, in a fresh slot each time; the slot is there before."""
    assert language.compile is not None
    argv = compile_argv(language, [FILE], MEMORY_BYTES)
    asked = compile_command(language.compile, argv, COMPILE_LIMITS)
    with client.slot() as slot:
        begin = time.perf_counter()
        slot.put(FILE.name, FILE.content)
        facts = slot.run(asked, stdin=sink.null, stdout=sink.stdout, stderr=sink.stderr)
        took = 1e3 * (time.perf_counter() - begin)
    out, err = sink.take()
    if facts.status is not Status.EXITED or facts.exit_code != 0:
        raise PeerFailed(f"it does not compile: {facts}, {out!r}, {err[-300:]!r}")
    return took
