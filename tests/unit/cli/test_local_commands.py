"""run, judge, verify and languages, from the command line to the exit code, on a pretended sandbox."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from assay.adapters.memory.sandbox import Ending, MemorySandbox
from assay.adapters.memory.sandbox import Program as FakeProgram
from assay.cli import judge, languages, run, verify
from assay.cli.source import Program, read_program
from assay.cli.verification import Checked
from assay.domain.judgement import Decision, Evidence
from assay.domain.verdict import Verdict
from assay.errors import UsageError
from assay.problems import PackageSubmission
from assay.sandbox import CellInfo, Command, SandboxError, Status

SUBMISSIONS = {
    "accepted/right.sh": "right",
    "wrong_answer/wrong.sh": "wrong",
    "run_time_error/crash.sh": "crash",
}


def write_package(folder: Path, submissions: dict[str, str], *, problem_yaml: str | None = None) -> Path:
    """A package whose only secret test has the input 2 and the answer 4."""
    texts = {
        "problem.yaml": problem_yaml
        or "problem_format_version: 2025-09\nname: Double\nuuid: 5c3b1f7e-0000-4000-8000-000000000000\n"
        "license: cc0\nlimits:\n  time_limit: 1\n  memory: 64\n",
        "problem_statement/problem.en.md": "Double it.",
        "statement/problem.en.md": "# Double\n\nDouble it.",
        "data/sample/1.in": "1\n",
        "data/sample/1.ans": "2\n",
        "data/secret/1.in": "2\n",
        "data/secret/1.ans": "4\n",
        **{f"submissions/{path}": f"echo {content}\n" for path, content in submissions.items()},
    }
    if problem_yaml is None:
        del texts["problem_statement/problem.en.md"]
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def obey(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """A program that does what its source says: right, wrong or crash."""
    if command.box_writable:
        return Ending()
    source = b"".join(files.values())
    if b"crash" in source:
        return Ending(exit_code=1)
    if b"wrong" in source:
        return Ending(stdout=b"0\n")
    if b"ours" in source:
        return Ending(status=Status.INTERNAL, exit_code=None, detail="no cgroup")
    return Ending(stdout=b"%d\n" % (2 * int(stdin)))


class FakeCell(MemorySandbox):
    async def info(self) -> CellInfo:
        return CellInfo(
            version="0",
            kernel="0",
            architecture="x86_64",
            cgroup_version=1,
            memory_peak="exact",
            isolation=(),
            views=(),
            slots=1,
            box_bytes=1,
        )


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Type a command; its sandbox is the given program."""

    def type_command(*arguments: str | Path, program: FakeProgram = obey, stdin: str | None = None) -> Result:
        @asynccontextmanager
        async def fake(*, slots: int, readable: Sequence[Path]) -> AsyncIterator[FakeCell]:
            assert slots >= 1
            yield FakeCell(program)

        for module in (run, judge, verify):
            monkeypatch.setattr(module, "local_sandbox", fake)
        app = typer.Typer()
        for command in (run.run, judge.judge, verify.verify, languages.languages):
            app.command()(command)
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)

    return type_command


def source(folder: Path, text: str | bytes = "echo right\n", name: str = "two words.sh") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def answer(result: Result) -> Any:
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout)


# --- run ------------------------------------------------------------------------------------------------


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
        ("large.sh", b"#" * (64 * 1024 + 1), "65536"),
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
        (b"#" * (64 * 1024), b"#" * (64 * 1024)),
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
        "from assay.cli.run import _input\nimport os\n"
        "with _input(None) as fd:\n    print(os.readlink(f'/proc/self/fd/{fd}'))"
    )
    command = f'exec "{sys.executable}" -c "{script}" <&-'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "/dev/null\n"


# --- judge ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "verdict", "exit_code", "run_count"),
    [("right", "AC", 0, 2), ("wrong", "WA", 1, 1), ("crash", "RTE", 1, 1), ("ours", "JE", 3, 1)],
)
def test_judge(
    cli: Callable[..., Result], tmp_path: Path, *, word: str, verdict: str, exit_code: int, run_count: int
) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS)
    file = source(tmp_path, f"echo {word}\n")
    result = cli("judge", file, "--problem", package, "--json")
    assert result.exit_code == exit_code
    decision = answer(result)
    assert (decision["verdict"], len(decision["runs"]), decision["test_count"]) == (verdict, run_count, 2)
    assert decision["runs"][-1]["verdict"] == verdict
    assert {"cpu_time_ms", "memory_bytes", "message"} <= decision.keys()
    text = cli("judge", file, "--problem", package)
    assert text.exit_code == exit_code
    assert verdict in text.stdout


