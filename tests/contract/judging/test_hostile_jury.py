"""What a setter's programs leave and say, by mistake or on purpose: it is JE with a word, or changes nothing.
And what a submission would have to say to them."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.grading import StaticCase, TestGroup
from assay.domain.jury import JuryFile, JuryProgram, Validation
from assay.domain.problem import Included, Problem
from assay.domain.verdict import Verdict
from tests.conftest import needs_root
from tests.contract.judging.whole import VALIDATION, Setter

pytestmark = needs_root

ACCEPTS_AND = """
import os, shutil, sys
feedback = sys.argv[3]
{leaving}
sys.exit(42)
"""


@pytest.fixture
def setter(cell_socket: Path, tmp_path: Path) -> Setter:
    tmp_path.chmod(0o755)
    return Setter(cell_socket, tmp_path)


def leaving(setter: Setter, what: str, *, passes_max: int = 1) -> Problem:
    validator = setter.program(ACCEPTS_AND.format(leaving=what))
    validation = Validation(checkers=(validator,), limits=VALIDATION, passes_max=passes_max)
    tests = [setter.test(f"secret/{number}", "1\n") for number in (1, 2)]
    return replace(setter.problem(*tests), validation=validation)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("for n in range(300): open(feedback + str(n), 'w').close()", "more than 200 files"),
        ("os.chdir('/'); shutil.rmtree(feedback)", "left no usable feedback"),
        ("shutil.rmtree(feedback); open(feedback.rstrip('/'), 'w').write('x')", "left no usable feedback"),
        ("shutil.rmtree(feedback); os.symlink('/proc', feedback.rstrip('/'))", "left no usable feedback"),
        ("open(feedback + 'judgemessage.txt', 'wb').write(b'x' * (9 << 20))", "more than 8388608"),
        ("open(feedback + 'score.txt', 'w').write('1e999')", "score.txt is no number"),
        (
            "open(feedback + 'score_multiplier.txt', 'wb').write(b'\\xff')",
            "score_multiplier.txt is no number",
        ),
        ("os.chmod('/box', 0)", "exited with 2"),  # it is not there for the second test
    ],
)
async def test_what_cannot_be_read_is_the_setter_s_mistake(setter: Setter, what: str, words: str) -> None:
    decision = await setter.judge(leaving(setter, what), "print(1)")
    assert decision.verdict is Verdict.JE
    assert decision.message.startswith("jury/v")
    assert words in decision.message


@pytest.mark.parametrize(
    "what",
    [
        "for n in range(400): os.mkdir(feedback + 'd'); os.chdir(feedback + 'd'); feedback = ''",
        "os.symlink('/etc/passwd', feedback + 'judgemessage.txt')",
        "os.symlink('/etc/passwd', feedback + 'nextpass.in')",
        "os.mkdir(feedback + 'nextpass.in')",
        "open(os.fsencode(feedback) + b'\\xff\\xfe', 'w').close()",
        "open(feedback + 'x', 'w').close(); os.chmod(feedback, 0)",
    ],
)
async def test_what_nobody_asked_for_changes_nothing(setter: Setter, what: str) -> None:
    decision = await setter.judge(leaving(setter, what, passes_max=2), "print(1)")
    assert decision.verdict is Verdict.AC, decision.message
    assert [(run.judge_message, run.passes) for run in decision.runs] == [("", 1), ("", 1)]


async def test_words_are_cut_and_made_printable(setter: Setter) -> None:
    what = "open(feedback + 'judgemessage.txt', 'wb').write(b'\\xff\\x00\\x1b[31m' * (1 << 20))"
    decision = await setter.judge(leaving(setter, what), "print(1)")
    assert decision.verdict is Verdict.AC, decision.message
    words = decision.runs[0].judge_message
    assert set(words) <= {"\N{REPLACEMENT CHARACTER}", *"[31m"}  # its last escape is cut
    assert 1 << 14 < len(words.encode()) < 1 << 18


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("x",) * 2000, "arguments; at most 512"),
        (("x" * 100_000,), "bytes; at most 32768"),
        (("a\0b",), "NUL"),
        (("\ud800",), "no text"),
    ],
)
async def test_arguments_that_no_program_can_be_given(
    setter: Setter, args: tuple[str, ...], words: str
) -> None:
    plain = setter.test("secret/1", "12\n")
    validator = setter.program("import sys; sys.exit(42)")
    for test, name in (
        (replace(plain, args=args), "secret/1"),
        (replace(plain, validator_args=args), "jury/v"),
    ):
        decision = await setter.judge(setter.checked_by(validator, tests=[test]), "print(1)")
        assert decision.verdict is Verdict.JE
        assert decision.message.startswith(f"{name} has ")
        assert words in decision.message


async def test_a_test_that_no_validator_judges_is_not_accepted(setter: Setter) -> None:
    test = replace(setter.test("secret/1", "12\n"), checkers=())
    problem = setter.checked_by(setter.program("import sys; sys.exit(42)"), tests=[test])
    decision = await setter.judge(problem, "print(1)")
    assert (decision.verdict, decision.message) == (Verdict.JE, "no output validator judges secret/1")


def statically(setter: Setter, validator: JuryProgram) -> Problem:
    root = TestGroup(name="", members=("secret/1",), static=StaticCase(accept_score=None))
    problem = setter.problem(setter.test("secret/1", "", "1\n"))
    return replace(problem, static_validator=validator, grading=root)


@pytest.mark.parametrize("name", ["json.py", "json/__init__.py", "sitecustomize.py", "encodings.py"])
async def test_no_module_of_a_submission_s_gets_into_a_static_validator(setter: Setter, name: str) -> None:
    problem = statically(setter, setter.program("import json, sys\nsys.exit(43)"))
    stranger = "import os\nos._exit(42)"
    decision = await setter.judge(problem, {"main.py": "print(1)", name: stranger})
    assert decision.verdict is Verdict.WA, decision.message


async def test_a_static_validator_of_several_files_or_with_scripts(setter: Setter) -> None:
    """It finds them in its own folder. It works in the submission's, where what the setter adds is, too."""
    looks = "import os\nSEEN = sorted(n for n in os.listdir() if not n.startswith('.'))"
    main = """
import sys
from looks import SEEN
sys.exit(42 if SEEN == ["added.h", "feedback", "main.py"] else 43)
"""
    several = JuryProgram(
        name="static_validator",
        files=(
            JuryFile(name="__main__.py", content=setter.file("static/__main__.py", main)),
            JuryFile(name="looks.py", content=setter.file("static/looks.py", looks)),
        ),
        language_id="python3",
        main="__main__.py",
    )
    build = """#!/bin/sh
set -e
cc -o checker checker.c
printf '%s\\n' '#!/bin/sh' 'exec "$(dirname "$0")/checker"' >run
chmod +x run
"""
    in_c = """
#include <unistd.h>
int main() { return access("main.py", R_OK) || access("added.h", R_OK) || !access("run", F_OK) ? 43 : 42; }
"""
    with_scripts = JuryProgram(
        name="static_validator",
        files=(
            JuryFile(name="build", content=setter.file("scripts/build", build), executable=True),
            JuryFile(name="checker.c", content=setter.file("scripts/checker.c", in_c)),
        ),
        language_id=None,
    )
    added = JuryFile(name="added.h", content=setter.file("include/added.h", "x"))
    for program in (several, with_scripts):
        problem = statically(setter, program)
        problem = replace(problem, included=(Included(language_id=None, files=(added,)),))
        decision = await setter.judge(problem, "print(1)")
        assert decision.verdict is Verdict.AC, decision.message
