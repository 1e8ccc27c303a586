"""A standby takes over without the last commits: whoever saw them says what is missing, without a restart."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
import signal

import pytest

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.scripts import PostgresScripts
from assay.adapters.sql.history import SqlHistory
from assay.errors import Unavailable
from tests.contract.history.installed import Installation, Process, accepted, the_break
from tests.engines.postgres import PostgresServer, running_postgres
from tests.engines.templates import Templates


@dataclass(frozen=True, kw_only=True)
class Cluster:
    primary: PostgresServer
    standby: PostgresServer
    installation: Installation  # by a connection to whichever may be written


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    with running_postgres() as primary, running_postgres(follows=primary) as standby:
        async with Templates(primary).copy() as url:
            database = url.rpartition("/")[2]
            either = f"{primary.url('').rstrip('/')},127.0.0.1:{standby.port}/{database}"
            async with open_pool(f"{either}?target_session_attrs=read-write") as pool:
                scripts = PostgresScripts(pool)
                installation = Installation(scripts=scripts, history=SqlHistory(scripts))
                await installation.found()
                yield Cluster(primary=primary, standby=standby, installation=installation)
            primary.stop()  # if it has not been
            primary.start()  # for the copy to be dropped


async def test_commits_that_a_failover_lost_are_missed_by_who_saw_them(
    cluster: Cluster, tmp_path: Path
) -> None:
    installation = cluster.installation
    process = Process(installation, tmp_path)
    await installation.accept(1)
    await process.watch.begin()
    await asyncio.to_thread(cluster.primary.catch_up, cluster.standby)
    await asyncio.to_thread(cluster.standby.stop)
    await installation.accept(2, 3)  # answered, since no standby has to be waited for
    process.watch.see(accepted(3))
    await asyncio.to_thread(cluster.primary.stop, signal.SIGQUIT)
    with pytest.raises(Unavailable):
        await process.watch.look()
    assert process.told == []
    await asyncio.to_thread(cluster.standby.start)
    await asyncio.to_thread(cluster.standby.promote)
    await look_until_it_answers(process)
    assert process.told == await installation.history.breaks() == [the_break(2, kept=1, missing=3)]


async def look_until_it_answers(process: Process) -> None:
    for _ in range(100):
        try:
            await process.watch.look()
        except Unavailable:
            await asyncio.sleep(0.1)
        else:
            return
    raise AssertionError("the standby that was promoted does not answer")
