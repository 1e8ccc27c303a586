"""C++ with bits/stdc++.h: the judge's compilation in the cell beside the same command as a plain child."""

from contextlib import ExitStack, closing
from pathlib import Path
import tempfile
import time

from assay.domain.language import Language
from assay.domain.submission import SourceFile
from assay.judging.budget import compile_command
from assay.languages.catalogue import load_catalogue
from assay.languages.commands import compile_argv
from assay.sandbox import BlockingCell, Status
from benchmarks.sandbox.cells import limits, measured_cell
from benchmarks.sandbox.peers.peer import PeerFailed, Sink, measure_command
from benchmarks.sandbox.report import Figure, Report
from benchmarks.sandbox.sampling import Spread, Turn, in_turns

ROUNDS = 10
RATIO_MAX = 0.5
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


def main(report: Report) -> None:
    language = load_catalogue().get("cpp")
    file = SourceFile(name="main.cpp", content=SOURCE.encode())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-bench-")))
        (folder / file.name).write_bytes(file.content)
        cell = stack.enter_context(measured_cell(slots=2))
        sink = stack.enter_context(closing(Sink()))
        turns = {
            "plain g++": Turn(measure=lambda: plain(folder, language, file, sink)),
            "cell": Turn(measure=lambda: in_cell(cell.client, language, file, sink)),
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
            name="C++ with bits/stdc++.h: cell ÷ plain g++",
            value=spreads["cell"].median / spreads["plain g++"].median,
            unit="x plain",
            at_most=RATIO_MAX,
        )
    )


def plain(folder: Path, language: Language, file: SourceFile, sink: Sink) -> float:
    """The language's command line without what Assay adds to it."""
    argv = [word.replace("/box/", f"{folder}/") for word in compile_argv(language, [file], 1 << 30)]
    return measure_command(argv, sink, b"", {"PATH": "/usr/bin"})


def in_cell(client: BlockingCell, language: Language, file: SourceFile, sink: Sink) -> float:
    """As the judge does it, in a fresh slot each time; the slot is there before."""
    assert language.compile is not None
    argv = compile_argv(language, [file], 1 << 30)
    asked = compile_command(language.compile, argv, limits(processes=100, open_files=1024))
    with client.slot() as slot:
        begin = time.perf_counter()
        slot.put(file.name, file.content)
        facts = slot.run(asked, stdin=sink.null, stdout=sink.stdout, stderr=sink.stderr)
        took = 1e3 * (time.perf_counter() - begin)
    out, err = sink.take()
    if facts.status is not Status.EXITED or facts.exit_code != 0:
        raise PeerFailed(f"it does not compile: {facts}, {out!r}, {err[-300:]!r}")
    return took
