"""The commands as a user types them, on the examples."""

import json
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
from tempfile import TemporaryDirectory
import time
from typing import Any

import httpx
import pytest

from tests.conftest import needs_root
from tests.product.running import ASSAY, EXAMPLES, assay, process_tree

NOBODY = 65534
# Reaches the code even where it lies below a folder that others cannot enter.
AS_NOBODY = f"""
import sys
from pathlib import Path
from assay.cli.main import main
from assay.operate.privileges import Identity, drop_privileges
from assay.wiring.house import code_paths
home = sys.argv.pop(1)
drop_privileges(Identity(name="nobody", uid={NOBODY}, gid={NOBODY}), reachable=[*code_paths(), Path(home)])
main()
"""


def as_json(result: "subprocess.CompletedProcess[str]") -> Any:
    assert "Traceback" not in result.stderr, result.stderr
    return json.loads(result.stdout)


@needs_root
def test_run_reports_facts(tmp_path: Path) -> None:
    file = tmp_path / "two words.py"
    file.write_text("import sys\nprint(input()[::-1])\nsys.stderr.write('aside')\nsys.exit(3)")
    stdin = tmp_path / "in"
    stdin.write_text("abc\n")

    result = assay("run", file, "--stdin", stdin, "--json")

    facts = as_json(result)
    assert result.returncode == 0
    assert (facts["status"], facts["exit_code"], facts["signal"]) == ("exited", 3, None)
    assert (facts["stdout"], facts["stderr"]) == ("cba\n", "aside")
    assert 0 < facts["cpu_time_ms"] <= facts["wall_time_ms"] + 20
    assert facts["memory_bytes"] > 1_000_000
    assert "stdout_base64" not in facts


@needs_root
@pytest.mark.parametrize(
    ("source", "options", "status"),
    [
        ("while True: pass", ["--cpu-time-ms", "200"], "cpu_time"),
        ("import time; time.sleep(60)", ["--wall-time-ms", "300"], "wall_time"),
        (
            "x = bytearray(300 << 20)\nx[::4096] = b'1' * len(x[::4096])",
            ["--memory-bytes", "67108864"],
            "memory",
        ),
        ("import os; os.abort()", [], "signalled"),
        ("while True: print('x' * 65536)", [], "output"),
    ],
)
def test_run_names_what_ended_the_program(
    tmp_path: Path, source: str, options: list[str], status: str
) -> None:
    file = tmp_path / "program.py"
    file.write_text(source)
    result = assay("run", file, "--json", *options)
    assert as_json(result)["status"] == status
    assert result.returncode == 0


