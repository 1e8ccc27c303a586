"""The `ProblemStore` port: versions stay, the newest is current, lists go by id."""

from dataclasses import replace
from datetime import timedelta

from assay.domain.problem import Statement, StatementFormat
from tests.contract.houses import NOON, House, problem


async def test_a_problem_is_read_as_it_was_recorded(house: House) -> None:
    assert await house.problems.current("sum") == problem()
    assert await house.problems.version("sum", "v1") == problem()


async def test_what_is_unknown_reads_as_nothing(house: House) -> None:
    assert await house.problems.current("nothing") is None
    assert await house.problems.version("sum", "v9") is None


async def test_a_new_version_becomes_current_and_the_old_one_stays(house: House) -> None:
    newer = problem(version="v2", name="Sum, revised")
    await house.problems.record(newer, at=NOON)
    assert await house.problems.current("sum") == newer
    assert await house.problems.version("sum", "v1") == problem()


async def test_going_back_to_an_old_version_makes_it_current(house: House) -> None:
    await house.problems.record(problem(version="v2"), at=NOON)
    await house.problems.record(problem(), at=NOON + timedelta(seconds=1))
    assert await house.problems.current("sum") == problem()


async def test_name_and_statements_change_within_a_version(house: House) -> None:
    assert (
        await house.problems.current("sum") == problem()
    )  # read before, so that an adapter may have kept it
    text = Statement(language="de", format=StatementFormat.TEX, text="Addiere.")
    reworded = replace(problem(), name="Summe", statements=(text,))
    await house.problems.record(reworded, at=NOON + timedelta(seconds=1))
    assert await house.problems.current("sum") == reworded
    ((summary,), _) = await house.problems.page(after=None, limit=10)
    assert summary.name == "Summe"


async def test_pages_go_by_id_and_end(house: House) -> None:
    for name in ("b", "a", "z", "c"):
        await house.problems.record(problem(problem_id=name), at=NOON)
    pages = []
    after = None
    while True:
        summaries, after = await house.problems.page(after=after, limit=2)
        pages.append([summary.id for summary in summaries])
        if after is None:
            break
    assert pages == [["a", "b"], ["c", "sum"], ["z"]]
    ((summary, *_), _) = await house.problems.page(after=None, limit=1)
    assert (summary.version, summary.cpu_time_ms, summary.memory_bytes, summary.test_count) == (
        "v1",
        1000,
        1 << 28,
        1,
    )


async def test_more_problems_than_are_kept_in_memory_are_all_read(house: House) -> None:
    names = [f"p{n:02}" for n in range(40)]
    for name in names:
        await house.problems.record(problem(problem_id=name), at=NOON)
    for name in names + names:
        found = await house.problems.current(name)
        assert found is not None
        assert found.id == name
