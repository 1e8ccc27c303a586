"""What lies beside a program, whether it can write there, and that no run finds what another one left."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.jury import JuryFile, Validation
from assay.domain.problem import FileWriting, Included, Problem
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import LIMITS, VALIDATION, Setter

pytestmark = needs_root

SCRATCH, NO, YES = FileWriting.SCRATCH, FileWriting.NO, FileWriting.YES
# Prints what it can do with its working folder: make a file, change one, delete one.
TRIES = """
import os
def can(do):
    try:
        do()
    except OSError:
        return "no"
    return "yes"
def change():
    with open("given.txt", "r+") as file:
        file.write("x")
print(can(lambda: open("new", "x").close()), can(change), can(lambda: os.unlink("given.txt")))
"""
# The same in a language that is compiled.
TRIES_IN_C = """
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
static const char *can(int outcome) { return outcome < 0 ? "no" : "yes"; }
int main(void)
{
    printf("%s ", can(open("new", O_CREAT | O_EXCL | O_WRONLY, 0600)));
    printf("%s ", can(open("given.txt", O_RDWR)));
    printf("%s\\n", can(unlink("given.txt")));
}
"""


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


def with_file(setter: Setter, answer: str, *, given: str = "", count: int = 2) -> Problem:
    file = JuryFile(name="given.txt", content=setter.file("files/given.txt", "given"))
    tests = [setter.test(f"secret/{number}", given, answer) for number in range(count)]
    return setter.problem(*(replace(test, files=(file,)) for test in tests))


@pytest.mark.parametrize(
    ("writing", "answer"), [(SCRATCH, "yes yes yes\n"), (NO, "no no no\n"), (YES, "yes yes yes\n")]
)
@pytest.mark.parametrize(("source", "language_id"), [(TRIES, "python3"), (TRIES_IN_C, "c")])
async def test_files_of_a_test_can_be_written_where_the_package_says_so(
    setter: Setter, writing: FileWriting, answer: str, source: str, language_id: str
) -> None:
    problem = replace(with_file(setter, answer), file_writing=writing)
    decision = await setter.judge(problem, source, language_id)
    assert decision.verdict is Verdict.AC, decision.message


@pytest.mark.parametrize(
    ("writing", "answer"), [(SCRATCH, "no no no\n"), (NO, "no no no\n"), (YES, "yes yes yes\n")]
)
async def test_so_can_files_of_the_submission(setter: Setter, writing: FileWriting, answer: str) -> None:
    tests = [setter.test(f"secret/{number}", "", answer) for number in (1, 2)]
    problem = replace(setter.problem(*tests), file_writing=writing)
    decision = await setter.judge(problem, {"main.py": TRIES, "given.txt": "own"})
    assert decision.verdict is Verdict.AC, decision.message


@pytest.mark.parametrize(("writing", "answer"), [(SCRATCH, "yes\n"), (NO, "no\n"), (YES, "yes\n")])
async def test_a_program_alone_may_write_unless_it_must_not(
    setter: Setter, writing: FileWriting, answer: str
) -> None:
    """The second run does not find what the first one made, or making it would fail."""
    source = """
try:
    open("new", "x").close()
    print("yes")
except PermissionError:
    print("no")
except OSError as error:
    print("no" if error.errno == 30 else error)
open("/tmp/scratch", "x").close()
"""
    tests = [setter.test(f"secret/{number}", "", answer) for number in (1, 2)]
    decision = await setter.judge(replace(setter.problem(*tests), file_writing=writing), source)
    assert decision.verdict is Verdict.AC, decision.message


LEAVES = """
import os
print("again" if os.path.exists("left") else "first")
open("left", "w").close()
"""


@pytest.mark.parametrize("writing", [SCRATCH, YES])
async def test_a_pass_does_not_find_what_another_one_left(setter: Setter, writing: FileWriting) -> None:
    validator = setter.program("""
import os, sys
marker = sys.argv[3] + "second"
if not os.path.exists(marker):
    open(marker, "w").close()
    open(sys.argv[3] + "nextpass.in", "w").write("2")
sys.exit(42 if sys.stdin.read() == "first\\n" else 43)
""")
    validation = Validation(checkers=(validator,), passes_max=2, limits=VALIDATION)
    problem = replace(with_file(setter, "", count=1), validation=validation, file_writing=writing)
    decision = await setter.judge(problem, LEAVES)
    assert (decision.verdict, decision.runs[0].passes) == (Verdict.AC, 2), decision.message


async def test_a_repeated_run_does_not_find_what_the_first_one_left(setter: Setter) -> None:
    """The first takes just the limit, so that it is repeated; with what it left the others would be quick and
    right, and so decide."""
    limits = replace(LIMITS, cpu_time_ms=400)
    problem = replace(with_file(setter, "again\n", count=1), limits=limits)
    source = """
import os, time
if os.path.exists("left"):
    print("again")
else:
    open("left", "w").close()
    while time.process_time() < 0.4:
        pass
    print("first")
"""
    for _ in range(5):
        decision = await setter.judge(problem, source)
        assert decision.verdict in (Verdict.WA, Verdict.TLE), decision
        if decision.near_limit:
            return
    pytest.fail("no run was near the limit")


async def test_a_file_of_the_setter_s_replaces_what_is_in_its_way(setter: Setter) -> None:
    """A folder where the file has to be, and a file where its folder has to be."""
    for name, own in (("given.txt", "given.txt/own"), ("folder/given.txt", "folder")):
        source = {"main.py": f"print(open('{name}').read())", own: "own"}
        file = JuryFile(name=name, content=setter.file("files/given.txt", "given"))
        test = setter.test("secret/1", "", "given\n")
        problems = (
            setter.problem(replace(test, files=(file,))),
            replace(setter.problem(test), included=(Included(language_id=None, files=(file,)),)),
        )
        for problem in problems:
            decision = await setter.judge(problem, source)
            assert decision.verdict is Verdict.AC, decision.message
