"""The Docker engine as a Sandbox: see the package's docstring for the picture."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
import hashlib
import os
from pathlib import Path
from typing import Any

from assay.adapters.docker.box import Box
from assay.adapters.docker.cgroups import CgroupGone, ContainerCgroup
from assay.adapters.docker.config import DockerConfig
from assay.adapters.docker.containers import LABEL, box_container, run_container
from assay.adapters.docker.engine import Engine
from assay.adapters.docker.errors import CgroupUnreadable, EngineRefused, FeatureMissing, RuntimeUnknown
from assay.adapters.docker.run import run_in
from assay.adapters.docker.started import started
from assay.adapters.docker.streams import Streams
from assay.sandbox import Command, Facts, RequestRefused, SlotLost, UnknownView

_ISOLATION = "no-network read-only-image no-capabilities no-new-privileges pid ipc cgroup"
_LOAD, _JURY_LOAD = 1024, 1  # of a slot on its core: what nobody measures counts where all else is equal


class DockerSandbox:
    """Implements `assay.judging.ports.Sandbox`. Open it with `connect`; close it."""

    def __init__(self, config: DockerConfig, engine: Engine) -> None:
        self._config = config
        self._engine = engine
        self._owner = f"{os.getpid()}"
        self._free = asyncio.Semaphore(config.slots)
        self._load = [0] * len(config.cores)  # by those that use it; see `_take_core`
        self.description = ""

    @classmethod
    @asynccontextmanager
    async def connect(cls, config: DockerConfig) -> AsyncIterator["DockerSandbox"]:
        """Check that the engine can do what is asked of it, by making a box. Removes what a process that died
        has left behind. Raises SandboxError with the remedy."""
        if not os.access(config.init_binary, os.X_OK):
            raise FeatureMissing(f"there is no program at {config.init_binary}: make docker-init")
        engine = await Engine.connect(config.socket_path)
        try:
            sandbox = cls(config, engine)
            await sandbox._remove_abandoned()
            await sandbox._check()
            yield sandbox
        finally:
            await engine.close()

    @asynccontextmanager
    async def slot(self, *, for_jury: bool = False) -> AsyncIterator["DockerSlot"]:
        """A slot of one's own. Waits while all are taken, in order of arrival.

        `for_jury`: what it runs nobody measures, so that it may share a core with what is.
        """
        body = box_container(self._config, self._owner)
        async with self._free, started(self._engine, body) as container:
            box = Box(container)
            await box.find_volume()
            with self._take_core(_JURY_LOAD if for_jury else _LOAD) as core:
                slot = DockerSlot(self, box, core)
                try:
                    yield slot
                finally:
                    slot.close()

    @contextmanager
    def _take_core(self, load: int) -> Iterator[int]:
        """The core with the least load, as an index: the slot's own, at which its runs begin."""
        core = self._load.index(min(self._load))
        self._load[core] += load
        try:
            yield core
        finally:
            self._load[core] -= load

    async def run(self, command: Command, streams: Streams, volume: str, core: int) -> Facts:
        """One run in a container of its own, on cores from the slot's own on."""
        if command.view not in self._config.views:
            raise UnknownView(f"no view is called {command.view!r}")
        body = run_container(
            self._config,
            self._owner,
            limits=command.limits,
            policy=command.policy,
            volume=volume,
            box_writable=command.box_writable,
            cpus=self._cpus(core + command.core_shift, command.limits.cores),
            files_bytes=streams.files_bytes,
        )
        async with started(self._engine, body) as container:
            return await run_in(container, command, streams, self._config.box_bytes)

    def _cpus(self, first: int, count: int) -> list[int]:
        """So many cores from this one on, counted round and round."""
        cores = self._config.cores
        return sorted(cores[(first + i) % len(cores)] for i in range(min(count, len(cores))))

    async def _check(self) -> None:
        """Make a container as runs are made, see that its figures can be read, and describe it all."""
        config, engine = self._config, self._engine
        runtime = config.runtime
        known = await engine.call("GET", "/info")
        runtimes = sorted(known.get("Runtimes") or ())
        if runtime is not None and runtime not in runtimes:
            raise RuntimeUnknown(
                f"the engine knows no runtime {runtime!r}, only {', '.join(runtimes)}: "
                "add it to the engine's daemon.json, or change ASSAY_DOCKER_RUNTIME"
            )
        async with started(engine, box_container(config, self._owner)) as container:
            found = await engine.inspect(container.id)
            cgroup = ContainerCgroup.of_process(int(found["State"]["Pid"]), container.id)
            try:
                cgroup.read()
            except CgroupGone as error:
                raise CgroupUnreadable("the container ended before its figures could be read") from error
            finally:
                cgroup.close()
            profiles = hashlib.sha256("".join(config.profiles[p] for p in sorted(config.profiles)).encode())
            self.description = "; ".join(
                (
                    f"docker {engine.version}",
                    f"runtime {runtime or known.get('DefaultRuntime', 'unknown')}",
                    f"image {config.image} {found['Image']}",
                    f"kernel {engine.kernel}",
                    f"cgroup v{cgroup.version}",
                    f"{'exact' if cgroup.exact_peak else 'sampled'} memory peak",
                    f"isolation: {_ISOLATION} seccomp:{profiles.hexdigest()[:16]}",
                )
            )

    async def _remove_abandoned(self) -> None:
        """Containers and boxes of processes that no longer live. Most go by themselves with their client."""
        ours = f'filters={{"label":["{LABEL}"]}}'
        for container in await self._engine.call("GET", f"/containers/json?all=1&{ours}"):
            if _is_abandoned(container):
                await self._engine.remove(str(container["Id"]))
        for volume in (await self._engine.call("GET", f"/volumes?{ours}"))["Volumes"] or ():
            if _is_abandoned(volume):
                await self._engine.call("DELETE", f"/volumes/{volume['Name']}")