def test_judge_tells_the_compiler_s_words(cli: Callable[..., Result], tmp_path: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending(exit_code=1, stderr=b"[bold]line 1[/]: error\n")

    package = write_package(tmp_path / "double", SUBMISSIONS)
    result = cli("judge", source(tmp_path), "--problem", package, program=broken)
    assert result.exit_code == 1
    assert "[bold]line 1[/]: error" in result.stdout
    assert "CE" in result.stdout


# --- verify ---------------------------------------------------------------------------------------------


def test_verify_all_as_expected(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS)
    result = cli("verify", package, "--json")
    report = answer(result)
    assert result.exit_code == 0
    assert (report["total"], report["as_expected"], report["skipped"]) == (3, 3, 0)
    assert report["packages"][0]["path"] == str(package)
    assert report["packages"][0]["problems"] == []
    assert [(each["path"], each["verdict"]) for each in report["packages"][0]["submissions"]] == [
        ("submissions/accepted/right.sh", "AC"),
        ("submissions/run_time_error/crash.sh", "RTE"),
        ("submissions/wrong_answer/wrong.sh", "WA"),
    ]
    assert all(each["as_expected"] for each in report["packages"][0]["submissions"])


def test_verify_finds_the_surprise(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS | {"accepted/not.sh": "wrong"})
    result = cli("verify", package, "--json")
    report = answer(result)
    assert result.exit_code == 1
    assert (report["total"], report["as_expected"]) == (4, 3)
    surprise = report["packages"][0]["submissions"][0]
    assert (surprise["path"], surprise["as_expected"]) == ("submissions/accepted/not.sh", False)
    assert surprise["expected"] == ["AC"]
    text = cli("verify", package)
    assert text.exit_code == 1
    assert "3 of 4 as expected" in text.stdout


def test_verify_goes_on_past_a_broken_package(cli: Callable[..., Result], tmp_path: Path) -> None:
    broken = write_package(tmp_path / "broken", SUBMISSIONS)
    (broken / "data/secret/1.ans").unlink()
    fine = write_package(tmp_path / "double", SUBMISSIONS)
    result = cli("verify", broken, fine, "--json")
    report = answer(result)
    assert result.exit_code == 2
    assert [len(package["submissions"]) for package in report["packages"]] == [0, 3]
    assert any("1" in finding["path"] for finding in report["packages"][0]["problems"])
    assert (report["total"], report["as_expected"]) == (3, 3)
    text = cli("verify", broken, fine)
    assert text.exit_code == 2
    assert "data/secret/1" in text.stdout


def test_verify_skips_what_has_no_toolchain(
    cli: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS | {"accepted/right.py": "right"})
    monkeypatch.setattr(verify, "is_available", lambda language: language.id != "python3")
    result = cli("verify", package, "--json")
    report = answer(result)
    assert result.exit_code == 0
    assert (report["total"], report["as_expected"], report["skipped"]) == (3, 3, 1)
    skipped = report["packages"][0]["submissions"][0]
    assert skipped["path"] == "submissions/accepted/right.py"
    assert (skipped["verdict"], skipped["as_expected"], skipped["skipped"]) == (None, None, "toolchain")
    assert "1 skipped" in cli("verify", package).stdout


def test_verify_with_a_failure_of_ours(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS | {"accepted/x.sh": "ours"})
    result = cli("verify", package, "--json")
    assert result.exit_code == 3
    assert answer(result)["as_expected"] == 3


def test_our_own_failure_is_never_as_expected() -> None:
    anything = PackageSubmission(path="submissions/mixed/x.sh", files=(), language_id="bash", expected=())
    evidence = Evidence(
        source_sha256="", problem_version="", language_version="", limits={}, sandbox="", host_class=""
    )
    outcomes = {
        verdict: Decision(
            verdict=verdict, runs=(), test_count=1, compile_output="", message="", evidence=evidence
        )
        for verdict in (Verdict.JE, Verdict.WA)
    }
    assert Checked(submission=anything, outcome=outcomes[Verdict.WA]).as_expected is True
    assert Checked(submission=anything, outcome=outcomes[Verdict.JE]).as_expected is False


def test_verify_judges_sources_as_the_server_does(cli: Callable[..., Result], tmp_path: Path) -> None:
    """With their line ends normalised: a CRLF source is the same program."""
    boxes: list[dict[str, bytes]] = []

    def look(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        boxes.append(files)
        return obey(command, files, stdin)

    package = write_package(tmp_path / "double", {"accepted/right.sh": "right\r\ntrue\r"})
    assert cli("verify", package, program=look).exit_code == 0
    assert boxes[-1] == {"right.sh": b"echo right\ntrue\n"}


def test_verify_stops_when_the_sandbox_breaks(cli: Callable[..., Result], tmp_path: Path) -> None:
    def gone(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        raise SandboxError("connection closed")

    result = cli("verify", write_package(tmp_path / "double", SUBMISSIONS), program=gone)
    assert getattr(result.exception, "exit_code", None) == 3


def test_verify_passes_files_over(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS)
    (tmp_path / "README.md").write_text("hello")
    result = cli("verify", tmp_path / "README.md", package, package, "--json")
    assert answer(result)["total"] == 3
    assert "README.md" in result.stderr
    assert isinstance(cli("verify", tmp_path / "README.md").exception, UsageError)
    assert isinstance(cli("verify", tmp_path / "nowhere").exception, UsageError)


# --- languages ------------------------------------------------------------------------------------------


def test_languages(cli: Callable[..., Result]) -> None:
    items = {item["id"]: item for item in answer(cli("languages", "--json"))["items"]}
    assert {"c", "cpp", "python3", "java", "bash"} <= items.keys()
    assert items["bash"]["available"] is True
    assert "bash" in items["bash"]["version"].lower()
    assert "Bash" in cli("languages").stdout


def test_a_language_that_is_not_installed_has_no_version(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(languages, "is_available", lambda language: False)
    items = answer(cli("languages", "--json"))["items"]
    assert all((item["version"], item["available"]) == (None, False) for item in items)
