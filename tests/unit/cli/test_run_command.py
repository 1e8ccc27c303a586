"""`assay run`, from the command line to the exit code, on a pretended sandbox."""

from collections.abc import Callable
from dataclasses import replace
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import Result

from assay.adapters.memory.sandbox import Ending
from assay.cli import run
from assay.cli.source import Program, read_program
from assay.errors import UsageError
from assay.sandbox import Command, SandboxError
from tests.unit.cli.pretended import answer, source


def echo(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    if command.box_writable:
        return Ending()
    return Ending(
        stdout=stdin, stderr=b"aside", exit_code=3, cpu_time_us=1500, wall_time_us=2500, memory_bytes=4096
    )


def test_run_answers_with_facts(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "in").write_text("hello\n")
    result = cli("run", source(tmp_path), "--stdin", tmp_path / "in", "--json", program=echo)
    assert result.exit_code == 0
    assert answer(result) == {
        "phase": "run",
        "status": "exited",
        "exit_code": 3,
        "signal": None,
        "cpu_time_ms": 2,
        "wall_time_ms": 3,
        "memory_bytes": 4096,
        "stdout": "hello\n",
        "stderr": "aside",
        "stdout_truncated": False,
        "stderr_truncated": False,
        "detail": "",
    }


def test_run_gives_base64_where_text_loses_bytes(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"\xff\0a")
    facts = answer(cli("run", source(tmp_path), "--stdin", tmp_path / "in", "--json", program=echo))
    assert facts["stdout"] == "\N{REPLACEMENT CHARACTER}\0a"
    assert facts["stdout_base64"] == "/wBh"
    assert "stderr_base64" not in facts


def test_run_passes_its_limits_on(cli: Callable[..., Result], tmp_path: Path) -> None:
    seen: list[Command] = []

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        seen.append(command)
        return Ending()

    options = ["--cpu-time-ms", "700", "--memory-bytes", "33554432", "--json"]
    cli("run", source(tmp_path), *options, program=look)
    limits = seen[-1].limits
    assert (limits.cpu_time_ms, limits.wall_time_ms, limits.memory_bytes) == (700, 2400, 33554432)
    cli("run", source(tmp_path), *options, "--wall-time-ms", "900", program=look)
    assert seen[-1].limits.wall_time_ms == 900


def test_run_takes_its_time_limit_to_the_letter(
    cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A language's multiplier stretches a problem's limit, not one that somebody typed."""
    seen: list[Command] = []

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        seen.append(command)
        return Ending()

    def slow_language(*arguments: Any, **options: Any) -> Program:
        program = read_program(*arguments, **options)
        return replace(program, language=replace(program.language, cpu_time_multiplier=3.0))

    monkeypatch.setattr(run, "read_program", slow_language)
    cli("run", source(tmp_path), "--cpu-time-ms", "700", program=look)
    assert seen[-1].limits.cpu_time_ms == 700


@pytest.mark.parametrize("option", ["--cpu-time-ms", "--memory-bytes", "--wall-time-ms"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "99999999999999999999"])
def test_run_refuses_limits_that_are_none(
    cli: Callable[..., Result], tmp_path: Path, option: str, value: str
) -> None:
    assert cli("run", source(tmp_path), option, value).exit_code == 2


def test_run_of_what_does_not_compile_tells_the_compiler_s_facts(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        assert command.box_writable
        return Ending(exit_code=1, stderr=b"line 1: syntax error\n")

    result = cli("run", source(tmp_path), "--json", program=broken)
    assert result.exit_code == 0
    facts = answer(result)
    assert (facts["phase"], facts["status"], facts["exit_code"]) == ("compile", "exited", 1)
    assert (facts["stdout"], facts["stderr"]) == ("", "line 1: syntax error\n")


def test_run_tells_our_own_failure_by_its_exit_code(cli: Callable[..., Result], tmp_path: Path) -> None:
    result = cli("run", source(tmp_path, "ours"), "--json")
    assert result.exit_code == 3
    assert (answer(result)["status"], answer(result)["detail"]) == ("internal", "no cgroup")


def test_run_without_json_passes_the_outputs_through(cli: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(b"a\xffb\n")
    result = cli("run", source(tmp_path), "--stdin", tmp_path / "in", program=echo)
    assert result.stdout_bytes == b"a\xffb\n"
    assert result.stderr == "aside\nprogram exited with code 3, 2 ms CPU, 3 ms elapsed, 0.0 MiB\n"


def test_output_limits_are_flagged(cli: Callable[..., Result], tmp_path: Path) -> None:
    def talk(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending() if command.box_writable else Ending(stdout=b"x" * (17 << 20))

    facts = answer(cli("run", source(tmp_path), "--json", program=talk))
    assert (facts["status"], facts["stdout_truncated"], facts["stderr_truncated"]) == ("output", True, False)
    assert len(facts["stdout"]) == 16 << 20


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nul.sh", b"echo a\0b\n", "NUL"),
        ("binary.sh", b"\x7fELF\xff\xfe\xfd", "UTF-8"),
        ("large.sh", b"#" * (128 * 1024 + 1), "131072"),
        ("empty.sh", b"", "empty"),
        ("bom.sh", b"\xef\xbb\xbf\r\n", "empty"),
        ("unknown.xyz", b"echo", "--language"),
        ("no-ending", b"echo", "--language"),
    ],
)
def test_sources_that_cannot_be_judged_are_refused_by_name(
    cli: Callable[..., Result], tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    result = cli("run", source(tmp_path, content, name))
    assert isinstance(result.exception, UsageError)
    assert name in result.exception.message
    assert words in result.exception.message


@pytest.mark.parametrize(
    ("make", "word"), [("folder", "not a file"), ("fifo", "not a file"), ("none", "no such")]
)
def test_what_is_no_file_is_refused(cli: Callable[..., Result], tmp_path: Path, make: str, word: str) -> None:
    path = tmp_path / "x.sh"
    if make == "folder":
        path.mkdir()
    if make == "fifo":
        os.mkfifo(path)
    result = cli("run", path)
    assert isinstance(result.exception, UsageError)
    assert word in result.exception.message


@pytest.mark.parametrize(
    ("content", "judged"),
    [
        (b"\xef\xbb\xbfecho hi\r\n", b"echo hi\n"),
        (b"echo hi", b"echo hi"),
        (b"#" * (128 * 1024), b"#" * (128 * 1024)),
    ],
)
def test_odd_but_fair_sources_run_normalised(
    cli: Callable[..., Result], tmp_path: Path, content: bytes, judged: bytes
) -> None:
    boxes: list[dict[str, bytes]] = []

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        boxes.append(files)
        return Ending()

    assert cli("run", source(tmp_path, content), program=look).exit_code == 0
    assert boxes[-1] == {"two words.sh": judged}


def test_another_ending_than_the_language_s_gets_the_usual_name(
    cli: Callable[..., Result], tmp_path: Path
) -> None:
    """A compiler may read meaning into an ending (a .txt is a linker script to gcc)."""
    boxes: list[dict[str, bytes]] = []

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        boxes.append(files)
        return Ending()

    cli("run", source(tmp_path, name="notes.txt"), "--language", "bash", program=look)
    assert list(boxes[-1]) == ["main.sh"]


def test_an_unknown_language_is_refused(cli: Callable[..., Result], tmp_path: Path) -> None:
    result = cli("run", source(tmp_path), "--language", "klingon")
    assert isinstance(result.exception, UsageError)
    assert "klingon" in result.exception.message


def test_a_sandbox_that_breaks_is_our_fault(cli: Callable[..., Result], tmp_path: Path) -> None:
    def gone(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SandboxError("connection closed")

    result = cli("run", source(tmp_path), program=gone)
    assert getattr(result.exception, "exit_code", None) == 3
    assert "connection closed" in str(result.exception)


@pytest.mark.parametrize("path", ["/dev/zero", "/etc", "/nowhere"])
def test_only_files_and_pipes_are_input(cli: Callable[..., Result], tmp_path: Path, path: str) -> None:
    result = cli("run", source(tmp_path), "--stdin", path)
    assert isinstance(result.exception, UsageError)
    assert path in result.exception.message


def test_no_input_is_an_input(cli: Callable[..., Result], tmp_path: Path) -> None:
    assert (
        answer(cli("run", source(tmp_path), "--stdin", "/dev/null", "--json", program=echo))["stdout"] == ""
    )


def test_a_closed_standard_input_is_an_empty_one() -> None:
    """`<&-`: descriptor 0 may by then be any file of ours, and must not be handed on."""
    script = (
        "from assay.cli.custom_inputs import open_inputs\nimport os\n"
        "with open_inputs([]) as [each]:\n    print(os.readlink(f'/proc/self/fd/{each.fd}'))"
    )
    command = f'exec "{sys.executable}" -c "{script}" <&-'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "/dev/null\n"