def _is_abandoned(thing: Mapping[str, Any]) -> bool:
    """Whether the process that its label names is gone. One that took its number over only delays this."""
    owner = str((thing.get("Labels") or {}).get(LABEL, ""))
    return owner.isdecimal() and not Path(f"/proc/{owner}").exists()


class DockerSlot:
    """One submission's place: a /box that lasts, and runs in it, one at a time."""

    def __init__(self, sandbox: DockerSandbox, box: Box, core: int) -> None:
        self._sandbox = sandbox
        self._box = box
        self._core = core
        self._closed = False
        self._turn = asyncio.Lock()

    def close(self) -> None:
        self._closed = True

    async def put(self, name: str, source: int | bytes, *, executable: bool = False) -> None:
        """Put a file into /box, replacing one of that name.

        Raises BadName, BadDescriptor or BoxError (no room), after which the slot can be used on.
        """
        async with self._in_turn():
            await self._box.put(name, source, executable=executable)

    async def get(self, name: str, target: int, *, bytes_max: int) -> int:
        """Copy a regular file of the box, following no link; its size. Raises BadName, BoxError."""
        async with self._in_turn():
            return await self._box.get(name, target, bytes_max=bytes_max)

    async def folder(self, name: str) -> None:
        """Make an empty folder in /box, in the place of whatever has that name. Raises BadName, BoxError."""
        async with self._in_turn():
            await self._box.folder(name)

    async def listing(self, name: str) -> dict[str, int]:
        """The regular files of a folder of /box, with their sizes. Raises BadName, BoxError."""
        async with self._in_turn():
            return await self._box.listing(name)

    async def remove(self, name: str) -> None:
        """Remove whatever has that name in /box. Raises BadName, BoxError."""
        async with self._in_turn():
            await self._box.remove(name)

    async def run(
        self, command: Command, *, stdin: int, stdout: int, stderr: int, files: Sequence[int] = ()
    ) -> Facts:
        """Run one program and wait until every process of it is dead. The fds stay the caller's, who may
        close them as soon as this first waits. `files`: as with the cell; their contents are copied.

        Cancelling kills the container. Raises UnknownView, BadDescriptor, RequestRefused (after which the
        slot can be used on) or another SandboxError.
        """
        with Streams(stdin, stdout, stderr, files) as streams:
            async with self._in_turn():
                return await self._sandbox.run(command, streams, self._box.volume, self._core)

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """One request at a time; after one that was broken off, its answer would be the next one's."""
        if self._closed:
            raise SlotLost("the slot is closed")
        async with self._turn:
            try:
                yield
            except RequestRefused:
                raise
            except EngineRefused:
                raise
            except BaseException:
                self._closed = True
                raise
