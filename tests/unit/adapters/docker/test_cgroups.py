"""Figures from a cgroup's files, of both versions."""

import os
from pathlib import Path

import pytest

from assay.adapters.docker.cgroups import ContainerCgroup, Figures
from assay.adapters.docker.errors import CgroupUnreadable


def files(folder: Path, **contents: str) -> list[Path]:
    for name, content in contents.items():
        (folder / name).write_text(content)
    return [folder / name for name in contents]


def test_version_1(tmp_path: Path) -> None:
    usage, peak, oom = files(
        tmp_path,
        usage="1234567\n",
        peak="4096\n",
        oom="oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
    )
    cgroup = ContainerCgroup(1, usage, peak, oom)
    assert cgroup.read() == Figures(cpu_time_us=1234, memory_peak_bytes=4096, oom_kills=2)
    cgroup.close()


def test_version_2_with_and_without_a_peak_of_the_kernel_s(tmp_path: Path) -> None:
    cpu, current, events = files(
        tmp_path,
        cpu="usage_usec 1234\nuser_usec 1000\nsystem_usec 234\n",
        **{"memory.current": "8192\n"},
        events="low 0\nhigh 0\nmax 7\noom 1\noom_kill 3\noom_group_kill 0\n",
    )
    cgroup = ContainerCgroup(2, cpu, current, events)
    assert cgroup.read() == Figures(cpu_time_us=1234, memory_peak_bytes=8192, oom_kills=3)
    current.write_text("4096\n")
    assert cgroup.read().memory_peak_bytes == 8192, "the highest that was seen"
    assert not cgroup.exact_peak
    cgroup.close()


def test_a_kernel_without_the_counters_is_refused(tmp_path: Path) -> None:
    usage, peak, oom = files(tmp_path, usage="1\n", peak="1\n", oom="oom_kill_disable 0\n")
    cgroup = ContainerCgroup(1, usage, peak, oom)
    with pytest.raises(CgroupUnreadable, match="oom_kill"):
        cgroup.read()
    cgroup.close()
    with pytest.raises(CgroupUnreadable, match="nowhere"):
        ContainerCgroup(1, usage, tmp_path / "nowhere", oom)


def test_a_process_that_is_not_the_container_s_is_refused() -> None:
    """An engine elsewhere: its process ids mean other processes here, or none."""
    with pytest.raises(CgroupUnreadable, match="must run on the machine that judges"):
        ContainerCgroup.of_process(os.getpid(), "f" * 64)
    with pytest.raises(CgroupUnreadable, match="must run on the machine that judges"):
        ContainerCgroup.of_process(2**22 + 1, "f" * 64)
