"""Output validators of the setter's on the real cell: right, wrong, broken; words, scores and passes."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.grading import Aggregation, Scored, Scoring, StaticCase, TestGroup
from assay.domain.jury import Dialect, JuryFile, JuryProgram, Validation
from assay.domain.problem import Included
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import VALIDATION, Setter

pytestmark = needs_root

# Accepts any divisor of the input. Says so to both sides.
DIVISOR = """
import sys
given, answer, feedback = sys.argv[1:4]
n, said = int(open(given).read()), int(sys.stdin.read())
assert open(answer).read() == "any\\n"
open(feedback + "judgemessage.txt", "w").write(f"{n} by {said} {sys.argv[4:]}")
open(feedback + "teammessage.txt", "w").write("is it a divisor?")
sys.exit(42 if said > 0 and n % said == 0 else 43)
"""
# The same as a testlib checker is called: files by name, 0 and 1, words on standard error.
DIVISOR_CPP = """
#include <cstdio>
int main(int argc, char **argv) {
    long n, said;
    if (argc != 4) return 3;
    FILE *in = fopen(argv[1], "r"), *out = fopen(argv[2], "r"), *ans = fopen(argv[3], "r");
    if (!in || !out || !ans || fscanf(in, "%ld", &n) != 1) return 3;
    if (fscanf(out, "%ld", &said) != 1) { fprintf(stderr, "wrong output format"); return 2; }
    if (said <= 0 || n % said) { fprintf(stderr, "wrong answer %ld", said); return 1; }
    fprintf(stderr, "points %ld", said);
    return said == 7 ? 7 : 0;
}
"""


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


async def test_a_validator_decides(setter: Setter) -> None:
    test = replace(setter.test("secret/1", "12\n", "any\n"), validator_args=("a", "b c"))
    problem = setter.checked_by(setter.program(DIVISOR), tests=[test])
    right, wrong = [await setter.judge(problem, f"print({number})") for number in (4, 5)]
    assert (right.verdict, right.runs[0].judge_message) == (Verdict.AC, "12 by 4 ['a', 'b c']")
    assert (wrong.verdict, wrong.runs[0].team_message) == (Verdict.WA, "is it a divisor?")
    assert wrong.message == "is it a divisor?"


async def test_what_one_test_left_is_not_there_for_the_next(setter: Setter) -> None:
    leaves = """
import os, sys
found = os.listdir(sys.argv[3])
open(sys.argv[3] + "judgemessage.txt", "w").write("left")
sys.exit(1 if found else 42)
"""
    problem = setter.checked_by(
        setter.program(leaves), tests=[setter.test("secret/1", ""), setter.test("secret/2", "")]
    )
    decision = await setter.judge(problem, "pass")
    assert decision.verdict is Verdict.AC, decision.message


@pytest.mark.parametrize(
    ("printed", "verdict"), [("3", Verdict.AC), ("5", Verdict.WA), ("x", Verdict.PE), ("", Verdict.PE)]
)
async def test_a_testlib_checker_decides(setter: Setter, printed: str, verdict: Verdict) -> None:
    checker = setter.program(DIVISOR_CPP, "cpp", dialect=Dialect.TESTLIB)
    problem = setter.checked_by(checker, tests=[setter.test("secret/1", "12\n")])
    decision = await setter.judge(problem, f"print({printed!r})")
    assert decision.verdict is verdict, decision.message


async def test_a_testlib_checker_gives_points(setter: Setter) -> None:
    test = replace(setter.test("secret/1", "14\n"), scored=Scored.FREE, accept_score=10)
    checker = setter.program(DIVISOR_CPP, "cpp", dialect=Dialect.TESTLIB)
    problem = replace(
        setter.checked_by(checker, tests=[test]),
        scoring=Scoring(),
        grading=TestGroup(name="", members=("secret/1",), aggregation=Aggregation.SUM),
    )
    scores = [(await setter.judge(problem, f"print({number})")).score for number in (7, 2, 3)]
    assert scores == [7, 10, 0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import sys; sys.exit(1)", "exited with 1"),
        ("import os; os.abort()", "SIGABRT"),
        ("while True: pass", "validation_time"),
        ("x = bytearray(10**9)\nwhile True: x += x", "validation_memory"),
        ("(", "does not compile"),
        ("import sys; open(sys.argv[3] + 'score.txt', 'w').write('1'); sys.exit(42)", "pass-fail"),
        ("import sys; open(sys.argv[1], 'w')", "exited with 1"),
    ],
)
async def test_a_broken_validator_is_our_side_s_fault(setter: Setter, source: str, words: str) -> None:
    problem = setter.checked_by(setter.program(source), tests=[setter.test("secret/1", "1\n")])
    decision = await setter.judge(problem, "print(1)")
    assert decision.verdict is Verdict.JE
    assert words in decision.message


async def test_a_validator_that_does_not_compile_is_named(setter: Setter) -> None:
    problem = setter.checked_by(setter.program("int main(", "cpp"), tests=[setter.test("secret/1", "")])
    decision = await setter.judge(problem, "pass")
    assert (decision.verdict, decision.runs) == (Verdict.JE, ())
    assert decision.message.startswith("jury/v does not compile")


async def test_a_crash_is_told_before_a_validator_is_asked(setter: Setter) -> None:
    problem = setter.checked_by(
        setter.program("import sys; sys.exit(1)"), tests=[setter.test("secret/1", "")]
    )
    assert (await setter.judge(problem, "1/0")).verdict is Verdict.RTE


async def test_every_validator_must_accept(setter: Setter) -> None:
    yes = setter.program("import sys; sys.stdin.read(); sys.exit(42)", name="yes")
    problem = setter.checked_by(
        yes, setter.program(DIVISOR), tests=[setter.test("secret/1", "12\n", "any\n")]
    )
    verdicts = [(await setter.judge(problem, f"print({number})")).verdict for number in (4, 5)]
    assert verdicts == [Verdict.AC, Verdict.WA]
    only = replace(problem, tests=(replace(problem.tests[0], checkers=("jury/yes",)),))
    assert (await setter.judge(only, "print(5)")).verdict is Verdict.AC


async def test_scripts_build_and_run(setter: Setter) -> None:
    build = """#!/bin/sh