@needs_root
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_none_that_anything_goes_to(tmp_path: Path, closed: str) -> None:
    file = tmp_path / "program.py"
    file.write_text("import sys\nprint('out')\nprint('err', file=sys.stderr)\n")
    result = subprocess.run(
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *ASSAY, "run", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0
    assert result.stdout == ("" if " >" in f" {closed}" else "out\n")
    assert ("err" in result.stderr) is ("2>" not in closed)


@needs_root
def test_judge_says_why(tmp_path: Path) -> None:
    problem = EXAMPLES / "lanterns"
    right = assay("judge", problem / "submissions/accepted/sum.py", "--problem", problem, "--json")
    wrong = assay(
        "judge", problem / "submissions/wrong_answer/counts_the_count.py", "--problem", problem, "--json"
    )
    assert (right.returncode, as_json(right)["verdict"]) == (0, "AC")
    assert (wrong.returncode, as_json(wrong)["verdict"]) == (1, "WA")
    assert as_json(wrong)["runs"][-1]["verdict"] == "WA"


@needs_root
def test_verify_judges_every_example_as_expected() -> None:
    folders = sorted(path.parent for path in EXAMPLES.glob("*/problem.yaml"))
    result = assay("verify", *folders, "--json", timeout_seconds=600)
    report = as_json(result)
    surprises = [
        (package["path"], submission)
        for package in report["packages"]
        for submission in package["submissions"]
        if not submission["as_expected"]
    ]
    assert surprises == []
    assert result.returncode == 0
    assert (report["skipped"], report["as_expected"]) == (0, report["total"])
    assert len(report["packages"]) == 6
    assert report["total"] >= 40


@pytest.fixture
def small_package(tmp_path: Path) -> Path:
    """One of the examples with a single submission."""
    package = tmp_path / "lanterns"
    shutil.copytree(EXAMPLES / "lanterns", package, ignore=shutil.ignore_patterns("submissions"))
    (package / "submissions/accepted").mkdir(parents=True)
    shutil.copy(EXAMPLES / "lanterns/submissions/accepted/sum.py", package / "submissions/accepted")
    return package


@needs_root
@pytest.mark.parametrize("name", [".", "../lanterns", "../lanterns/"])
def test_a_package_may_be_named_from_where_one_is(small_package: Path, name: str) -> None:
    result = assay("verify", name, cwd=small_package)
    assert result.returncode == 0, result.stdout
    assert "lanterns" in result.stdout
    assert "1 of 1 as expected" in result.stdout


@needs_root
def test_a_package_is_found_by_way_of_folders_that_only_root_may_enter(
    tmp_path: Path, small_package: Path
) -> None:
    """The path is understood before the command becomes an ordinary user."""
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(small_package)
    through_hidden = hidden / "../link"
    verified = assay("verify", through_hidden, "--json")
    source = through_hidden / "submissions/accepted/sum.py"
    judged = assay("judge", source, "--problem", through_hidden, "--json")
    assert (verified.returncode, judged.returncode) == (0, 0), verified.stdout + judged.stdout
    assert as_json(verified)["packages"][0]["path"] == str(through_hidden)


@needs_root
def test_doctor_finds_this_machine_fit() -> None:
    result = assay("doctor", "--json")
    assert result.returncode == 0, result.stdout
    as_json(result)


@needs_root
def test_every_core_language_is_available() -> None:
    items = as_json(assay("languages", "--json"))["items"]
    core = {"c", "cpp", "python3", "java", "javascript", "go", "rust", "ruby", "php", "perl", "lua", "bash"}
    assert core <= {item["id"] for item in items if item["available"]}


@needs_root
def test_submit_waits_for_the_verdict_and_lists_are_read(tmp_path: Path) -> None:
    from tests.product.running import import_examples, running_server

    import_examples(tmp_path / "data", ["lanterns"])
    accepted = EXAMPLES / "lanterns/submissions/accepted/sum.py"
    with running_server(tmp_path / "data", log=tmp_path / "log") as server:
        done = assay("submit", "lanterns", accepted, "--wait", "--json", "--server", server.url)
        listed = assay("problem", "list", "--json", "--server", server.url)
        again = assay("problem", "import", EXAMPLES / "rockpools", "--json", "--server", server.url)
        unknown = assay("submit", "no-such-problem", accepted, "--server", server.url)
    assert (done.returncode, as_json(done)["verdict"]) == (0, "AC")
    assert [item["id"] for item in as_json(listed)["items"]] == ["lanterns"]
    assert as_json(again)["items"][0]["id"] == "rockpools"
    assert unknown.returncode == 2
    assert "no-such-problem" in unknown.stderr


@needs_root
def test_the_demo_judges_examples_through_the_server(tmp_path: Path) -> None:
    """What `make run ONCE=1` runs once everything is installed, there with all of them, as `verify` above."""
    result = assay(
        "demo",
        EXAMPLES / "keeperslog",
        EXAMPLES / "regatta",
        "--once",
        "--json",
        "--port",
        "0",
        "--data-dir",
        tmp_path / "data",
        timeout_seconds=900,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    rows = as_json(result)["submissions"]
    assert len(rows) >= 25
    assert all(row["as_expected"] and row["verdict"] is not None for row in rows)


@needs_root
def test_ctrl_c_ends_a_command_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "sleeper.py"
    file.write_text("import time\nprint('up', flush=True)\ntime.sleep(600)\n")
    process = subprocess.Popen(
        [*ASSAY, "run", str(file), "--wall-time-ms", "600000"], start_new_session=True, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while len(process_tree(process.pid)) == 1 and time.monotonic() < deadline:
        time.sleep(0.05)  # until it has a sandbox: before it begins, Ctrl-C simply ends it
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "file"),
        (["run", "x.py", "--nonsense"], "--nonsense"),
        (["judge", "x.py"], "--problem"),
        (["run", "/nowhere/x.py"], "/nowhere/x.py"),
        (["serve", "--port", "99999"], "--port"),
        (["submit", "lanterns", "x.py", "--cpu-time-ms"], "--cpu-time-ms"),
        (["nonsense"], "nonsense"),
    ],
)
def test_a_wrong_command_line_is_told_as_json_where_json_is_wanted(arguments: list[str], words: str) -> None:
    result = assay(*arguments, "--json")
    error = as_json(result)["error"]
    assert result.returncode == 2
    assert error["code"] == "usage"
    assert words in error["message"]


