"""`assay serve`: the API, its pages and a worker over one data folder."""

import os
import sys
from typing import Annotated

import typer

from assay.cli.options import DataDir, Json


def serve(
    host: Annotated[
        str | None, typer.Option("--host", envvar="ASSAY_HOST", help="Loopback unless told otherwise.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", envvar="ASSAY_PORT", help="Default 8700; 0 picks a free one.")
    ] = None,
    data_dir: DataDir = None,
    slots: Annotated[
        int | None,
        typer.Option(
            "--slots", envvar="ASSAY_SLOTS", help="Submissions judged at once; default: one a core."
        ),
    ] = None,
    as_json: Json = False,
    ready_fd: Annotated[int | None, typer.Option("--ready-fd", hidden=True)] = None,
) -> None:
    """Serve the API and pages, and judge what is submitted, until Ctrl-C or SIGTERM.

    With --json, {"url": …} is printed as soon as it serves. Logs are JSON lines on standard error anyway.
    """
    arguments = [
        *(["--host", host] if host is not None else []),
        *(["--port", str(port)] if port is not None else []),
        *(["--data-dir", str(data_dir)] if data_dir is not None else []),
        *(["--slots", str(slots)] if slots is not None else []),
        *(["--json"] if as_json else []),
        *(["--ready-fd", str(ready_fd)] if ready_fd is not None else []),
    ]
    if ready_fd is not None:
        os.set_inheritable(ready_fd, True)
    # A fresh interpreter: the server need not carry the command line's libraries for months.
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "assay.cli.server", *arguments])  # noqa: S606
