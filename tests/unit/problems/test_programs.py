"""The setter's programs: which there are, in which language, and how they are kept together."""

from pathlib import Path

import pytest

from assay.domain.jury import DataRef, Dialect, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.problem import OutputComparison
from assay.problems.package import InputArguments, InputValidatorKind, Package
from tests.unit.problems.packages import LEGACY, STANDARD, Files, make, read, yaml_with

MIB = 1 << 20
LIMITS = ValidationLimits(cpu_time_ms=60_000, memory_bytes=2048 * MIB, output_bytes=8 * MIB)


def validation(package: Package) -> Validation:
    found = package.problem.validation
    assert found is not None
    return found


def names(program: JuryProgram) -> list[str]:
    return [file.name for file in program.files]


def test_one_file_is_a_program(tmp_path: Path) -> None:
    package = read(tmp_path, STANDARD, {"output_validator/check.py": "exit(42)\n"})
    program = JuryProgram(
        name="output_validator/check.py",
        files=(JuryFile(name="check.py", content=DataRef("output_validator/check.py")),),
        language_id="python3",
        main="check.py",
    )
    assert package.problem.validation == Validation(checkers=(program,), limits=LIMITS)


@pytest.mark.parametrize(
    ("files", "name", "found"),
    [
        (["check.cpp", "lib.h"], "output_validator", ("cpp", "check.cpp")),
        (["check/check.cpp", "check/lib.h"], "output_validator/check", ("cpp", "check.cpp")),
        (["a.c", "b.cc"], "output_validator", ("cpp", "a.c")),
        (["check.c", "README.md"], "output_validator", ("c", "check.c")),
        (["__init__.py", "__main__.py", "lib.py"], "output_validator", ("python3", "__main__.py")),
        (["check.cpp", "run"], "output_validator", (None, None)),
        (["check/build", "check/x.zig"], "output_validator/check", (None, None)),
    ],
)
def test_files_of_a_program(
    tmp_path: Path, files: list[str], name: str, found: tuple[str | None, str | None]
) -> None:
    package = read(tmp_path, STANDARD, {f"output_validator/{each}": "x\n" for each in files})
    (program,) = validation(package).checkers
    assert program.name == name
    assert names(program) == sorted(each.rpartition("/")[2] for each in files)
    expected_main = None if found[1] is None else found[1]
    assert (program.language_id, program.main) == (found[0], expected_main)


def test_scripts_are_executable_though_the_package_lost_their_modes(tmp_path: Path) -> None:
    package = make(tmp_path, STANDARD, {"output_validator/build": "#!/bin/sh\n", "output_validator/x": ""})
    (package / "output_validator/x").chmod(0o755)
    found = read(tmp_path, {})
    (program,) = validation(found).checkers
    assert [(file.name, file.executable) for file in program.files] == [("build", True), ("x", True)]
    assert [warning.path for warning in found.warnings] == ["output_validator/build"]
    (package / "output_validator/build").chmod(0o755)
    assert read(tmp_path, {}).warnings == ()


def test_arguments_of_a_validator_of_ones_own_are_handed_on(tmp_path: Path) -> None:
    changes = {
        "output_validator/check.py": "exit(42)\n",
        "data/secret/test_group.yaml": "output_validator_args: [fuzzy, '3']\nargs: [--fast]\n",
        "data/sample/1.yaml": "output_validator_args: [exact]\n",
    }
    tests = read(tmp_path, STANDARD, changes).problem.tests
    assert [(test.validator_args, test.args) for test in tests] == [
        (("exact",), ()),
        (("fuzzy", "3"), ("--fast",)),
    ]
    assert all(test.comparison == OutputComparison() for test in tests)


def test_legacy_validators_must_all_accept(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validation: custom\nvalidator_flags: all"),
        "output_validators/a.py": "exit(42)\n",
        "output_validators/b/b.cpp": "x\n",
        "output_validators/b/b.h": "x\n",
        "output_validators/README.txt": "How it is done.\n",
        "data/secret/testdata.yaml": "output_validator_flags: some\n",
        "data/sample/testdata.yaml": "output_validator_flags: {name: a, flags: one}\n",
    }
    package = read(tmp_path, LEGACY, changes)
    assert [each.name for each in validation(package).checkers] == [
        "output_validators/a.py",
        "output_validators/b",
    ]
    assert [(test.validator_args, test.checkers) for test in package.problem.tests] == [
        (("all", "one"), ("output_validators/a.py",)),
        (("all", "some"), None),
    ]
    assert [warning.path for warning in package.warnings] == ["output_validators/README.txt"]


def test_the_only_validator_may_be_named(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validation: custom"),
        "output_validators/check.py": "exit(42)\n",
        "data/testdata.yaml": "output_validator_flags: {name: check, flags: x y}\n",
    }
    tests = read(tmp_path, LEGACY, changes).problem.tests
    assert [(test.validator_args, test.checkers) for test in tests] == [(("x", "y"), None)] * 2


def test_flags_without_a_name_are_for_all_validators_again(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validation: custom"),
        "output_validators/a.py": "exit(42)\n",
        "output_validators/b.py": "exit(42)\n",
        "data/testdata.yaml": "output_validator_flags: {name: a, flags: x}\n",
        "data/secret/testdata.yaml": "output_validator_flags: y\n",
    }
    tests = read(tmp_path, LEGACY, changes).problem.tests
    assert [(test.validator_args, test.checkers) for test in tests] == [
        (("x",), ("output_validators/a.py",)),
        (("y",), None),
    ]


