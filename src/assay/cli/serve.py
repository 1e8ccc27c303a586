"""`assay serve`: the API, its pages and a worker. `assay worker`: a worker alone."""

from collections.abc import Mapping, Sequence
import os
from pathlib import Path
import sys
from typing import Annotated

import typer

from assay.cli.options import DataDir, Json
from assay.cli.roles import Role
from assay.cli.urls import with_urls

Slots = Annotated[
    int | None,
    typer.Option("--slots", envvar="ASSAY_SLOTS", help="Submissions judged at once; default: one a core."),
]
ReadyFd = Annotated[int | None, typer.Option("--ready-fd", hidden=True)]


@with_urls
def serve(
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="All of it; or alone: the doors (api), the sandbox and worker, or what announces jobs on "
            "the broker of --queue-url (relay).",
        ),
    ] = Role.ALL,
    host: Annotated[
        str | None, typer.Option("--host", envvar="ASSAY_HOST", help="Loopback unless told otherwise.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", envvar="ASSAY_PORT", help="Default 8700; 0 picks a free one.")
    ] = None,
    data_dir: DataDir = None,
    slots: Slots = None,
    as_json: Json = False,
    ready_fd: ReadyFd = None,
    *,
    urls: Mapping[str, str],
) -> None:
    """Serve the API and pages, and judge what is submitted, until Ctrl-C or SIGTERM.

    With --json, {"url": …} is printed as soon as it serves. Logs are JSON lines on standard error anyway.
    """
    places = [
        *(["--host", host] if host is not None else []),
        *(["--port", str(port)] if port is not None else []),
    ]
    _become_server(role, data_dir, urls, slots, as_json=as_json, ready_fd=ready_fd, more=places)


@with_urls
def worker(
    data_dir: DataDir = None,
    slots: Slots = None,
    as_json: Json = False,
    ready_fd: ReadyFd = None,
    *,
    urls: Mapping[str, str],
) -> None:
    """Judge what is submitted to the servers on the same database, until Ctrl-C or SIGTERM.

    The data folder is this worker's own: what compilations made, and the sockets of its sandbox.
    """
    _become_server(Role.WORKER, data_dir, urls, slots, as_json=as_json, ready_fd=ready_fd)


def _become_server(
    role: Role,
    data_dir: Path | None,
    urls: Mapping[str, str],
    slots: int | None,
    *,
    as_json: bool,
    ready_fd: int | None,
    more: Sequence[str] = (),
) -> None:
    """A fresh interpreter: the server need not carry the command line's libraries for months."""
    arguments = [
        "--role", role.value, *more,
        *(["--data-dir", str(data_dir)] if data_dir is not None else []),
        *(["--slots", str(slots)] if slots is not None else []),
        *(["--json"] if as_json else []),
        *(["--ready-fd", str(ready_fd)] if ready_fd is not None else []),
    ]  # fmt: skip
    os.environ.update(urls)  # no arguments: everybody may read those, and a URL may hold a password
    if ready_fd is not None:
        os.set_inheritable(ready_fd, True)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "assay.cli.server", *arguments])  # noqa: S606
