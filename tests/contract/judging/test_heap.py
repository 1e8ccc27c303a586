"""A program of the JVM's whose heap is exhausted is MLE, however it gets there; nothing else it does is."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import LIMITS, Setter

pytestmark = needs_root

MAIN = "public class Main { public static void main(String[] arguments) throws Exception { %s } }"


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("System.out.println(new int[1 << 29].length);", Verdict.MLE),
        ("System.out.println(new long[Integer.MAX_VALUE].length);", Verdict.MLE),
        ("var all = new java.util.ArrayList<Integer>(); for (;;) all.add(1);", Verdict.MLE),
        ("for (var all = \"x\";; all += all) { }", Verdict.MLE),
        ("var all = new java.util.ArrayList<int[]>(); for (;;) all.add(new int[1000]);", Verdict.MLE),
        ("try { new int[1 << 29].clone(); } finally { System.exit(0); }", Verdict.MLE),
        ("System.exit(3);", Verdict.RTE),
        ("Runtime.getRuntime().halt(134);", Verdict.RTE),
        ("throw new OutOfMemoryError();", Verdict.RTE),  # its own word for something
        ("System.out.println(new int[1 << 20].length);", Verdict.AC),
    ],
)  # fmt: skip
async def test_how_a_program_ends(setter: Setter, body: str, verdict: Verdict) -> None:
    limits = replace(LIMITS, cpu_time_ms=5000)
    problem = setter.problem(setter.test("secret/1", "", "1048576\n"), limits=limits)
    decision = await setter.judge(problem, MAIN % body, "java")
    assert decision.verdict is verdict, decision.message
