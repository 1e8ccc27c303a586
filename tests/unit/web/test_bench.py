"""The workbench beside a statement: languages that the problem takes, own inputs, or answers instead."""

from dataclasses import replace
import re

import httpx
import pytest

from tests.unit.api.door import Door, SteadyClock
from tests.unit.api.test_runs import INTERACTIVE, PROGRAM


async def bench_of(http: httpx.AsyncClient, door: Door, **changes: object) -> str:
    problem = replace(await door.add_problem(), **changes)  # type: ignore[arg-type]
    await door.problems.record(problem, at=SteadyClock().now())
    text = (await http.get("/problems/sum")).text
    return text[text.index('class="bench"') :]


async def test_only_what_the_problem_takes_can_be_chosen(http: httpx.AsyncClient, door: Door) -> None:
    """Each in all its versions, as intake takes them."""
    bench = await bench_of(http, door, languages=("cpp", "python3"))
    assert re.findall(r'<option value="([^"]+)"', bench) == ["cpp", "cpp17", "cpp23", "python3", "pypy3"]
    everything = await bench_of(http, door)
    assert len(re.findall(r"<option ", everything)) >= 12


async def test_an_input_of_one_s_own(http: httpx.AsyncClient, door: Door) -> None:
    bench = await bench_of(http, door)
    assert "data-runs" in bench
    assert "<textarea" in bench
    assert "model answer" not in bench


@pytest.mark.parametrize(
    ("changes", "is_offered"),
    [({}, True), ({"validation": INTERACTIVE}, False), ({"model_solution": None}, False)],
    ids=["marked", "interactive", "none"],
)
async def test_the_model_answer_is_offered_where_it_is_given(
    http: httpx.AsyncClient, door: Door, changes: dict[str, object], *, is_offered: bool
) -> None:
    bench = await bench_of(http, door, **{"model_solution": PROGRAM, **changes})
    assert ("with-model-answer" in bench) is is_offered


async def test_where_answers_are_wanted_there_is_no_editor(http: httpx.AsyncClient, door: Door) -> None:
    bench = await bench_of(http, door, takes_answers=True)
    assert "data-answers" in bench
    assert "sample/1.out" in bench
    assert "data-editor" not in bench
    assert "data-runs" not in bench


async def test_languages_are_in_the_order_of_their_names(http: httpx.AsyncClient, door: Door) -> None:
    bench = await bench_of(http, door)
    names = re.findall(r"<option [^>]*>([^<]+)</option>", bench)
    assert names == sorted(names, key=str.lower)
    assert names.index("Python 3") < names.index("Python 3 (PyPy)")
