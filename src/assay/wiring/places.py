"""Where programs run: the cell or a Docker engine, from settings."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
import os
from pathlib import Path
import shutil
from typing import TYPE_CHECKING

from assay.domain.language import Language
from assay.errors import Unavailable
from assay.judging.desk import SLOTS_MAX
from assay.judging.host import HostFacts, host_facts, read_host_facts
from assay.judging.ports import Sandbox
from assay.judging.toolchains import ToolchainVersions, version_and_digest
from assay.judging.version_inside import version_inside
from assay.languages import LanguageCatalogue, expand_views, load_catalogue, load_views
from assay.languages.warm import WarmCatalogue, find_warm, show_warm
from assay.operate.privileges import Identity
from assay.sandbox import (
    Cell,
    CellConfig,
    CellProcess,
    CellStartError,
    SandboxError,
)
from assay.sandbox.local import new_socket_folder
from assay.settings import Settings

if TYPE_CHECKING:
    from assay.adapters.docker import DockerSandbox

BOX_BYTES = 256 << 20  # sources and artefacts of one submission; Go and Rust programs take some ten MB
BOX_INODES = 16_384


@contextmanager
def running_cell(
    settings: Settings, identity: Identity, *, box_bytes: int = BOX_BYTES
) -> Iterator[CellProcess]:
    """A sandbox supervisor for `identity`, whose views show the warm files, too. Needs root to begin with.

    Raises `Unavailable` with the remedy.
    """
    if os.geteuid() != 0:
        raise Unavailable(
            "the sandbox is made by root, and this is an ordinary user. Run it with sudo: "
            "everything but the sandbox goes on as you"
        )
    directory = new_socket_folder(identity.uid, identity.gid)
    try:
        process = CellProcess.start(
            CellConfig(
                binary=settings.cell_binary,
                socket_path=directory / "cell.sock",
                slots=settings.slots_max * SLOTS_MAX,
                client_uid=identity.uid,
                client_gid=identity.gid,
                first_slot_uid=settings.first_slot_uid,
                views=_views(settings),
                box_bytes=box_bytes,
            )
        )
    except CellStartError as error:
        shutil.rmtree(directory)
        raise Unavailable(f"the sandbox does not start: {error}. 'assay doctor' says more") from error
    try:
        yield process
    finally:
        process.stop()
        shutil.rmtree(directory, ignore_errors=True)


def open_languages(settings: Settings) -> LanguageCatalogue:
    """The languages, those with warm files started by means of them.

    Without a folder for such files every start is a plain one, and no interpreter is started ahead.
    """
    languages = load_catalogue().all()
    if settings.warm_root is None:
        languages = tuple(replace(each, run=replace(each.run, start_ahead=False)) for each in languages)
    return WarmCatalogue(languages, settings.warm_root)


def _views(settings: Settings) -> dict[str, tuple[Path, ...]]:
    languages = load_catalogue().all()
    return show_warm(expand_views(load_views()), languages, find_warm(languages, settings.warm_root))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a worker's programs run, and what is to be known of it. The two about toolchains may block."""

    sandbox: Sandbox
    host: HostFacts
    languages: LanguageCatalogue
    toolchain: Callable[[Language], str]
    toolchain_state: Callable[[Language], str]


@asynccontextmanager
async def open_place(settings: Settings, cell_socket: Path | None) -> AsyncIterator[Place]:
    if cell_socket is None:
        async with open_docker(settings) as docker:
            yield _place_in_docker(docker)
        return
    try:
        cell = await Cell.connect(cell_socket)
        host = read_host_facts(await cell.info(), attack_gate=settings.attack_gate)
    except SandboxError as error:
        raise Unavailable(f"the sandbox does not answer: {error}") from error
    yield Place(
        sandbox=cell,
        host=host,
        languages=open_languages(settings),
        toolchain=ToolchainVersions(),
        toolchain_state=ToolchainVersions(version_and_digest),
    )


@asynccontextmanager
async def open_docker(settings: Settings) -> "AsyncIterator[DockerSandbox]":
    """The engine of `settings.docker`, looked at and found able. Raises `Unavailable` with the remedy."""
    docker = settings.docker
    if docker is None:
        raise Unavailable("no Docker engine is set: ASSAY_SANDBOX is not docker")
    # It brings an HTTP client, whose start every command would wait for.
    from assay.adapters.docker import DockerConfig, DockerSandbox  # noqa: PLC0415
    from assay.adapters.docker.profiles import load_profiles  # noqa: PLC0415

    async with AsyncExitStack() as stack:
        try:
            config = DockerConfig(
                socket_path=docker.socket_path,
                image=docker.image,
                runtime=docker.runtime,
                init_binary=docker.init_binary,
                slots=settings.slots_max * SLOTS_MAX,
                views=frozenset(load_views()),
                box_bytes=BOX_BYTES,
                box_inodes=BOX_INODES,
                profiles=await asyncio.to_thread(load_profiles, settings.cell_binary),
                cores=tuple(sorted(os.sched_getaffinity(0))),
                io_device=docker.io_device,
            )
            sandbox = await stack.enter_async_context(DockerSandbox.connect(config))
        except SandboxError as error:
            raise Unavailable(f"the Docker sandbox cannot be used: {error}") from error
        yield sandbox


def _place_in_docker(docker: "DockerSandbox") -> Place:
    """The toolchains are the image's, whose digest is in what the sandbox says of itself."""
    loop = asyncio.get_running_loop()

    def ask(language: Language) -> str:
        try:
            return asyncio.run_coroutine_threadsafe(version_inside(docker, language), loop).result()
        except SandboxError as error:
            raise Unavailable(f"the sandbox failed: {error}") from error

    versions = ToolchainVersions(ask)
    return Place(
        sandbox=docker,
        host=host_facts(docker.description),
        languages=load_catalogue(),
        toolchain=versions,
        toolchain_state=versions,
    )
