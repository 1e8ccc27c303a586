"""The server process: what `assay serve` and `assay worker` become.

    assay.cli.server          root until the sandbox has started and withstood the attacks (operate/attacks),
    │                         then an ordinary user
    ├── cell serve            the sandbox's supervisor and its slots (root)
    └── assay.cli.worker      judges `slots` submissions at once (ordinary user)

By its role (roles.py) it has the doors, or the sandbox and the worker, or the relay, or all of them. There is
a relay only where there is a broker (queue/relay.py).

When this process goes, in whatever way, the others go: the cell by its lifeline, the worker by its
parent's death. How it goes in order: lifetime.py.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
import json
import os
from pathlib import Path
import socket
import sys

import structlog
import uvicorn

from assay.api.app import create_app
from assay.api.limits import Capacity
from assay.api.services import Services
from assay.cli.connections import BoundedHttpProtocol
from assay.cli.gate import InLog, pass_gate
from assay.cli.lifetime import Stopping, keep_worker
from assay.cli.listening import listen_at, url_of
from assay.cli.logs import log_as_json_lines, log_from
from assay.cli.loops import run
from assay.cli.refusals import report
from assay.cli.reloading import Reloading
from assay.cli.roles import Role
from assay.cli.settling import settle
from assay.crash_points import arm
from assay.errors import AssayError, Unavailable
from assay.operate.attacks.gate import FreshCell
from assay.operate.data_dir import prepare_data_dir
from assay.operate.privileges import drop_privileges
from assay.sandbox import CellProcess
from assay.settings import QueueKind, Settings, read_settings
from assay.wiring.broker import check_broker, open_relay
from assay.wiring.dependencies import watching_for_relay
from assay.wiring.house import House, code_paths, identity_for, open_house
from assay.wiring.metrics import answer_metrics, begin_metrics, broker_journal
from assay.wiring.places import running_cell
from assay.wiring.redis import check_redis
from assay.wiring.scoring import check_rubric

GRACE_SECONDS = 5  # for open requests and followers when stopping
FOLLOWER_BYTES_MAX = 1024  # of a WebSocket message to us: followers have nothing to say

EXIT_INTERRUPTED = 130

Announce = Callable[[str], None]
"""Told the URL once the server listens, or "" when there are no doors and work has begun."""

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Start:
    """What this process was started with, and how it may come to be told otherwise."""

    settings: Settings
    role: Role
    reloading: Reloading
    worker_flags: tuple[str, ...]
    announce: Announce


def main() -> None:
    """The process's edge. An expected refusal is one line and its exit code."""
    arguments = _parse(sys.argv[1:])
    try:
        read = partial(
            read_settings,
            dict(os.environ),  # as it was given: ours comes to name the worker's copy
            data_dir=arguments.data_dir,
            host=arguments.host,
            port=arguments.port,
            slots=arguments.slots,
        )
        settings = read()
        log_as_json_lines(settings.log_level)
        arm(settings.crash_plan)
        if settings.crash_plan is not None:
            log.warning("this process and its worker are to die, for a test", at=settings.crash_plan.point)
        start = Start(
            settings=settings,
            role=Role(arguments.role),
            reloading=Reloading(settings, read),
            worker_flags=() if arguments.slots is None else ("--slots", str(arguments.slots)),
            announce=partial(_announce, ready_fd=arguments.ready_fd, as_json=arguments.json),
        )
        _serve(start)
    except AssayError as error:
        report(error, as_json=arguments.json)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:  # before the server listened for it, or after it ended in order
        sys.exit(EXIT_INTERRUPTED)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="assay serve")
    parser.add_argument("--role", default=Role.ALL)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--slots", type=int)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--ready-fd", type=int)
    return parser.parse_args(arguments)


def _serve(start: Start) -> None:
    settings, role = start.settings, start.role
    check_redis(settings)
    check_broker(settings, relays=role is Role.RELAY)
    if role.judges:
        check_rubric(settings)
    # first: an address in use should not cost a sandbox's start
    listener = listen_at(settings.host, settings.port) if role.has_doors else None
    identity = identity_for(settings)
    prepare_data_dir(settings.data_dir, identity)
    ours = [*code_paths(), *settings.data_places, *settings.operator_files]
    if not role.judges:
        drop_privileges(identity, reachable=ours)
        run(_run(start, listener, None))
    elif settings.docker is not None:
        engine = settings.docker.socket_path
        needed = [engine] if engine.exists() else []  # if not, the worker says what to do
        drop_privileges(identity, reachable=[*ours, *needed])
        run(_run(start, listener, _worker_command(start, None)))
    else:
        with running_cell(settings, identity) as cell:
            asyncio.run(pass_gate(settings, FreshCell(process=cell, identity=identity), InLog()))
            drop_privileges(identity, reachable=[*ours, cell.socket_path.parent])
            run(_run(start, listener, _worker_command(start, cell), cell))


