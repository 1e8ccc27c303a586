"""What the engine is asked to make. Pure: a request's body, and nothing is sent.

Every container: the image read-only, no network, no capability, no new privileges, a seccomp profile, a
private pid, ipc and cgroup namespace, no swap, no core dumps, no log of what is written, and removed when it
ends, however that comes about.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from assay.adapters.docker.config import IO_BYTES_PER_SECOND, USER, DockerConfig
from assay.sandbox import Policy, RequestRefused, RunLimits

LABEL = "assay.sandbox"  # on all of ours; its value is the process they belong to
_INIT = "/assay-init"  # where it is mounted inside
_BOX_OVERHEAD_BYTES = 32 << 20  # of the box's own container, beside the files
_MEMORY_BYTES_MIN = 6 << 20  # the engine takes no less
_BOX_PROCESSES = 8


def box_container(config: DockerConfig, owner: str) -> dict[str, Any]:
    """The one that keeps a submission's box: a volume in memory, which ends with it."""
    uid, gid = USER.split(":")
    options = (
        f"size={config.box_bytes},nr_inodes={config.box_inodes + 1},mode=0755,uid={uid},gid={gid},"
        "nosuid,nodev"
    )
    volume = {
        "Type": "volume",
        "Target": "/box",
        "VolumeOptions": {
            "NoCopy": True,
            "Labels": {LABEL: owner},
            "DriverConfig": {
                "Name": "local",
                "Options": {"type": "tmpfs", "device": "tmpfs", "o": options},
            },
        },
    }
    return _container(
        config,
        owner,
        mode="box",
        mounts=[volume],
        policy=Policy.TOOLCHAIN,
        memory_bytes=config.box_bytes + _BOX_OVERHEAD_BYTES,
        processes=_BOX_PROCESSES,
        host={},
    )


def run_container(
    config: DockerConfig,
    owner: str,
    *,
    limits: RunLimits,
    policy: Policy,
    volume: str,
    box_writable: bool,
    cpus: Sequence[int],
    files_bytes: int,
) -> dict[str, Any]:
    """The one of a run, with `files_bytes` of memory for its further files beside what it may use itself.

    Raises RequestRefused for limits that an engine cannot have.
    """
    if limits.memory_bytes < _MEMORY_BYTES_MIN:
        raise RequestRefused(
            f"memory_bytes is {limits.memory_bytes}; an engine takes {_MEMORY_BYTES_MIN} or more"
        )
    uid, gid = USER.split(":")
    scratch = (
        f"rw,nosuid,nodev,size={limits.scratch_bytes},nr_inodes={limits.scratch_inodes + 1},mode=0700,"
        f"uid={uid},gid={gid},{'exec' if policy is Policy.TOOLCHAIN else 'noexec'}"
    )
    box = {"Type": "volume", "Source": volume, "Target": "/box", "ReadOnly": not box_writable}
    return _container(
        config,
        owner,
        mode="run",
        mounts=[{**box, "VolumeOptions": {"NoCopy": True}}],
        policy=policy,
        memory_bytes=limits.memory_bytes + files_bytes,
        processes=limits.processes + 1,  # pid 1
        host={
            "Tmpfs": {"/tmp": scratch},  # noqa: S108  inside the container
            "ShmSize": limits.scratch_bytes,
            "CpusetCpus": ",".join(map(str, cpus)),
        },
    )


def _container(
    config: DockerConfig,
    owner: str,
    *,
    mode: str,
    mounts: Sequence[Mapping[str, Any]],
    policy: Policy,
    memory_bytes: int,
    processes: int,
    host: Mapping[str, Any],
) -> dict[str, Any]:
    init = {"Type": "bind", "Source": str(config.init_binary), "Target": _INIT, "ReadOnly": True}
    body: dict[str, Any] = {
        "Image": config.image,
        "Entrypoint": [_INIT],
        "Cmd": [mode],
        "User": USER,
        "WorkingDir": "/",
        "Hostname": "run",
        "Env": [],
        "Tty": False,
        "OpenStdin": True,
        "StdinOnce": True,
        "AttachStdin": True,
        "AttachStdout": True,
        "AttachStderr": True,
        "NetworkDisabled": True,
        "Healthcheck": {"Test": ["NONE"]},
        "Labels": {LABEL: owner},
        "HostConfig": {
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "Privileged": False,
            "SecurityOpt": ["no-new-privileges", f"seccomp={config.profiles[policy]}"],
            "IpcMode": "private",
            "PidMode": "",
            "CgroupnsMode": "private",
            "Memory": memory_bytes,
            "MemorySwap": memory_bytes,  # of both together: no swap
            "PidsLimit": processes,
            "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}],
            "LogConfig": {"Type": "none", "Config": {}},
            "RestartPolicy": {"Name": "no"},
            "AutoRemove": True,
            "Init": False,
            "Mounts": [init, *mounts],
            **_io_limits(config),  # of the box, too: so a kernel that lacks them is found at the start
            **host,
        },
    }
    if config.runtime is not None:
        body["HostConfig"]["Runtime"] = config.runtime
    return body


def _io_limits(config: DockerConfig) -> dict[str, Any]:
    if config.io_device is None:
        return {}
    rate = [{"Path": str(config.io_device), "Rate": IO_BYTES_PER_SECOND}]
    return {"BlkioDeviceReadBps": rate, "BlkioDeviceWriteBps": rate}