set -e
c++ -o checker checker.cc
printf '#!/bin/sh\\nexec ./checker\\n' >run
chmod +x run
"""
    files = (
        JuryFile(name="build", content=setter.file("v/build", build), executable=True),
        JuryFile(name="checker.cc", content=setter.file("v/checker.cc", "int main() { return 42; }")),
    )
    program = JuryProgram(name="output_validator", files=files, language_id=None)
    problem = setter.checked_by(program, tests=[setter.test("secret/1", "")])
    decision = await setter.judge(problem, "pass")
    assert decision.verdict is Verdict.AC, decision.message


# Passes on: each pass gets what the last printed, less one, until nothing is left.
COUNT_DOWN = """
import os, sys
left = int(sys.stdin.read())
with open(sys.argv[3] + "judgemessage.txt", "a") as file:
    file.write(f"{left} ")
if left:
    open(sys.argv[3] + "nextpass.in", "w").write(f"{left}\\n")
sys.exit(42)
"""


async def test_passes_go_on_until_the_validator_is_content(setter: Setter) -> None:
    validation = Validation(checkers=(setter.program(COUNT_DOWN),), passes_max=3, limits=VALIDATION)
    problem = replace(setter.problem(setter.test("secret/1", "3\n")), validation=validation)
    decision = await setter.judge(problem, "print(int(input()) - 1)")
    assert (decision.verdict, decision.runs[0].passes) == (Verdict.AC, 3), decision.message
    assert decision.runs[0].judge_message == "2 1 0"
    wrong = await setter.judge(problem, "n = int(input()); print(n - 1 if n > 2 else 1 / 0)")
    assert (wrong.verdict, wrong.runs[0].passes) == (Verdict.RTE, 2)
    endless = await setter.judge(problem, "print(int(input()))")
    assert endless.verdict is Verdict.JE
    assert "more than 3 passes" in endless.message


async def test_a_static_validator_looks_at_the_sources(setter: Setter) -> None:
    looks = """
import os, sys
language, entry, feedback = sys.argv[1:4]
assert os.path.isdir(feedback) and sys.argv[4:] == ["x"]
sys.exit(43 if "import" in open(entry).read() else 42)
"""
    root = TestGroup(
        name="",
        members=("secret/1",),
        static=StaticCase(accept_score=None, args=("x",)),
        stops_at_rejection=True,
    )
    problem = replace(
        setter.problem(setter.test("secret/1", "", "1\n")),
        static_validator=setter.program(looks),
        grading=root,
    )
    assert (await setter.judge(problem, "print(1)")).verdict is Verdict.AC
    refused = await setter.judge(problem, "import os\nprint(1)")
    assert (refused.verdict, refused.runs) == (Verdict.WA, ())
    named_alike = await setter.judge(problem, {"main.py": "print(1)", "v.py": "import sys; sys.exit(42)"})
    assert named_alike.verdict is Verdict.AC
    for name in (".validator/v.py", "feedback/x"):
        clash = await setter.judge(problem, {"main.py": "print(1)", name: "import sys; sys.exit(42)"})
        assert (clash.verdict, clash.runs) == (Verdict.WA, ())


async def test_a_grader_decides_a_group(setter: Setter) -> None:
    counts = """
