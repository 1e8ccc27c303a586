"""The engine's seccomp profiles are the cell's lists, with no more than pid 1 needs."""

import json
from pathlib import Path
import re
import subprocess
from typing import Any

import pytest

from assay.adapters.docker.errors import FeatureMissing
from assay.adapters.docker.profiles import load_profiles
from assay.adapters.docker.system_calls import MAY_BE_UNNAMED
from assay.adapters.docker.wire import may_make_memory_files, may_start_processes
from assay.sandbox import Policy
from tests.security.harness import BINARY

HEADERS = sorted(Path("/usr/include").glob("*/asm/unistd_64.h"))
KERNEL_HAS_NOT = {"_sysctl", "create_module"}  # in headers, and gone


@pytest.fixture(scope="module")
def profiles() -> dict[Policy, Any]:
    return {policy: json.loads(text) for policy, text in load_profiles(BINARY).items()}


@pytest.mark.parametrize("policy", list(Policy))
def test_nothing_is_allowed_but_what_the_policy_allows_and_pid_1_needs(
    profiles: dict[Policy, Any], policy: Policy
) -> None:
    def allowed(of: Policy) -> set[str]:
        rules = profiles[of]["syscalls"]
        return {json.dumps(rule["names"]) for rule in rules if rule["action"] == "SCMP_ACT_ALLOW"}

    assert profiles[policy]["defaultAction"] == "SCMP_ACT_ERRNO"
    names = {name for rule in allowed(policy) for name in json.loads(rule)}
    assert {"clone", "fork", "vfork", "memfd_create", "seccomp"} <= names
    assert not names & {"ptrace", "mount", "unshare", "setns", "bpf", "clone3", "socket", "io_uring_setup"}
    assert allowed(policy) <= allowed(Policy.TOOLCHAIN)


@pytest.mark.parametrize("policy", list(Policy))
def test_every_system_call_is_named_so_that_none_is_refused_by_the_engine_s_default(
    profiles: dict[Policy, Any], policy: Policy
) -> None:
    assert HEADERS, "linux-libc-dev is needed"
    known = set(re.findall(r"#define __NR_(\w+)", HEADERS[0].read_text())) - KERNEL_HAS_NOT
    named = {name for rule in profiles[policy]["syscalls"] for name in rule["names"]}
    assert known - named == set()
    unnamed = profiles[policy]["syscalls"][-1]
    assert (unnamed["action"], unnamed["errnoRet"]) == ("SCMP_ACT_ERRNO", 38)
    assert set(unnamed["names"]) <= MAY_BE_UNNAMED


@pytest.mark.parametrize("policy", list(Policy))
def test_pid_1_takes_away_again_what_the_policy_does_not_allow(policy: Policy) -> None:
    listed = json.loads(subprocess.run([BINARY, "policy", policy], capture_output=True, check=True).stdout)
    allowed = {
        name for rule in listed["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]
    }
    assert may_make_memory_files(policy) == ("memfd_create" in allowed)
    assert may_start_processes(policy) == ("vfork" in allowed)


@pytest.mark.parametrize("words", ["", "[]", "{}", '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [1]}'])
def test_a_program_that_is_no_cell_is_refused(tmp_path: Path, words: str) -> None:
    program = tmp_path / "cell"
    program.write_text(f"#!/bin/sh\necho '{words}'\n")
    program.chmod(0o755)
    with pytest.raises(FeatureMissing):
        load_profiles(program)
    with pytest.raises(FeatureMissing, match="make cell"):
        load_profiles(tmp_path / "none")
