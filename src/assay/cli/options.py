"""The options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from assay.settings import DEFAULT_HOST, DEFAULT_PORT

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        envvar="ASSAY_DATA_DIR",
        help="Where everything is kept (default: /var/lib/assay for root, ~/.local/share/assay otherwise).",
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        envvar="ASSAY_DATABASE_URL",
        show_envvar=False,
        help="postgresql://… for several hosts, sqlite:///… for one (default: a file in the data folder).",
    ),
]
QueueUrl = Annotated[
    str | None,
    typer.Option(
        "--queue-url",
        envvar="ASSAY_QUEUE_URL",
        show_envvar=False,
        help="The broker to ask: redis://… or kafka://…; sql: (the default) is the database alone.",
    ),
]
Server = Annotated[str, typer.Option("--server", envvar="ASSAY_SERVER", help="The server's address.")]

DEFAULT_SERVER = f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"