@needs_root
def test_serve_says_where_as_json_and_ends_at_ctrl_c(tmp_path: Path) -> None:
    """And a second server on the same data folder, or the same port, is refused with the reason."""
    command = [*ASSAY, "serve", "--json", "--data-dir", str(tmp_path / "data"), "--port"]
    with subprocess.Popen(
        [*command, "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        assert httpx.get(f"{url}/healthz", trust_env=False).json() == {"status": "ok"}
        same_folder = assay(*command[3:], "0")
        same_port = assay("serve", "--data-dir", tmp_path / "other", "--port", url.rpartition(":")[2])
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=45)
    assert stdout == ""
    assert "Traceback" not in stderr
    assert process.returncode in (0, 130)
    assert same_folder.returncode == 3
    assert str(tmp_path / "data") in as_json(same_folder)["error"]["message"]
    assert same_port.returncode == 3
    assert "--port" in same_port.stderr
    assert "Traceback" not in same_port.stderr


def test_a_client_without_a_server_says_how_to_start_one() -> None:
    result = assay("problem", "list", "--server", "http://127.0.0.1:9")
    assert result.returncode == 3
    assert "assay serve" in result.stderr


@pytest.mark.parametrize(
    "address", ["nonsense", "http://[::", "ftp://127.0.0.1", "http://", "127.0.0.1:8700"]
)
def test_what_is_no_server_s_address_is_a_wrong_command_line(address: str) -> None:
    result = assay("problem", "list", "--server", address)
    assert result.returncode == 2
    assert f"--server {address}" in result.stderr
    assert "Traceback" not in result.stderr


@needs_root
@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["verify", "/"], 3, "sudo"),
        (["serve", "--port", "0", "--data-dir", "HOME"], 3, "sudo"),
        (["verify", "HIDDEN/package"], 2, "HIDDEN/package: permission denied"),
        (["judge", "HIDDEN/a.py", "--problem", "/"], 2, "HIDDEN/a.py: permission denied"),
        (["run", "HIDDEN/a.py"], 2, "HIDDEN/a.py: permission denied"),
        (
            ["problem", "import", "HIDDEN/package", "--data-dir", "HOME"],
            2,
            "HIDDEN/package: permission denied",
        ),
        (["demo", "HIDDEN/package", "--data-dir", "HOME"], 2, "HIDDEN/package: permission denied"),
    ],
)
def test_an_ordinary_user_is_told_what_to_do(
    tmp_path: Path, arguments: list[str], code: int, word: str
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    with TemporaryDirectory() as home:
        os.chown(home, NOBODY, NOBODY)
        wanted = [text.replace("HOME", home).replace("HIDDEN", str(hidden)) for text in (*arguments, word)]
        result = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, home, *wanted[:-1]],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == code, result.stderr
    assert wanted[-1] in result.stderr
    assert "Traceback" not in result.stderr
