"""Where things are kept, as options: each URL of the settings is one, on commands that stand on them all.

A command takes what was given as `urls`, by the names of the settings, and hands it to `read_settings`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

import typer


@dataclass(frozen=True, kw_only=True)
class UrlOption:
    flag: str
    setting: str
    help: str

    @property
    def name(self) -> str:
        return self.flag.removeprefix("--").replace("-", "_")


URL_OPTIONS = (
    UrlOption(
        flag="--database-url",
        setting="ASSAY_DATABASE_URL",
        help="postgresql://… for several hosts, sqlite:///… for one (default: a file in the data folder).",
    ),
    UrlOption(
        flag="--database-read-url",
        setting="ASSAY_DATABASE_READ_URL",
        help="A standby of that database, which takes reading off it: postgresql://… (default: none).",
    ),
    UrlOption(
        flag="--events-url",
        setting="ASSAY_EVENTS_URL",
        help="What wakes others and carries events: redis://…, or the database (postgresql:), or the machine "
        "(memory:, with SQLite).",
    ),
    UrlOption(
        flag="--cache-url",
        setting="ASSAY_CACHE_URL",
        help="Where results are kept that were read before: redis://…, or in each process (memory:).",
    ),
    UrlOption(
        flag="--queue-url",
        setting="ASSAY_QUEUE_URL",
        help="What tells workers of due jobs: redis://… or kafka://…, announced to by a relay; "
        "or the database (sql:, the default).",
    ),
    UrlOption(
        flag="--blob-url",
        setting="ASSAY_BLOB_URL",
        help="Where test data are kept: s3://bucket?…, or file:///… (default: a folder in the data folder).",
    ),
)


def with_urls(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each URL. What a URL says is in the arguments, which others may read."""
    own = signature(command, eval_str=True)
    options = [
        Parameter(
            each.name,
            Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[str | None, typer.Option(each.flag, help=each.help)],
        )
        for each in URL_OPTIONS
    ]
    parameters = [each for each in own.parameters.values() if each.name != "urls"] + options

    @wraps(command)
    def run(**given: Any) -> None:
        said = {each.setting: given.pop(each.name) for each in URL_OPTIONS}
        command(urls={setting: url for setting, url in said.items() if url is not None}, **given)

    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    return run
