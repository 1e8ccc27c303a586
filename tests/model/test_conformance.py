"""The model and the code agree: walks that the model allows, taken by the real adapters."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
import tempfile

import asyncpg
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest

from tests.contract.houses import ADAPTERS, NOON, House, in_memory, on_postgresql, on_sqlite, problem
from tests.contract.queue.relayed import BEHIND_A_BROKER, split, with_broker
from tests.engines.templates import Templates
from tests.model.protocol import Step
from tests.model.walks import Walk

STEPS = 60
WALKS = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
EMPTY = """
    DO $$ BEGIN
        EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(relname), ', ') FROM pg_class
                  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                    AND NOT relispartition AND relname <> 'alembic_version');
    END $$
"""

Open = Callable[[], AbstractAsyncContextManager[House]]


@asynccontextmanager
async def copied_sqlite(schema: Path) -> AsyncIterator[House]:
    with tempfile.TemporaryDirectory() as directory:
        async with on_sqlite(Path(directory), schema) as house:
            yield house


@asynccontextmanager
async def emptied_postgresql(url: str) -> AsyncIterator[House]:
    """Quicker than a database for each walk."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()
    async with on_postgresql(url) as house:
        yield house


@pytest.fixture(scope="module")
def database(templates: Templates) -> Iterator[str]:
    with asyncio.Runner() as runner:
        copied = templates.copy()
        yield runner.run(copied.__aenter__())
        runner.run(copied.__aexit__(None, None, None))


@asynccontextmanager
async def behind_a_broker(opened: Open) -> AsyncIterator[House]:
    """A house whose workers claim what a broker's messages name; a relay has its turn before each claim."""
    async with opened() as house:
        yield with_broker(house)


@pytest.fixture(params=[*ADAPTERS, *BEHIND_A_BROKER], scope="module")
def open_house(request: pytest.FixtureRequest) -> Open:
    adapter, how = split(request.param)
    if adapter == "memory":
        opened: Open = in_memory
    elif adapter == "sqlite":
        opened = partial(copied_sqlite, request.getfixturevalue("schema"))
    else:
        opened = partial(emptied_postgresql, request.getfixturevalue("database"))
    return partial(behind_a_broker, opened) if how else opened


@WALKS
@given(data=st.data())
def test_model_and_code_agree_on_every_step(open_house: Open, data: st.DataObject) -> None:
    def choose(steps: Sequence[Step]) -> Step:
        names = data.draw(st.sampled_from(sorted({step.name for step in steps})))
        return data.draw(st.sampled_from([step for step in steps if step.name == names]))

    async def walk() -> None:
        async with open_house() as house:
            await house.problems.record(problem(), at=NOON)
            walk = Walk(house=house, choose=choose)
            try:
                await walk.go(STEPS)
                await walk.compare()
            except BaseException:
                print("\n".join(walk.taken))
                raise

    asyncio.run(walk())
