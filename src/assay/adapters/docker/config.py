"""How the Docker sandbox is set up; fixed for its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.sandbox import Policy

USER = "1000:1000"  # of every process in every container
IO_BYTES_PER_SECOND = 10_000_000  # on `io_device`, reading and writing each


@dataclass(frozen=True, kw_only=True)
class DockerConfig:
    """`socket_path`: the engine's. `init_binary`: assay-init, at a path that the engine can mount from, too.

    `runtime` is the name of an OCI runtime that the engine knows (None: its default). `views` are the names
    that commands may use; the image is the root of them all. `profiles`: each policy's OCI seccomp profile,
    as JSON (see profiles.py). `io_device`: the block device below the engine's data, if reading the image is
    to be limited; scratch is memory and touches none.
    """

    socket_path: Path
    image: str
    runtime: str | None
    init_binary: Path
    slots: int  # submissions served at once
    views: frozenset[str]
    box_bytes: int
    box_inodes: int
    profiles: Mapping[Policy, str]
    cores: tuple[int, ...]  # that runs are pinned to
    io_device: Path | None = None