def _announce(url: str, *, ready_fd: int | None, as_json: bool) -> None:
    """Say where we serve: in the log, to the one who waits on `ready_fd`, and to a program that asked."""
    if not url:
        log.info("working")
    else:
        log.info("serving", url=url)
    if as_json:
        print(json.dumps({"url": url or None}), flush=True)
    if ready_fd is not None:
        with suppress(BrokenPipeError):  # whoever waited has left, and is about to stop us
            os.write(ready_fd, f"{url}\n".encode())
        os.close(ready_fd)


class AnnouncingServer(uvicorn.Server):
    """Says where it serves once it listens."""

    def __init__(self, config: uvicorn.Config, *, url: str, announce: Announce) -> None:
        super().__init__(config)
        self._url = url
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce(self._url)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to `Stopping`: uvicorn would raise them again at its end, and the worker never drain."""
        yield


async def _run(
    start: Start,
    listener: socket.socket | None,
    worker_command: Sequence[str] | None,
    cell: CellProcess | None = None,
) -> None:
    """Do what the role is until told to stop. Raises `Unavailable` when the cell ends before that."""
    settings, role, announce = start.settings, start.role, start.announce
    stopping = Stopping()
    stopping.listen_to_signals()
    start.reloading.appliers.append(lambda settings: log_from(settings.log_level))
    start.reloading.listen()
    begin_metrics(settings)
    relays = role.relays and settings.queue_kind is not QueueKind.SQL
    async with AsyncExitStack() as stack:
        server = None
        if listener is not None:
            house = await stack.enter_async_context(open_house(settings, judges=worker_command is not None))
            server = _server(start, house, listener)
        relay = await stack.enter_async_context(open_relay(settings, broker_journal())) if relays else None
        if relay is not None and role is Role.RELAY and settings.metrics_port is not None:
            await stack.enter_async_context(watching_for_relay(settings))
        settle()
        async with asyncio.TaskGroup() as group:
            relaying = None if relay is None else group.create_task(relay.run())
            if worker_command is not None:
                group.create_task(keep_worker(worker_command, stopping))
            watching = None if cell is None else group.create_task(_stop_without_cell(cell, stopping))
            if server is None or listener is None:
                answer_metrics(settings)
                announce("")
                await stopping.asked.wait()
            else:
                serving = group.create_task(server.serve(sockets=[listener]))
                await stopping.asked.wait()
                server.should_exit = True
                await stopping.hurried_or(serving)
                server.force_exit = True
            for task in (watching, relaying):
                if task is not None:
                    task.cancel()
    if stopping.cause is not None:
        raise Unavailable(stopping.cause)


def _server(start: Start, house: House, listener: socket.socket) -> AnnouncingServer:
    settings = start.settings
    app = create_app(_services(house, settings), own_host=settings.host, allowed_hosts=settings.allowed_hosts)

    def adjust(settings: Settings) -> None:
        house.adjust(settings)
        app.state.services = replace(app.state.services, operator_token=settings.operator_token)

    start.reloading.appliers.append(adjust)
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=BoundedHttpProtocol,
        ws="websockets-sansio",
        ws_max_size=FOLLOWER_BYTES_MAX,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return AnnouncingServer(config, url=url_of(listener), announce=start.announce)


def _services(house: House, settings: Settings) -> Services:
    return Services(
        intake=house.intake,
        runs=house.runs,
        reader=house.reader,
        feed=house.feed,
        problems=house.problems,
        blobs=house.blobs,
        languages=house.languages,
        is_available=house.is_available,
        clock=house.clock,
        upload_dir=house.upload_dir,
        metrics=house.metrics,
        operator_token=settings.operator_token,
        testlib=settings.testlib,
        capacity=Capacity(),
        dependencies=house.dependencies,
        breaks=house.breaks,
        scores=house.scores,
        evidence=house.evidence,
    )


def _worker_command(start: Start, cell: CellProcess | None) -> list[str]:
    settings = start.settings
    place = [] if cell is None else ["--cell-socket", str(cell.socket_path)]
    return [
        sys.executable, "-m", "assay.cli.worker",
        "--data-dir", str(settings.data_dir), "--slots-max", str(settings.slots_max),
        "--parent-pid", str(os.getpid()), *start.worker_flags, *place,
    ]  # fmt: skip


async def _stop_without_cell(cell: CellProcess, stopping: Stopping) -> None:
    """Without root it cannot be started again: that is for whoever started us, and the jobs wait for it."""
    how = await cell.ended()
    stopping.ask(cause=f"the sandbox {how}; stopped, nothing accepted is lost: start the server again")


if __name__ == "__main__":
    main()
