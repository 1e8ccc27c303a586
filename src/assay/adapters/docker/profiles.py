"""The seccomp profile of each policy, as the engine takes it: the cell's own list, the one truth.

`cell policy NAME` prints it. Three things are added for pid 1, and taken away from the program again by
assay-init (deploy/docker-sandbox/src/filter.c): starting a process, keeping files in memory, and loading a
filter.
"""

from collections.abc import Mapping
import errno
import json
from pathlib import Path
import subprocess
from typing import Any

from assay.adapters.docker.errors import FeatureMissing
from assay.adapters.docker.system_calls import MAY_BE_UNNAMED
from assay.sandbox import Policy

_ASK_SECONDS = 10.0
_FOR_PID_1 = ("fork", "vfork", "clone", "memfd_create")


def load_profiles(cell_binary: Path) -> dict[Policy, str]:
    """Ask the cell for each policy's list. Needs no privileges. Blocking. Raises FeatureMissing."""
    lists = {policy: _ask(cell_binary, policy) for policy in Policy}
    return {policy: json.dumps(for_pid_1(lists[policy], lists[Policy.TOOLCHAIN])) for policy in Policy}


def for_pid_1(profile: Mapping[str, Any], of_toolchains: Mapping[str, Any]) -> dict[str, Any]:
    """The profile with toolchains' rules for what pid 1 needs, `seccomp`, and ENOSYS for what is unnamed."""
    kept = [rule for rule in profile["syscalls"] if not _is_for_pid_1(rule)]
    added = [rule for rule in of_toolchains["syscalls"] if _is_for_pid_1(rule)]
    filters = {"names": ["seccomp"], "action": "SCMP_ACT_ALLOW"}
    named = {name for rule in (*kept, *added, filters) for name in rule["names"]}
    unnamed = {
        "names": sorted(MAY_BE_UNNAMED - named),
        "action": "SCMP_ACT_ERRNO",
        "errnoRet": errno.ENOSYS,
    }
    return {**profile, "syscalls": [*kept, *added, filters, unnamed]}


def _is_for_pid_1(rule: Mapping[str, Any]) -> bool:
    return any(name in _FOR_PID_1 for name in rule["names"])


def _ask(cell_binary: Path, policy: Policy) -> Mapping[str, Any]:
    try:
        done = subprocess.run(
            [cell_binary, "policy", policy.value],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ASK_SECONDS,
            check=True,
        )
        profile: Mapping[str, Any] = json.loads(done.stdout)
        is_list = profile["defaultAction"] == "SCMP_ACT_ERRNO" and bool(profile["syscalls"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError) as error:
        raise FeatureMissing(
            f"{cell_binary} does not say which system calls the policy {policy.value} allows ({error}): "
            "build it with 'make cell', or name it in ASSAY_CELL"
        ) from error
    if not is_list:
        raise FeatureMissing(
            f"{cell_binary} policy {policy.value}: what it does not name would not be refused"
        )
    return profile
