"""`assay run` with several inputs, within a package, and with the model solution's answers."""

from collections.abc import Callable
import os
from pathlib import Path

import pytest
from typer.testing import Result

from assay.adapters.memory.sandbox import Ending
from assay.errors import InvalidInput, UsageError
from assay.sandbox import Command
from tests.unit.cli.pretended import answer, source, write_package


def echo(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """Prints its input; the package's own submissions print it twice."""
    times = 2 if any(b"right" in content for content in files.values()) else 1
    return Ending() if command.box_writable else Ending(stdout=stdin * times, stderr=b"aside\n")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = write_package(tmp_path / "double", {"accepted/right.sh": "right"})
    (folder / "submissions" / "submissions.yaml").write_text("accepted/right.sh:\n  model_solution: true\n")
    return folder


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    files = [tmp_path / "a", tmp_path / "b"]
    for file in files:
        file.write_text(f"{file.name}\n")
    return files


def stdins(inputs: list[Path]) -> list[str | Path]:
    return [word for file in inputs for word in ("--stdin", file)]


def test_several_inputs_are_run_in_their_order(
    cli: Callable[..., Result], tmp_path: Path, inputs: list[Path]
) -> None:
    mine = source(tmp_path, "echo mine\n")
    told = answer(cli("run", mine, *stdins(inputs), "--json", program=echo))
    assert told["compile_output"] == ""
    assert [(run["stdin"], run["stdout"], run["status"]) for run in told["runs"]] == [
        (str(inputs[0]), "a\n", "exited"),
        (str(inputs[1]), "b\n", "exited"),
    ]
    assert all("model_answer" not in run for run in told["runs"])


def test_several_inputs_for_people(cli: Callable[..., Result], tmp_path: Path, inputs: list[Path]) -> None:
    result = cli("run", source(tmp_path, "echo mine\n"), *stdins(inputs), program=echo)
    assert result.stdout == "a\nb\n"
    assert [line for line in result.stderr.splitlines() if line.startswith("==")] == [
        f"== {inputs[0]}",
        f"== {inputs[1]}",
    ]


def test_the_model_solution_answers_beside(
    cli: Callable[..., Result], tmp_path: Path, package: Path, inputs: list[Path]
) -> None:
    command = ["run", source(tmp_path, "echo mine\n"), "--problem", package, "--with-model-answer"]
    told = answer(cli(*command, *stdins(inputs), "--json", program=echo))
    assert [(run["stdout"], run["model_answer"]["stdout"]) for run in told["runs"]] == [
        ("a\n", "a\na\n"),
        ("b\n", "b\nb\n"),
    ]
    result = cli(*command, "--stdin", inputs[0], program=echo)
    assert result.stdout == "a\na\na\n"
    assert "== model solution\naside\nmodel solution exited with code 0" in result.stderr


def test_a_package_sets_the_limits_unless_they_are_typed(
    cli: Callable[..., Result], tmp_path: Path, package: Path
) -> None:
    seen: list[Command] = []

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        seen.append(command)
        return Ending()

    mine = source(tmp_path, "echo mine\n")
    cli("run", mine, "--problem", package, program=look)
    limits = seen[-1].limits
    assert (limits.cpu_time_ms, limits.memory_bytes) == (1000, 64 << 20)
    cli("run", mine, "--problem", package, "--cpu-time-ms", "70", "--memory-bytes", "4194304", program=look)
    limits = seen[-1].limits
    assert (limits.cpu_time_ms, limits.wall_time_ms, limits.memory_bytes) == (70, 1140, 4 << 20)


def test_model_answers_need_a_package(cli: Callable[..., Result], tmp_path: Path) -> None:
    result = cli("run", source(tmp_path), "--with-model-answer")
    assert isinstance(result.exception, UsageError)
    assert "--problem" in result.exception.message


def test_a_package_without_a_model_solution_has_no_model_answers(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    package = write_package(tmp_path / "double", {"accepted/right.sh": "right"})
    result = cli("run", source(tmp_path), "--problem", package, "--with-model-answer", program=echo)
    assert isinstance(result.exception, UsageError)
    assert "model" in result.exception.message


def test_a_pipe_cannot_be_read_twice(cli: Callable[..., Result], tmp_path: Path, package: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = os.open(fifo, os.O_RDWR)
    try:
        result = cli(
            "run",
            source(tmp_path),
            "--problem",
            package,
            "--with-model-answer",
            "--stdin",
            fifo,
            program=echo,
        )
    finally:
        os.close(writer)
    assert isinstance(result.exception, UsageError)
    assert "twice" in result.exception.message


def test_a_package_that_is_not_there(cli: Callable[..., Result], tmp_path: Path) -> None:
    result = cli("run", source(tmp_path), "--problem", tmp_path / "none")
    assert isinstance(result.exception, UsageError)
    assert "none" in result.exception.message


def test_a_language_that_the_problem_does_not_take(
    cli: Callable[..., Result], tmp_path: Path, package: Path
) -> None:
    text = (package / "problem.yaml").read_text()
    (package / "problem.yaml").write_text(f"{text}languages: [python3]\n")
    result = cli("run", source(tmp_path), "--problem", package, program=echo)
    assert isinstance(result.exception, UsageError | InvalidInput)
    assert "Bash" in str(result.exception)
