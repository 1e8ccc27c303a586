"""Submissions of past months go into a file and come back, on either database and from one to the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import shutil
import sqlite3
from typing import Any

import pytest

from assay.adapters.local.clock import SystemClock
from assay.adapters.postgres.pool import open_pool
from assay.adapters.postgres.schema import make_partitions
from assay.domain.acceptance import Acceptance
from assay.domain.events import SubmissionEvent
from assay.domain.identity import uuid7
from assay.domain.judgement import Judgement
from assay.operate.privileges import DEFAULT_USER
from assay.settings import read_settings
from assay.verdicts.ports import SubmissionState
from assay.wiring.archive import open_shelves
from assay.wiring.backends import open_backend
from tests.contract.houses import House, judgement, on_postgresql, on_sqlite, problem
from tests.engines.templates import Templates
from tests.product.running import assay

NOVEMBER, DECEMBER, FEBRUARY = (
    datetime(*month, 30 if month[1] > 2 else 3, 12, tzinfo=UTC)
    for month in ((2025, 11), (2025, 12), (2026, 2))
)
BEFORE = "2026-01"
Everything = tuple[SubmissionState | None, list[Judgement], list[SubmissionEvent]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """A database, and how commands and tests come to it."""

    data_dir: Path
    url: str
    open: Callable[[], AbstractAsyncContextManager[House]]

    def run(self, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        if os.geteuid() == 0:  # the command goes on as the ordinary user whose folder it is
            for path in (self.data_dir, *self.data_dir.rglob("*")):
                shutil.chown(path, DEFAULT_USER, DEFAULT_USER)
        done = assay(
            "archive", *arguments, "--data-dir", self.data_dir, "--json",
            env={**os.environ, "ASSAY_DATABASE_URL": self.url},
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        found: dict[str, Any] = json.loads(done.stdout or "{}")
        return found


@pytest.fixture
async def places(tmp_path: Path, schema: Path, templates: Templates) -> AsyncIterator[dict[str, Place]]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(templates.copy())
        async with open_pool(url) as database:
            for month in (NOVEMBER, FEBRUARY):
                await make_partitions(database, now=month)
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        file = tmp_path / "one/assay.sqlite3"

        def on_file() -> AbstractAsyncContextManager[House]:
            source = schema
            if file.exists():  # it is copied from a template: here, itself
                source = tmp_path / "kept.sqlite3"
                file.replace(source)
            return on_sqlite(tmp_path / "one", source)

        yield {
            "sqlite": Place(data_dir=tmp_path / "one", url=f"sqlite://{file}", open=on_file),
            "postgresql": Place(data_dir=tmp_path / "two", url=url, open=lambda: on_postgresql(url)),
        }


async def fill(house: House) -> dict[str, str]:
    """A submission of each kind; their identities."""
    await house.problems.record(problem(), at=NOVEMBER)
    made = {}
    for number, (name, at) in enumerate(
        {"late": NOVEMBER, "judged": DECEMBER, "dead": DECEMBER, "waiting": DECEMBER, "new": FEBRUARY}.items()
    ):
        identity = uuid7(at, bytes([number] * 10))
        made[name] = identity
        house.clock.instant = at
        await house.submit(identity)
        if name == "waiting":
            continue
        (lease,) = [each for each in await house.claim(token=name) if each.submission_id == identity]
        if name == "dead":
            assert await house.queue.bury(lease, cause="for the test")
            continue
        judged_at = FEBRUARY if name == "late" else at
        written = replace(judgement(lease, uuid7(judged_at, bytes([100 + number] * 10))), started_at=at)
        assert await house.verdicts.finish(lease, written)
    return made


async def everything(house: House, identity: str) -> Everything:
    return (
        await house.reader.submission(identity),
        await house.reader.judgements(identity),
        await house.reader.events(identity, after_seq=0),
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_what_is_over_goes_and_comes_back_as_it_was(
    places: dict[str, Place], kind: str, tmp_path: Path
) -> None:
    place, file = places[kind], tmp_path / "archive.tar"
    async with place.open() as house:
        made = await fill(house)
        before = {name: await everything(house, identity) for name, identity in made.items()}
    done = place.run("create", file, "--before", BEFORE)
    assert (done["rows"]["submissions"], done["taken_out"]) == (2, 2)
    if kind == "postgresql":
        assert "submissions_2025_11" in done["cleared"]
        assert not any("submissions_2025_12" in name for name in done["cleared"]), "some of it is not over"
    verified = assay("backup", "verify", file)
    assert verified.returncode == 0, verified.stdout
    async with place.open() as house:
        for name, identity in made.items():
            found = await everything(house, identity)
            assert found == ((None, [], []) if name in ("late", "judged") else before[name]), name
    async with open_backend(read_settings({"ASSAY_DATABASE_URL": place.url}), SystemClock()) as backend:
        gone = Acceptance(id=made["judged"], at=DECEMBER)
        assert (await backend.history.look([gone])).lost == (), "the dead letter is older, and still there"
    nothing = place.run("create", tmp_path / "second.tar", "--before", BEFORE)
    assert (nothing["rows"]["submissions"], nothing["taken_out"]) == (0, 0)
    for _ in range(2):
        assert place.run("restore", file)["rows"]["submissions"] == 2
        async with place.open() as house:
            for name, identity in made.items():
                assert await everything(house, identity) == before[name], name


@pytest.mark.parametrize(("of", "into"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
async def test_an_archive_of_one_database_comes_back_into_the_other(
    places: dict[str, Place], of: str, into: str, tmp_path: Path
) -> None:
    file = tmp_path / "archive.tar"
    async with places[of].open() as house:
        made = await fill(house)
        before = await everything(house, made["late"])
    places[of].run("create", file, "--before", BEFORE, "--keep")
    async with places[of].open() as house:
        assert await everything(house, made["late"]) == before, "kept"
    async with places[into].open():
        pass  # made
    places[into].run("restore", file)
    async with places[into].open() as house:
        assert await everything(house, made["late"]) == before


async def test_a_database_of_an_older_schema_is_left_as_it_is(
    places: dict[str, Place], tmp_path: Path
) -> None:
    place, archived = places["sqlite"], tmp_path / "archive.tar"
    async with place.open() as house:
        await fill(house)
    place.run("create", archived, "--before", BEFORE, "--keep")
    with closing(sqlite3.connect(place.data_dir / "assay.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0009'")
    for words in (("create", tmp_path / "x.tar", "--before", BEFORE), ("restore", archived)):
        assert "'assay migrate'" in place.run(*words, code=3)["error"]["message"]
    assert not (tmp_path / "x.tar").exists()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_who_has_changed_since_it_was_copied_stays(places: dict[str, Place], kind: str) -> None:
    place = places[kind]
    async with place.open() as house:
        made = await fill(house)
        state = await house.reader.submission(made["judged"])
        assert state is not None
        last_seq = state.last_seq
    async with open_shelves(read_settings({"ASSAY_DATABASE_URL": place.url})) as shelves:
        assert await shelves.remove({made["judged"]: last_seq - 1}) == 0
        assert await shelves.remove({made["dead"]: 99, made["waiting"]: 1}) == 0
        assert await shelves.remove({made["judged"]: last_seq, "nobody": 1}) == 1
    async with place.open() as house:
        assert await house.reader.submission(made["judged"]) is None
        assert await house.reader.submission(made["waiting"]) is not None


async def test_a_damaged_archive_is_not_put_back(places: dict[str, Place], tmp_path: Path) -> None:
    place, file = places["sqlite"], tmp_path / "archive.tar"
    async with place.open() as house:
        made = await fill(house)
    place.run("create", file, "--before", BEFORE)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert not place.run("restore", file, code=1)["ok"]
    async with place.open() as house:
        assert await house.reader.submission(made["judged"]) is None


@pytest.mark.parametrize(
    ("before", "why"), [("2999-01", "repeat a request"), ("January", "2026-01"), ("2026-13", "2026-01")]
)
def test_a_month_that_is_too_near_or_none_is_refused(tmp_path: Path, before: str, why: str) -> None:
    refused = assay("archive", "create", tmp_path / "x.tar", "--before", before, "--data-dir", tmp_path)
    assert (refused.returncode, why in refused.stderr) == (2, True), refused.stderr
    assert not (tmp_path / "x.tar").exists()