def test_interactive_and_multi_pass(tmp_path: Path) -> None:
    changes = {
        **yaml_with(
            STANDARD,
            "type: [interactive, multi-pass]\nlimits:\n  validation_passes: 5\n  validation_time: 7",
            instead_of="limits:",
        ),
        "output_validator/talk.py": "exit(42)\n",
    }
    found = validation(read(tmp_path, STANDARD, changes))
    assert (found.passes_max, found.checkers) == (5, ())
    assert found.interactor is not None
    assert found.interactor.dialect is Dialect.ICPC
    assert found.limits.cpu_time_ms == 7000


def test_multi_pass_without_a_number_has_two(tmp_path: Path) -> None:
    changes = {**yaml_with(STANDARD, "type: multi-pass"), "output_validator/check.py": "exit(42)\n"}
    found = validation(read(tmp_path, STANDARD, changes))
    assert (found.passes_max, found.interactor, len(found.checkers)) == (2, None, 1)


def test_passes_in_the_legacy_dialect_are_domjudges(tmp_path: Path) -> None:
    changes = {
        **yaml_with(LEGACY, "validation: custom multi-pass\nlimits: {validation_passes: 9}"),
        "output_validator/check.py": "exit(42)\n",
    }
    package = read(tmp_path, LEGACY, changes)
    assert validation(package).passes_max == 9
    assert [(each.path, each.field) for each in package.warnings] == [
        ("output_validator", None),
        ("problem.yaml", "validation"),
    ]


def test_validators_of_inputs_and_answers(tmp_path: Path) -> None:
    changes = {
        "input_validators/grammar.ctd": "INT(1, 5)\n",
        "input_validators/old.viva": "{ a; }\n",
        "input_validators/README.md": "Three of them.\n",
        "answer_validators/check.py": "exit(42)\n",
        "data/secret/test_group.yaml": "input_validator_args: [--small]\n",
        "data/secret/01.yaml": "input_validator_args: {validate: [--tiny], grammar.ctd: [n=5]}\n",
        "data/secret/02.in": "1\n",
        "data/secret/02.ans": "2\n",
        "data/invalid_input/1.in": "x\n",
        "data/invalid_input/1.yaml": "input_validator_args: [a]\n",
    }
    package = read(tmp_path, STANDARD, changes)
    found = [(each.name, each.kind, each.of_answers) for each in package.input_validators]
    assert found == [
        ("grammar.ctd", InputValidatorKind.CHECKTESTDATA, False),
        ("old.viva", InputValidatorKind.VIVA, False),
        ("validate.py", InputValidatorKind.PROGRAM, False),
        ("check.py", InputValidatorKind.PROGRAM, True),
    ]
    assert package.input_args["secret/02"] == InputArguments(for_all=("--small",))
    assert package.input_args["invalid_input/1"].of("validate.py") == ("a",)
    own = package.input_args["secret/01"]
    assert (own.of("validate.py"), own.of("grammar.ctd"), own.of("old.viva")) == (("--tiny",), ("n=5",), ())
    assert "sample/1" not in package.input_args


def test_validation_cases(tmp_path: Path) -> None:
    changes: Files = {
        "output_validator/check.py": "exit(42)\n",
        "data/invalid_input/big.in": "9\n",
        "data/invalid_output/x/1.in": "1\n",
        "data/invalid_output/x/1.ans": "2\n",
        "data/invalid_output/x/1.out": "3\n",
        "data/invalid_output/x/1.yaml": "output_validator_args: [exact]\n",
        "data/valid_output/1.in": "1\n",
        "data/valid_output/1.ans": "2\n",
        "data/valid_output/1.out": "2.0\n",
        "data/sample/1.out": "2\n",
    }
    cases = read(tmp_path, STANDARD, changes).validation_cases
    assert [(each.kind.value, each.test.name, each.output, each.test.validator_args) for each in cases] == [
        ("valid_output", "sample/1", "data/sample/1.out", ()),
        ("invalid_input", "invalid_input/big", None, ()),
        ("invalid_output", "invalid_output/x/1", "data/invalid_output/x/1.out", ("exact",)),
        ("valid_output", "valid_output/1", "data/valid_output/1.out", ()),
    ]


def test_what_is_never_run_is_named(tmp_path: Path) -> None:
    changes = {
        "output_visualizer/draw.py": "x",
        "input_visualizer/draw.py": "x",
        "input_validators/check.d2": "x",
        "generators/gen.py": "x",
        "solution/solution.en.md": "x",
    }
    package = read(tmp_path, STANDARD, changes)
    assert [(each.path, each.message.split(":")[0]) for each in package.warnings] == [
        ("input_validators/check.d2", "left out"),
        ("input_visualizer", "is not run"),
        ("output_visualizer", "is not run"),
    ]


def test_another_validator_is_another_version(tmp_path: Path) -> None:
    versions = {
        read(tmp_path / str(number), STANDARD, {"output_validator/v.py": content}).problem.version
        for number, content in enumerate(["exit(42)\n", "exit(43)\n", "exit(42)\n"])
    }
    assert len(versions) == 2