import sys
lines = sys.stdin.read().split("\\n")[:-1]
print("AC", sum(line.startswith("AC") for line in lines) * int(sys.argv[1]))
"""
    root = TestGroup(name="", members=("secret/1", "secret/2"), stops_at_rejection=False, grader_args=("10",))
    problem = replace(
        setter.problem(setter.test("secret/1", "1\n", "1\n"), setter.test("secret/2", "2\n", "3\n")),
        grading=root,
        scoring=Scoring(grader=setter.program(counts), needs_acceptance=True),
    )
    decision = await setter.judge(problem, "print(input())")
    assert (decision.verdict, decision.score) == (Verdict.AC, 10)
    assert [run.verdict for run in decision.runs] == [Verdict.AC, Verdict.WA]


async def test_files_beside_a_program_are_in_its_working_folder(setter: Setter) -> None:
    """The submission's own and the setter's; neither can be changed."""
    source = {
        "main.py": "import os\n"
        "print(open('own.txt').read(), open('given.txt').read(), os.access('.', os.W_OK))",
        "own.txt": "own",
        "given.txt": "mine",
    }
    given = JuryFile(name="given.txt", content=setter.file("include/given.txt", "given"))
    problem = replace(
        setter.problem(setter.test("secret/1", "", "own given False\n")),
        included=(Included(language_id=None, files=(given,)),),
    )
    assert (await setter.judge(problem, source)).verdict is Verdict.AC


async def test_files_of_a_test_are_there_for_it_alone(setter: Setter) -> None:
    tests = []
    for number in ("1", "2"):
        file = JuryFile(name=f"{number}.txt", content=setter.file(f"files/{number}", f"file {number}"))
        tests.append(replace(setter.test(f"secret/{number}", number, f"file {number}\n"), files=(file,)))
    source = "import os\nprint(*(open(n).read() for n in sorted(os.listdir()) if n.endswith('.txt')))"
    assert (await setter.judge(setter.problem(*tests), source)).verdict is Verdict.AC
    in_c = (
        '#include <stdio.h>\nint main(){char n[9]; FILE *f; scanf("%s", n); sprintf(n + 1, ".txt");'
        'if (!(f = fopen(n, "r"))) return 1; for (int c; (c = getc(f)) != EOF;) putchar(c);}'
    )
    assert (await setter.judge(setter.problem(*tests), in_c, "c")).verdict is Verdict.AC


async def test_an_output_file_is_read_instead_of_what_is_printed(setter: Setter) -> None:
    problem = replace(setter.problem(setter.test("secret/1", "", "yes\n")), output_file="out.txt")
    assert (
        await setter.judge(problem, "print('no'); open('out.txt', 'w').write('yes')")
    ).verdict is Verdict.AC
    assert (await setter.judge(problem, "print('yes')")).verdict is Verdict.WA
    linked = await setter.judge(problem, "import os; os.symlink('/proc/self/fd/0', 'out.txt')")
    assert linked.verdict is Verdict.WA


async def test_arguments_of_a_test(setter: Setter) -> None:
    test = replace(setter.test("secret/1", "", "a b|c\n"), args=("a b", "c"))
    source = "import sys; print('|'.join(sys.argv[1:]))"
    assert (await setter.judge(setter.problem(test), source)).verdict is Verdict.AC


async def test_answers_instead_of_a_program(setter: Setter) -> None:
    problem = replace(
        setter.problem(setter.test("secret/1", "", "one\n"), setter.test("secret/2", "", "two\n")),
        takes_answers=True,
    )
    right = await setter.judge(problem, {"1.out": "one\n", "secret/2": "two"}, None)
    assert right.verdict is Verdict.AC
    missing = await setter.judge(problem, {"1.out": "one\n"}, None)
    assert (missing.verdict, missing.runs[-1].test_name) == (Verdict.WA, "secret/2")
