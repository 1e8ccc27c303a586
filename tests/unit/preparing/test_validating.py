"""Which validators are asked about which files, and what is said of what they answer."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.errors import Finding
from assay.preparing.validating import Validated, validate
from assay.problems.reading import read_package
from assay.sandbox import Command, SandboxError, Status
from assay.statements.drawing import draw
from assay.statements.source import Drawing, Source
from tests.unit.judging.judging import nothing_left_open
from tests.unit.preparing.preparing import compiles, workshop
from tests.unit.problems.packages import STANDARD, Files, make

REFUSES = "data/invalid_input/letters.in"
CHECKER = {"output_validator/check.py": "accepts what is like the answer\n"}


def step(what: str, done: int, total: int) -> None:
    assert 0 < done <= total, what


async def drawn(source: Source) -> Drawing:
    """In this process: the texts are ours."""
    return draw(source)


def digits_only(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """Validators by name: `validate.py` wants digits, at most its argument; `check.py` the answer."""
    if compiles(command):
        return Ending()
    if "check.py" in files:
        return Ending(exit_code=42 if stdin == files["/proc/self/fd/4"] else 43)
    if stdin.startswith(b"crash"):
        return Ending(status=Status.SIGNALLED, exit_code=None, signal=11)
    own = {"validate.py"} | {name for name in files if name.endswith(".ini")}
    assert own <= set(files)
    arguments = command.argv[3:]
    if not stdin.strip().isdigit():
        return Ending(exit_code=43, stdout=b"no digits")
    too_large = bool(arguments) and int(stdin) > int(arguments[0])
    return Ending(exit_code=1 if too_large else 42)


async def validated(
    root: Path, changes: Mapping[str, str | bytes | None], files: Files = STANDARD
) -> Validated:
    package = read_package(make(root, files, changes))
    with nothing_left_open():
        return await validate(package, workshop(digits_only), drawn, step)


def named(findings: tuple[Finding, ...], path: str) -> str:
    return " ".join(finding.message for finding in findings if finding.path == path)


async def test_a_right_package(tmp_path: Path) -> None:
    found = await validated(tmp_path, {REFUSES: "abc\n"})
    assert found.errors == ()
    assert found.warnings == ()
    counts = {check.name: (check.count, check.failed) for check in found.checks}
    assert counts == {
        "test data as text": (4, 0),
        "statements": (1, 0),
        "input_validators/validate.py": (2, 0),
        "data/invalid_input": (1, 0),
        "answers as outputs": (2, 0),
    }


async def test_an_invalid_test_is_an_error_with_the_validator_s_words(tmp_path: Path) -> None:
    found = await validated(tmp_path, {"data/secret/01.in": "five\n"})
    assert named(found.errors, "data/secret/01.in") == (
        "is not valid for input_validators/validate.py: no digits"
    )
    assert [(check.count, check.failed) for check in found.checks if "validate.py" in check.name] == [(2, 1)]


async def test_the_inputs_of_all_cases_must_be_valid_but_for_invalid_ones(tmp_path: Path) -> None:
    case = {"in": "x\n", "ans": "1\n", "out": "2\n"}
    changes = {f"data/invalid_output/a.{ending}": text for ending, text in case.items()}
    found = await validated(tmp_path, changes)
    assert "no digits" in named(found.errors, "data/invalid_output/a.in")


async def test_an_invalid_input_that_all_accept(tmp_path: Path) -> None:
    found = await validated(tmp_path, {REFUSES: "7\n"})
    assert "all accept it" in named(found.errors, REFUSES)


async def test_a_validator_that_falls_over_refuses_but_not_nicely(tmp_path: Path) -> None:
    found = await validated(tmp_path, {REFUSES: "crash\n"})
    assert found.errors == ()
    assert "killed by signal 11" in named(found.warnings, REFUSES)


async def test_arguments_and_files_of_tests(tmp_path: Path) -> None:
    changes = {
        "data/secret/01.yaml": 'input_validator_args: ["4"]\n',
        "data/secret/01.files/a.ini": "x\n",
        "data/secret/02.in": "9\n",
        "data/secret/02.ans": "18\n",
        "data/secret/02.yaml": 'input_validator_args: {validate: ["9"], other: ["1"]}\n',
    }
    found = await validated(tmp_path, changes)
    assert named(found.errors, "data/secret/01.in") == (
        "is not valid for input_validators/validate.py: it exited with 1"
    )
    assert named(found.errors, "data/secret/02.in") == ""


async def test_a_file_of_a_test_may_not_be_named_as_one_of_the_validator(tmp_path: Path) -> None:
    found = await validated(tmp_path, {"data/secret/01.files/validate.py": "x\n"})
    assert "has the name of one of the validator's" in named(found.errors, "data/secret/01.in")


async def test_a_grammar_is_named_as_not_checked_and_then_nothing_is_sure(tmp_path: Path) -> None:
    changes = {"input_validators/validate.py": None, "input_validators/v.ctd": "INT(1,2)", REFUSES: "abc\n"}
    found = await validated(tmp_path, changes)
    assert found.errors == ()
    assert "no interpreter of Checktestdata" in named(found.warnings, "input_validators/v.ctd")
    assert "of those that were run" in named(found.warnings, REFUSES)


@pytest.mark.parametrize(
    ("output", "kind", "words"),
    [
        ("10\n", "invalid_output", "should be refused"),
        ("11\n", "valid_output", "is not accepted"),
        ("11\n", "invalid_output", ""),
        ("10\n", "valid_output", ""),
    ],
)
@pytest.mark.parametrize("checker", [{}, CHECKER])
async def test_outputs_that_must_be_refused_or_accepted(
    tmp_path: Path, output: str, kind: str, words: str, checker: Mapping[str, str]
) -> None:
    case = {"in": "5\n", "ans": "10\n", "out": output}
    changes = {f"data/{kind}/a.{ending}": text for ending, text in case.items()}
    found = await validated(tmp_path, {**changes, **checker})
    said = named(found.errors, f"data/{kind}/a.out")
    assert said.startswith(words) if words else not said


async def test_answers_that_are_shown_must_be_right_outputs_others_should(tmp_path: Path) -> None:
    """A validator that refuses everything: even the answers."""

    def refuses(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        ending = digits_only(command, files, stdin)
        return Ending(exit_code=43) if "check.py" in files and not compiles(command) else ending

    package = read_package(make(tmp_path, STANDARD, CHECKER))
    found = await validate(package, workshop(refuses), drawn, step)
    assert "is not accepted by the output validator" in named(found.errors, "data/sample/1.ans")
    assert named(found.errors, "data/secret/01.ans") == ""
    assert "well if it is no output" in named(found.warnings, "data/secret/01.ans")


async def test_a_validator_that_means_nothing_is_an_error(tmp_path: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        ending = digits_only(command, files, stdin)
        return Ending(exit_code=0) if "check.py" in files and not compiles(command) else ending

    package = read_package(make(tmp_path, STANDARD, CHECKER))
    found = await validate(package, workshop(broken), drawn, step)
    assert "cannot be checked" in named(found.errors, "data/secret/01.ans")


async def test_programs_that_do_not_compile(tmp_path: Path) -> None:
    def never(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending(exit_code=1, stderr=b"syntax error")

    package = read_package(make(tmp_path, STANDARD, {**CHECKER, REFUSES: "abc\n"}))
    found = await validate(package, workshop(never), drawn, step)
    assert "does not compile" in named(found.errors, "input_validators/validate.py")
    assert "does not compile" in named(found.errors, "output_validator")
    assert "of those that were run" in named(found.warnings, REFUSES)


async def test_test_data_as_text(tmp_path: Path) -> None:
    changes = {
        "data/secret/01.in": b"5\r\n",
        "data/secret/02.in": b"5",
        "data/secret/02.ans": b"10\n\xc3\xa4\n",
        "data/secret/03.in": b"1\n",
        "data/secret/03.ans": b"2\n",
    }
    found = await validated(tmp_path, changes)
    assert "carriage return" in named(found.warnings, "data/secret/01.in")
    assert named(found.warnings, "data/secret/02.in") == (
        "does not end with a newline, as the last line of a text must"
    )
    assert [
        (each.line, each.message[:25]) for each in found.warnings if each.path == "data/secret/02.ans"
    ] == [(2, "has characters beyond ASC")]
    assert "same input as data/sample/1.in" in named(found.warnings, "data/secret/03.in")


async def test_tests_with_other_arguments_or_files_are_others(tmp_path: Path) -> None:
    changes = {
        "data/secret/02.in": "5\n",
        "data/secret/02.ans": "10\n",
        "data/secret/02.yaml": 'args: ["7"]\n',
        "data/secret/03.in": "5\n",
        "data/secret/03.ans": "10\n",
        "data/secret/03.files/x.ini": "1\n",
    }
    found = await validated(tmp_path, changes)
    assert not any("same input" in finding.message for finding in found.warnings)


async def test_a_statement_that_is_not_understood(tmp_path: Path) -> None:
    changes = {"statement/problem.en.md": None, "statement/problem.en.tex": "\\strange{a}\n"}
    found = await validated(tmp_path, changes)
    assert "strange" in named(found.warnings, "statement in en")


async def test_a_failure_of_ours_is_not_the_package_s(tmp_path: Path) -> None:
    def gone(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SandboxError("connection closed")

    package = read_package(make(tmp_path, STANDARD))
    with pytest.raises(SandboxError):
        await validate(package, workshop(gone), drawn, step)
