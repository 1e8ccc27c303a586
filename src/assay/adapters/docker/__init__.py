"""A Docker engine as the sandbox: for those who must, and slower than the cell by a factor of a hundred.

    slot                     engine                              what it is
    slot() opens      ──▶    container "box"                     holds /box, a tmpfs volume; one a submission
        put, get      ──▶      its standard input and output     assay-init box
        run           ──▶    container "run", a fresh one        /box mounted, /tmp fresh; one a run
                      ◀──      its outputs, report at the end    assay-init run, and the program
                      ◀──    its cgroup's files, on this host    CPU time, peak of memory, OOM kills
    slot() is left    ──▶    both are removed, with the volume

Why a container a run and not an exec in one container: docs/decisions/0009-docker-adapter.md.
What the cell does and Docker cannot: docs/how-to/docker-sandbox.md.
"""

from assay.adapters.docker.config import DockerConfig
from assay.adapters.docker.sandbox import DockerSandbox

__all__ = ["DockerConfig", "DockerSandbox"]
