"""What starting costs: a static C hello and print(1), on the cell and on its peers, each in turn."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
import resource
import tempfile

from benchmarks.sandbox.cells import CellRunner, measured_cell
from benchmarks.sandbox.cgroup import OwnGroup
from benchmarks.sandbox.peers.bubblewrap import Bubblewrap
from benchmarks.sandbox.peers.dmoj import Dmoj
from benchmarks.sandbox.peers.docker import docker_peers
from benchmarks.sandbox.peers.oci import OciRuntime
from benchmarks.sandbox.peers.peer import Peer, PeerFailed
from benchmarks.sandbox.peers.raw import Raw
from benchmarks.sandbox.programs import Program, hello, print_one
from benchmarks.sandbox.report import Figure, Report
from benchmarks.sandbox.sampling import Spread, Turn, in_turns

ROUNDS = {"hello": 150, "print(1)": 80}
RATIO_MAX = {"hello": 1.7, "print(1)": 1.12}
WARM_MS_MAX = 1.6
WARM_FASTER_MIN = 8.0  # than bubblewrap
COLD, WARM = "cell", "cell, warm"
BACK_TO_BACK_BLOCKS = 30
BACK_TO_BACK_RUNS = 10
# Not in any package registry; measured by hand on such a machine, where raw took 0.43 and 9.0 ms.
QUOTED = {
    "isolate 1.10 --run": (3.2, 13.0),
    "go-judge over HTTP": (4.5, 18.0),
    "nsjail": (5.4, 17.5),
}
QUOTED_RAW = (0.43, 9.0)


def main(report: Report) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="assay-bench-")))
        folder.chmod(0o755)
        programs = (hello(folder), print_one(folder))
        cell = stack.enter_context(measured_cell(slots=4))
        runner, warm = (
            stack.enter_context(closing(CellRunner(name, cell.client, programs, warm=name == WARM)))
            for name in (COLD, WARM)
        )
        raw = Raw()
        peers: list[Peer] = [raw, runner, warm, *find_peers(report, stack, folder, programs)]
        for number, program in enumerate(programs):
            # a compiled program has nothing that could be started ahead
            able = [peer for peer in peers if peer is not warm or program.interpreter]
            able = [peer for peer in able if can_run(report, peer, program)]
            spreads = compare(report, program, able, number)
            if program.interpreter:
                judge_warm(report, program, spreads)
            back_to_back(report, program, raw, runner)
            cpu_of_a_run(report, program, raw, runner, cell.group)


def find_peers(report: Report, stack: ExitStack, folder: Path, programs: tuple[Program, ...]) -> list[Peer]:
    """All that can be had; who cannot is named in the report."""
    peers: list[Peer] = []

    def have(name: str, make: Callable[[], Peer]) -> None:
        try:
            peers.append(make())
        except (PeerFailed, OSError) as error:
            report.without(name, str(error))

    have("bubblewrap", Bubblewrap)
    have("DMOJ", lambda: stack.enter_context(closing(Dmoj())))
    have("crun", lambda: stack.enter_context(closing(OciRuntime("crun", folder / "crun", programs, every=1))))
    have("runc", lambda: stack.enter_context(closing(OciRuntime("runc", folder / "runc", programs, every=3))))
    try:
        peers += stack.enter_context(docker_peers(folder / "docker", programs))
    except (PeerFailed, OSError) as error:
        report.without("Docker", str(error))
    return peers


def can_run(report: Report, peer: Peer, program: Program) -> bool:
    try:
        peer.measure(program)
    except (PeerFailed, OSError) as error:
        lose(report, program, peer.name, error)
        return False
    return True


def lose(report: Report, program: Program, name: str, error: PeerFailed | OSError) -> None:
    """Go on without a peer, but not without the two that it is all about."""
    if name in (Raw.name, COLD):
        raise error
    report.without(f"{name}, {program.name}", str(error))


def compare(report: Report, program: Program, peers: list[Peer], column: int) -> dict[str, Spread]:
    """The table of all, in turns, and the cell's ratio to raw."""
    turns = {peer.name: Turn(measure=partial(peer.measure, program), every=peer.every) for peer in peers}
    samples = in_turns(turns, rounds=ROUNDS[program.name], lost=partial(lose, report, program))
    spreads = {name: Spread.of(values) for name, values in samples.items()}
    floor = spreads[Raw.name]
    report.say(f"{program.name}, ms: median (p10 to p90), how many times raw, and the same of the p10s")
    for name, spread in sorted(spreads.items(), key=lambda item: item[1].median):
        ratios = f"{spread.median / floor.median:7.2f} x {spread.p10 / floor.p10:7.2f} x"
        report.say(f"  {name:20} {spread!s:44} {ratios}")
    for name, figures in QUOTED.items():
        ratio = figures[column] / QUOTED_RAW[column]
        report.say(f"  {name:20} {figures[column]:8.2f}  {'(quoted, not measured here)':34} {ratio:7.2f} x")
    report.tables[f"starts: {program.name}, ms"] = spreads_as_data(spreads)
    report.add(
        Figure(
            part="starts",
            name=f"{program.name}: cell ÷ raw, in turns with all peers",
            value=spreads[COLD].median / floor.median,
            unit="x raw",
            at_most=RATIO_MAX[program.name],
        )
    )
    return spreads


