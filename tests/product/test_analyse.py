"""`assay analyse` as people and programs call it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.product.running import assay

BAD = "import time\n\n\nasync def pause(seen=[]):\n    time.sleep(1)\n    return seen\n"
SECONDS_MAX = 60


def as_json(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    done = assay("analyse", *arguments, "--json", timeout_seconds=SECONDS_MAX)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    path = tmp_path / "a.py"
    path.write_text(BAD)
    return path


def test_a_file_as_json(program: Path, tmp_path: Path) -> None:
    reference = tmp_path / "reference.py"
    reference.write_text(BAD.replace("seen", "known"))
    code, told = as_json(program, "--reference", reference)
    assert code == 0
    assert told["language"] == "python3"
    assert told["parsed"] is True
    assert told["metrics"]["functions"] == 1
    assert told["metrics"]["structural_distance"] == 0
    assert [(each["rule"], each["start_line"], each["end_line"]) for each in told["findings"]] == [
        ("mutable_default_argument", 4, 4),
        ("sync_blocking_in_async_context", 5, 5),
    ]
    assert told["findings"][1].keys() == {
        "rule",
        "competency",
        "severity",
        "message",
        "path",
        "start_line",
        "end_line",
    }
    assert {each["path"] for each in told["findings"]} == {str(program)}


def test_a_file_for_people(program: Path) -> None:
    done = assay("analyse", program, timeout_seconds=SECONDS_MAX)
    assert done.returncode == 0
    assert "5      major     sync_blocking_in_async_context" in done.stdout
    assert "2 findings in 1 of 1 files" in done.stdout


def test_sarif_of_a_folder(program: Path) -> None:
    (program.parent / "broken.py").write_text("def f(:\n")
    done = assay("analyse", program.parent, "--sarif", timeout_seconds=SECONDS_MAX)
    log = json.loads(done.stdout)
    assert log["version"] == "2.1.0"
    assert len(log["runs"][0]["results"]) == 2
    assert len(log["runs"][0]["invocations"][0]["toolExecutionNotifications"]) == 1


def test_a_folder_as_json(program: Path) -> None:
    (program.parent / "sub").mkdir()
    (program.parent / "sub" / "b.go").write_text("package a\n\nfunc f(mu sync.Mutex) {\n}\n")
    (program.parent / "empty.py").write_text("")
    (program.parent / ".hidden").mkdir()
    (program.parent / ".hidden" / "c.py").write_text(BAD)
    (program.parent / "link.py").symlink_to(program)
    (program.parent / "notes.txt").write_text("nothing\n")
    code, told = as_json(program.parent)
    assert code == 0
    assert [Path(each["path"]).name for each in told["files"]] == ["a.py", "empty.py", "b.go"]
    assert [each["parsed"] for each in told["files"]] == [True, False, True]
    assert told["files"][1]["why_not"] == "it is empty"
    assert told["language"] is None
    assert len(told["findings"]) == 3
    assert told["metrics"]["files"] == 2
    assert told["metrics"]["functions"] == 2


def test_a_folder_without_sources_in_the_language(program: Path) -> None:
    code, told = as_json(program.parent, "--language", "go")
    assert code == 1
    assert told["files"] == []
    assert told["why_not"].startswith("there are no sources in it")


def test_what_cannot_be_read_is_told_and_the_rest_is_read(program: Path) -> None:
    bad = {
        "b_empty.py": (b"", "it is empty"),
        "c_bytes.py": (b"\xff\xfe", "it is not UTF-8 text (byte 0)"),
        "d_nested.py": (b"(" * 100_000, "line 1 is not understood by the grammar of python"),
        "e_deep.py": (b"x = " + b"(" * 100_000 + b")" * 100_000, "its syntax is larger than 200000 nodes"),
        "f_binary.py": (b"\x7fELF\0", "it has a NUL byte (at 4)"),
        "g_large.py": (b"x = 1\n" * 200_000, "it is larger than 1048576 bytes"),
    }
    for name, (content, _) in bad.items():
        (program.parent / name).write_bytes(content)
    code, told = as_json(program.parent)
    assert code == 0
    assert [each["parsed"] for each in told["files"]] == [True] + [False] * len(bad)
    for each, (_, why_not) in zip(told["files"][1:], bad.values(), strict=True):
        assert each["why_not"].startswith(why_not)
        assert each["findings"] == []


def test_it_reads_as_an_ordinary_user(program: Path) -> None:
    program.chmod(0o600)
    done = assay("analyse", program, timeout_seconds=SECONDS_MAX)
    assert done.returncode == 2
    assert "may not read it, and that is who this runs as" in done.stderr


def test_a_file_in_a_language_without_rules(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    path = tmp_path / "a.rb"
    path.write_text("puts 1\n")
    done = assay("analyse", path, timeout_seconds=SECONDS_MAX)
    assert done.returncode == 1
    assert "a.rb: not analysed: there are no rules for ruby" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("nowhere.py",), "nowhere.py: no such file or folder"),
        (("{program}", "--language", "klingon"), "--language: there is no language 'klingon'"),
        (("/dev/null",), "/dev/null: not a file"),
        (("{folder}", "--reference", "{program}"), "--reference: is for one file"),
    ],
    ids=["missing", "language", "device", "reference"],
)
def test_a_wrong_command_line_is_refused(program: Path, arguments: tuple[str, ...], why: str) -> None:
    filled = [each.format(program=program, folder=program.parent) for each in arguments]
    done = assay("analyse", *filled, timeout_seconds=SECONDS_MAX)
    assert done.returncode == 2
    assert why in done.stderr
    assert "Traceback" not in done.stderr
