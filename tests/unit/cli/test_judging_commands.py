"""judge, verify and languages, from the command line to the exit code, on a pretended sandbox."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from assay.adapters.memory.sandbox import Ending
from assay.cli import languages, workshop
from assay.cli.verification import Checked
from assay.domain.judgement import Decision, Evidence
from assay.domain.verdict import Verdict
from assay.errors import UsageError
from assay.problems import PackageSubmission
from assay.sandbox import Command, SandboxError
from tests.unit.cli.pretended import SUBMISSIONS, answer, obey, source, write_package


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


def test_judge_takes_a_folder_of_several_files(cli: Callable[..., Result], tmp_path: Path) -> None:
    package = write_package(tmp_path / "double", SUBMISSIONS)
    folder = tmp_path / "program"
    folder.mkdir()
    source(folder, "echo right\n", "main.sh")
    source(folder, "# nothing\n", "a.sh")
    assert answer(cli("judge", folder, "--problem", package, "--json"))["verdict"] == "AC"
    source(folder, "echo wrong\n", "a.sh")
    assert answer(cli("judge", folder, "--problem", package, "--json"))["verdict"] == "WA", "all are there"


def test_judge_tells_the_compiler_s_words(cli: Callable[..., Result], tmp_path: Path) -> None:
    def broken(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        return Ending(exit_code=1, stderr=b"[bold]line 1[/]: error\n")

    package = write_package(tmp_path / "double", SUBMISSIONS)
    result = cli("judge", source(tmp_path), "--problem", package, program=broken)
    assert result.exit_code == 1
    assert "[bold]line 1[/]: error" in result.stdout
    assert "CE" in result.stdout


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
    monkeypatch.setattr(workshop, "is_available", lambda language: language.id != "python3")
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
    anything = PackageSubmission(path="submissions/mixed/x.sh", files=(), language_id="bash")
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
