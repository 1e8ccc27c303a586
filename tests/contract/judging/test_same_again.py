"""The same inputs give the same judgement, byte for byte; times and memory aside."""

from dataclasses import asdict, replace
import json
from pathlib import Path

import pytest

from assay.domain.grading import Aggregation, Scored, Scoring, TestGroup
from assay.domain.judgement import Decision
from assay.domain.jury import Validation
from assay.domain.problem import Problem
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import VALIDATION, Setter

pytestmark = needs_root

TIMES = frozenset({"cpu_time_ms", "wall_time_ms", "memory_bytes", "near_limit"})


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


def document(decision: Decision) -> bytes:
    """All of it, without what depends on the moment."""
    found = asdict(decision)
    found["runs"] = [{key: value for key, value in run.items() if key not in TIMES} for run in found["runs"]]
    return json.dumps(found, allow_nan=False).encode()


def scored(setter: Setter) -> Problem:
    """Points by a validator with words for both sides, and groups of which one asks for the other."""
    validator = setter.program("""
import os, sys
n = int(open(sys.argv[1]).read())
open(sys.argv[3] + "judgemessage.txt", "w").write(f"{n} of {sorted(os.listdir('/box'))}")
open(sys.argv[3] + "teammessage.txt", "w").write("hm")
if n == 3:
    sys.exit(43)
open(sys.argv[3] + "score_multiplier.txt", "w").write(str(n / 7))
sys.exit(42)
""")
    tests = [
        replace(setter.test(f"secret/{number}", f"{number}\n"), scored=Scored.BOUNDED, accept_score=0.7)
        for number in range(1, 7)
    ]
    names = [test.name for test in tests]
    groups = (
        TestGroup(name="secret/a", members=tuple(names[:2]), aggregation=Aggregation.SUM),
        TestGroup(name="secret/b", members=tuple(names[2:4]), aggregation=Aggregation.MIN),
        TestGroup(name="secret/c", members=tuple(names[4:]), requires=("secret/b",)),
    )
    root = TestGroup(name="", members=groups, aggregation=Aggregation.SUM, stops_at_rejection=False)
    return replace(setter.checked_by(validator, tests=tests), grading=root, scoring=Scoring())


def conversation(setter: Setter) -> Problem:
    interactor = setter.program("""
import sys
print("1\\n2", flush=True)
open(sys.argv[3] + "teammessage.txt", "w").write("said " + sys.stdin.readline())
sys.exit(43)
""")
    problem = setter.talked_to(interactor, setter.test("secret/1", "1\n"))
    assert problem.validation is not None
    return replace(problem, validation=Validation(interactor=interactor, limits=VALIDATION))


@pytest.mark.parametrize(
    ("language_id", "source", "verdict"),
    [
        ("c", "int nowhere(void); int main(void) { return nowhere(); }", Verdict.CE),
        ("cpp", "int nowhere(); int main() { return nowhere(); }", Verdict.CE),
        ("rust", "extern { fn nowhere(); } fn main() { unsafe { nowhere() } }", Verdict.CE),
        ("go", "package main\nfunc main() { nowhere() }", Verdict.CE),
        ("java", "class Main { public static void main(String[] a) { nowhere(); } }", Verdict.CE),
        ("cpp", "int main() { int x; }", Verdict.AC),
    ],
)
async def test_what_a_compiler_says(setter: Setter, language_id: str, source: str, verdict: Verdict) -> None:
    problem = setter.problem(setter.test("secret/1", ""))
    first, second = [await setter.judge(problem, source, language_id) for _ in range(2)]
    assert first.verdict is verdict, first.message
    assert first.compile_output == second.compile_output
    assert document(first) == document(second)


@pytest.mark.parametrize("all_tests", [False, True])
async def test_scores_and_words(setter: Setter, all_tests: bool) -> None:
    problem = scored(setter)
    decisions = [await setter.judge(problem, "print(1)", all_tests=all_tests) for _ in range(3)]
    assert len({document(decision) for decision in decisions}) == 1
    assert decisions[0].verdict is Verdict.WA
    assert [group.verdict for group in decisions[0].groups] == [Verdict.WA, Verdict.AC, Verdict.WA, None]


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("print(input())", Verdict.WA),
        ("input(); 1/0", Verdict.RTE),  # the interactor hears nothing before that
        ("print(1, flush=True)\nwhile True: input()", Verdict.WA),  # it crashes for the interactor has gone
        ("import time; time.sleep(100)", Verdict.TLE),
    ],
)
async def test_conversations(setter: Setter, source: str, verdict: Verdict) -> None:
    problem = conversation(setter)
    decisions = [await setter.judge(problem, source) for _ in range(3)]
    assert {decision.verdict for decision in decisions} == {verdict}
    assert len({document(decision) for decision in decisions}) == 1