def judge_warm(report: Report, program: Program, spreads: dict[str, Spread]) -> None:
    """The warm start, in milliseconds and beside bubblewrap, from the same table."""
    warm, other = spreads.get(WARM), spreads.get(Bubblewrap.name)
    why = "" if warm else report.absent.get(f"{WARM}, {program.name}", "")
    report.add(
        Figure(
            part="starts",
            name=f"{program.name}: cell, warm",
            value=warm.median if warm else None,
            unit="ms",
            at_most=WARM_MS_MAX,
            note=why,
        )
    )
    report.add(
        Figure(
            part="starts",
            name=f"{program.name}: bubblewrap ÷ cell, warm",
            value=other.median / warm.median if warm and other else None,
            unit="x",
            at_least=WARM_FASTER_MIN,
            note=why or ("" if other else "no bubblewrap"),
        )
    )


def back_to_back(report: Report, program: Program, raw: Raw, runner: CellRunner) -> None:
    """Without a pause, in which work could be hidden: some raw, as many in the cell, again and again."""

    def block(peer: Peer) -> float:
        return sum(peer.measure(program) for _ in range(BACK_TO_BACK_RUNS)) / BACK_TO_BACK_RUNS

    turns = {peer.name: Turn(measure=partial(block, peer)) for peer in (raw, runner)}
    spreads = {
        name: Spread.of(values) for name, values in in_turns(turns, rounds=BACK_TO_BACK_BLOCKS).items()
    }
    report.say(
        f"{program.name}, ms, {BACK_TO_BACK_RUNS} at a time without a pause: {runner.name} "
        f"{spreads[runner.name]!s}, raw {spreads[raw.name]!s}"
    )
    report.tables[f"starts: {program.name}, back to back, ms"] = spreads_as_data(spreads)
    report.add(
        Figure(
            part="starts",
            name=f"{program.name}: cell ÷ raw, back to back",
            value=spreads[runner.name].median / spreads[raw.name].median,
            unit="x raw",
            at_most=RATIO_MAX[program.name],
        )
    )


def cpu_of_a_run(report: Report, program: Program, raw: Raw, runner: CellRunner, group: OwnGroup) -> None:
    """The processor time of a run, ours included, which other load changes least: in turns, a block each."""

    def block(peer: Peer) -> float:
        before = own_cpu_ms() + group.cpu_ms()
        for _ in range(BACK_TO_BACK_RUNS):
            peer.measure(program)
        return (own_cpu_ms() + group.cpu_ms() - before) / BACK_TO_BACK_RUNS

    turns = {peer.name: Turn(measure=partial(block, peer)) for peer in (raw, runner)}
    spreads = {
        name: Spread.of(values) for name, values in in_turns(turns, rounds=BACK_TO_BACK_BLOCKS).items()
    }
    report.tables[f"starts: {program.name}, CPU ms a run"] = spreads_as_data(spreads)
    ours, floor = spreads[runner.name].median, spreads[raw.name].median
    report.add(
        Figure(
            part="starts",
            name=f"{program.name}: CPU time of a run, cell ÷ raw",
            value=ours / floor,
            unit="x raw",
            note=f"{ours:.2f} against {floor:.2f} ms",
        )
    )


def own_cpu_ms() -> float:
    """Of this process and of the children that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return 1e3 * sum(each.ru_utime + each.ru_stime for each in used)


def spreads_as_data(spreads: dict[str, Spread]) -> dict[str, dict[str, float]]:
    return {
        name: {"median": each.median, "p10": each.p10, "p90": each.p90, "samples": each.samples}
        for name, each in spreads.items()
    }
