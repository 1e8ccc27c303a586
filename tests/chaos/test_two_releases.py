"""Doors and workers of the release before go on beside those of this one, on the schema of this one.

An upgrade has this moment: `assay migrate` of the new release has run, and doors and workers are restarted
one by one. Until a release is tagged, the release before is the last commit before a migration: its code is
taken from the history of this checkout and run as it was, with its own judge of tests/chaos. `make
chaos` also takes one that had the schema of the first with several hosts.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryFile
import time

import pytest

from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.problems import PostgresProblemStore
from assay.adapters.sql.schema import HEAD
from assay.cli.roles import Role
from tests.chaos.hosts import LEASE_SECONDS
from tests.chaos.test_matrix import ALL
from tests.contract.houses import NOON, problem
from tests.engines.postgres import PostgresServer, running_postgres
from tests.product.running import ROOT, RunningServer, running_server

MIGRATIONS = "src/assay/adapters/sql/migrations/versions"
FIRST_ON_POSTGRESQL = "0007"  # the schema that the first release with several hosts had
BEFORE = [f"{int(HEAD) - 1:04}", *([FIRST_ON_POSTGRESQL] if ALL else [])]
SECONDS_MAX = 90
SUBMISSIONS = 24
_WORKERS = "SELECT DISTINCT worker_id FROM jobs WHERE worker_id IS NOT NULL"
_LEFT = "SELECT count(*) FROM jobs WHERE state IN ('pending', 'leased')"
_WRONG = """
    SELECT count(*) FROM submissions AS s
     WHERE status <> 'judged' OR (SELECT count(*) FROM judgements AS j WHERE j.submission_id = s.id) <> 1
        OR (SELECT count(*) FROM events AS e WHERE e.submission_id = s.id) <> last_seq
