"""A program and an interactor on the real cell: who ended first decides, and nobody waits for ever."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.jury import Dialect, Validation
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import VALIDATION, Setter

pytestmark = needs_root

GUESS = """
import sys
secret = int(open(sys.argv[1]).read())
def verdict(code, words):
    open(sys.argv[3] + "judgemessage.txt", "w").write(words)
    sys.exit(code)
for turn in range(10):
    line = sys.stdin.readline()
    if not line:
        verdict(43, "end of file")
    if int(line) == secret:
        print("right", flush=True)
        verdict(42, f"{turn + 1} turns")
    print("less" if int(line) > secret else "more", flush=True)
verdict(43, "too many turns")
"""
SEARCH = """
low, high = 1, 1000
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    word = input()
    if word == "right": break
    low, high = (low, middle - 1) if word == "less" else (middle + 1, high)
"""


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


@pytest.mark.parametrize(
    ("source", "verdict", "words"),
    [
        (SEARCH, Verdict.AC, "turns"),
        ("for n in range(1000): print(n, flush=True); input()", Verdict.WA, "too many"),  # then crashes: EOF
        ("print(1, flush=True); 1/0", Verdict.RTE, ""),
        ("1/0", Verdict.RTE, ""),
        ("pass", Verdict.WA, "end of file"),
        ("print('x', flush=True); input(); input()", Verdict.JE, "exited with 1"),  # the interactor's fault
        ("input()", Verdict.TLE, ""),  # both wait
        ("while True: pass", Verdict.TLE, ""),
        ("import sys\nwhile True: sys.stdout.write('1\\n' * 1000)", None, ""),
        ("import os; os.fork()", Verdict.RTE, ""),
    ],
)
async def test_each_way_to_end(setter: Setter, source: str, verdict: Verdict | None, words: str) -> None:
    problem = setter.talked_to(setter.program(GUESS), setter.test("secret/1", "617\n"))
    decision = await setter.judge(problem, source)
    if verdict is None:  # what is written after the end is nobody's: how it dies of that may vary
        assert decision.verdict in (Verdict.WA, Verdict.OLE)
        return
    assert decision.verdict is verdict, (decision.message, decision.runs)
    assert words in decision.runs[0].judge_message + decision.message


async def test_an_interactor_in_testlib_s_way_leaves_its_findings_to_the_checker(setter: Setter) -> None:
    interactor = setter.program(
        "import sys\nprint(open(sys.argv[1]).read(), flush=True)\n"
        "open(sys.argv[2], 'w').write(sys.stdin.read())\n",
        dialect=Dialect.TESTLIB,
        name="interactor",
    )
    checker = setter.program(
        "import sys\nsys.exit(open(sys.argv[2]).read() != open(sys.argv[3]).read())",
        dialect=Dialect.TESTLIB,
        name="checker",
    )
    validation = Validation(checkers=(checker,), interactor=interactor, limits=VALIDATION)
    problem = replace(setter.problem(setter.test("secret/1", "20", "40\n")), validation=validation)
    verdicts = [(await setter.judge(problem, f"print({n} * int(input()))")).verdict for n in (2, 3)]
    assert verdicts == [Verdict.AC, Verdict.WA]


async def test_who_ended_first_is_told_the_same_every_time(setter: Setter) -> None:
    """Both die of the other's end within microseconds; only one order is true."""
    rejects = setter.program("import sys; sys.stdin.readline(); sys.exit(43)")
    problem = setter.talked_to(rejects, setter.test("secret/1", ""))
    source = '#include <stdio.h>\nint main(){puts("1");fflush(stdout);%s}'
    crashes_after = source % "return getchar() == EOF;"
    crashes_before = "int main(){return 1;}"
    for _ in range(15):
        assert (await setter.judge(problem, crashes_after, "c")).verdict is Verdict.WA
        assert (await setter.judge(problem, crashes_before, "c")).verdict is Verdict.RTE


async def test_passes_of_an_interactive_problem(setter: Setter) -> None:
    doubles = """
import os, sys
given, feedback = int(open(sys.argv[1]).read()), sys.argv[3]
again = os.path.exists(feedback + "state")
print("again" if again else given, flush=True)
answer = sys.stdin.readline().strip()
if again:
    sys.exit(42 if answer == "yes" else 43)
open(feedback + "state", "w").write(answer)
open(feedback + "nextpass.in", "w").write(answer)
sys.exit(42 if int(answer) == 2 * given else 43)
"""
    problem = setter.talked_to(setter.program(doubles), setter.test("secret/1", "21\n"), passes_max=2)
    source = "line = input()\nprint('yes' if line == 'again' else 2 * int(line))"
    decision = await setter.judge(problem, source)
    assert (decision.verdict, decision.runs[0].passes) == (Verdict.AC, 2), decision.message
