"""`cell check`, and a start without what is needed: a clear word with the remedy, never a weaker sandbox."""

import json
import os
from pathlib import Path
import subprocess

import pytest

from tests.conftest import needs_root
from tests.security.harness import BINARY, make_config

NOBODY = 65534


def call(*arguments: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BINARY), *arguments], user=user, group=user, capture_output=True, text=True, check=False
    )


@needs_root
def test_a_machine_that_can_isolate_is_told_so() -> None:
    done = call("check")
    findings = json.loads(done.stdout)
    assert done.returncode == 0, findings
    assert findings["ok"] is True
    assert findings["cgroup_version"] in (1, 2)
    names = {check["name"] for check in findings["checks"]}
    assert {
        "kernel",
        "root",
        "namespace_pid",
        "namespace_network",
        "cgroup",
        "seccomp",
        "tmpfs",
        "swap",
    } <= names
    assert all(check["ok"] and check["found"] and not check["remedy"] for check in findings["checks"])


@needs_root
def test_without_root_it_still_answers_and_says_what_is_missing() -> None:
    done = call("check", user=NOBODY)
    findings = json.loads(done.stdout)
    assert done.returncode == 1
    assert findings["ok"] is False
    failed = {check["name"]: check for check in findings["checks"] if not check["ok"]}
    assert set(failed) == {"root"}
    assert failed["root"]["found"] == f"user {NOBODY}"
    assert "sudo" in failed["root"]["remedy"]


@needs_root
def test_without_root_no_supervisor_starts(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    done = call("serve", *make_config(tmp_path).arguments(), user=NOBODY)
    assert done.returncode == 1
    assert done.stderr.startswith(f"cell: root: user {NOBODY}; remedy: start as root")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("serve",), ("serve", "--slots"), ("check", "more")]
)
def test_a_wrong_command_line_is_refused(arguments: tuple[str, ...]) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert done.stderr


def test_it_names_its_version() -> None:
    assert call("--version").stdout.startswith("cell ")
    assert os.access(BINARY, os.X_OK)