"""
_HELD = "SELECT count(*) FROM jobs WHERE state = 'leased' AND worker_id = 'worker:{pid}'"


@dataclass(frozen=True, kw_only=True)
class Release:
    """The code of one, in a folder; this one's is the checkout."""

    folder: Path

    def environment(self, url: str, data_dir: Path) -> dict[str, str]:
        return {
            "PYTHONPATH": str(self.folder / "src"),
            "ASSAY_DATABASE_URL": url,
            "ASSAY_DATA_DIR": str(data_dir),
            "ASSAY_LEASE_SECONDS": f"{LEASE_SECONDS}",
            "ASSAY_HEARTBEAT_SECONDS": "0.3",
        }

    def migrate(self, url: str, data_dir: Path) -> None:
        with TemporaryFile() as said:
            done = self._start(["-m", "assay", "migrate"], url, data_dir, said.fileno())
            code = done.wait(SECONDS_MAX)
            said.seek(0)
            assert code == 0, said.read().decode()

    @contextmanager
    def worker(self, url: str, directory: Path) -> Iterator["subprocess.Popen[bytes]"]:
        with (directory / "workers.log").open("ab") as log:
            process = self._start(["-m", "tests.chaos.host_worker"], url, directory / "doors", log.fileno())
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @contextmanager
    def doors(self, url: str, directory: Path, name: str) -> Iterator[RunningServer]:
        with running_server(
            directory / name,
            log=directory / f"{name}.log",
            role=Role.API,
            environment=self.environment(url, directory / name),
        ) as doors:
            yield doors

    def _start(self, command: list[str], url: str, data_dir: Path, output: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=self.folder,
            env={**os.environ, **self.environment(url, data_dir)},
        )  # fmt: skip


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.mark.parametrize("schema", BEFORE)
def test_workers_and_doors_of_two_releases_share_the_work(
    tmp_path: Path, postgres: PostgresServer, schema: str
) -> None:
    tmp_path.chmod(0o755)
    before, now = release_at(schema, tmp_path / "before"), Release(folder=ROOT)
    database = f"two_releases_{schema}"
    url = postgres.create_database(database)
    before.migrate(url, tmp_path / "migrating")
    assert postgres.sql("SELECT version_num FROM alembic_version", database).strip() == schema
    with ExitStack() as stack:
        old_doors = stack.enter_context(before.doors(url, tmp_path, "old"))
        old, survivor = (stack.enter_context(before.worker(url, tmp_path)) for _ in range(2))
        asyncio.run(record_problem(url))
        wait_until(lambda: all_have_worked(postgres, database, old_doors, [old, survivor]))
        now.migrate(url, tmp_path / "migrating")
        assert postgres.sql("SELECT version_num FROM alembic_version", database).strip() == HEAD
        new_doors = stack.enter_context(now.doors(url, tmp_path, "new"))
        new = stack.enter_context(now.worker(url, tmp_path))
        wait_until(lambda: all_have_worked(postgres, database, new_doors, [old, new]))
        accepted = [
            submit((old_doors, new_doors)[each % 2], kind, each)
            for each, kind in enumerate(["plain", "slow", "fault"] * (SUBMISSIONS // 3))
        ]
        wait_until(lambda: number(postgres, database, _LEFT) == 0)
        for identity in accepted:
            told = [
                doors.http.get(f"/api/v1/submissions/{identity}").json() for doors in (old_doors, new_doors)
            ]
            assert [each["status"] for each in told] == ["judged", "judged"]
            assert told[0]["verdict"] == told[1]["verdict"]

        # whichever dies, those that are left take what it had
        for dying, begin in ((old, 100), (new, 200)):
            slow = [submit((old_doors, new_doors)[each % 2], "slow", begin + each) for each in range(8)]
            held = _HELD.format(pid=dying.pid)
            wait_until(lambda held=held: number(postgres, database, held) > 0)  # type: ignore[misc]
            dying.kill()
            wait_until(lambda: number(postgres, database, _LEFT) == 0)
            assert {old_doors.wait_for_verdict(each)["status"] for each in slow} == {"judged"}
        assert number(postgres, database, _WRONG) == 0, "each is judged once, and told without gaps"
        assert survivor.poll() is None

        with before.worker(url, tmp_path) as refused:
            assert refused.wait(SECONDS_MAX) != 0, "what starts now must know the schema"
        assert "newer release" in (tmp_path / "workers.log").read_text()


async def record_problem(url: str) -> None:
    async with open_pool(url) as database:
        await PostgresProblemStore(database).record(problem(), at=NOON)


def release_at(schema: str, folder: Path) -> Release:
    """The last commit that had this schema, from the history of this checkout."""
    following = next(each for each in sorted(migrations()) if each > schema)
    added = git(
        "log", "--diff-filter=A", "--format=%H", "-1", "--", f"{MIGRATIONS}/{migrations()[following]}"
    )
    if not added:
        pytest.skip("this checkout has no history to take the release before from (git fetch --unshallow)")
    folder.mkdir()
    archive = subprocess.run(
        ["/usr/bin/git", "archive", f"{added}~1", "src", "tests"], cwd=ROOT, capture_output=True, check=True
    )
    subprocess.run(
        ["/usr/bin/tar", "--extract", "--directory", str(folder)], input=archive.stdout, check=True
    )
    return Release(folder=folder)


def migrations() -> dict[str, str]:
    """The files by their numbers."""
    return {path.name[:4]: path.name for path in (ROOT / MIGRATIONS).glob("[0-9]*.py")}


def git(*arguments: str) -> str:
    """What git says; nothing where there is no repository."""
    done = subprocess.run(
        ["/usr/bin/git", "-c", f"safe.directory={ROOT}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def submit(doors: RunningServer, kind: str, count: int) -> str:
    return doors.submit("sum", "c", f"// {kind} {count}\n", user_id="two releases")


def all_have_worked(
    postgres: PostgresServer,
    database: str,
    doors: RunningServer,
    workers: Sequence["subprocess.Popen[bytes]"],
) -> bool:
    """Whether each has had a job; if not, there are some more."""
    names = set(postgres.sql(_WORKERS, database).split())
    if all(f"worker:{each.pid}" in names for each in workers):
        return True
    for count in range(3):
        submit(doors, "plain", count)
    return False


def number(postgres: PostgresServer, database: str, query: str) -> int:
    return int(postgres.sql(query, database))


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
