"""`assay serve --role api`, as many processes as wanted, on a store of their own with one problem in it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assay.cli.roles import Role
from benchmarks.durable.cpu import cpu_seconds
from benchmarks.durable.stores import opened, store
from tests.product.running import running_server

_ROOM = {"ASSAY_PRACTICE_DEPTH_MAX": "10000000", "ASSAY_PRACTICE_AGE_SECONDS_MAX": "86400"}


@dataclass(frozen=True, kw_only=True)
class Doors:
    """`folder` is the store's; `data_dir` is the first process's, which has the rings on one machine."""

    urls: Sequence[str]
    pids: Sequence[int]
    folder: Path
    data_dir: Path
    database_url: str
    store_pid: int | None

    def cpu_seconds(self) -> tuple[float, float]:
        """Of the doors, and of the store's server."""
        return sum(map(cpu_seconds, self.pids)), 0.0 if self.store_pid is None else cpu_seconds(
            self.store_pid
        )


@contextmanager
def open_doors(kind: str, *, processes: int) -> Iterator[Doors]:
    with ExitStack() as stack:
        folder, url, store_pid = stack.enter_context(store(kind))
        folder.chmod(0o755)  # the doors are an ordinary user
        places = [folder / f"doors{number}" for number in range(processes)]
        address = f"sqlite://{places[0] / 'assay.sqlite3'}" if kind == "sqlite" else url
        environment = {"ASSAY_DATABASE_URL": address, **_ROOM}
        servers = [
            stack.enter_context(
                running_server(place, log=place.with_suffix(".log"), role=Role.API, environment=environment)
            )
            for place in places
        ]
        asyncio.run(_give_a_problem(places[0], address))
        yield Doors(
            urls=[each.url for each in servers],
            pids=[each.process.pid for each in servers],
            folder=folder,
            data_dir=places[0],
            database_url=address,
            store_pid=store_pid,
        )


async def _give_a_problem(data_dir: Path, address: str) -> None:
    async with opened(data_dir, address):
        pass
