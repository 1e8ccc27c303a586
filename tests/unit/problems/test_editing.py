"""A time limit written into a problem.yaml: nothing else in it changes."""

from hypothesis import given
from hypothesis import strategies as st
import pytest

from assay.problems.documents import parse_document
from assay.problems.editing import NotEditable, repr_of, with_time_limit
from assay.problems.package import Report


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("name: x\n", "name: x\nlimits:\n  time_limit: 2.5\n"),
        ("name: x", "name: x\nlimits:\n  time_limit: 2.5\n"),
        ("limits:\n  memory: 5\nname: x\n", "limits:\n  time_limit: 2.5\n  memory: 5\nname: x\n"),
        (
            "limits: # ours\n    # time\n    time_limit: 1.0 # seconds\n    memory: 5\n",
            "limits: # ours\n    # time\n    time_limit: 2.5 # seconds\n    memory: 5\n",
        ),
        ("limits:\n\n  memory: 5\n  time_limit: 9\n", "limits:\n\n  memory: 5\n  time_limit: 2.5\n"),
        ("limits: {memory: 5}\n", "limits: {time_limit: 2.5, memory: 5}\n"),
        ("limits: {memory: 5, time_limit: 1} # x\n", "limits: {memory: 5, time_limit: 2.5} # x\n"),
        ("limits: {}\nname: x\n", "limits: {time_limit: 2.5}\nname: x\n"),
        ("limits:\n    memory: 5\n", "limits:\n    time_limit: 2.5\n    memory: 5\n"),
    ],
)
def test_it_is_put_where_it_belongs(before: str, after: str) -> None:
    if before.startswith("limits:\n    "):
        assert parse_document("problem.yaml", with_time_limit(before, 2.5), Report()) is not None
    assert with_time_limit(before, 2.5) == after


@pytest.mark.parametrize(
    "text",
    [
        "limits: {memory:\n 5}\n",
        "limits: 5\n",
        "a: [\n",
        '"limits":\n  memory: 5\n',
        "a: |\n  limits:\nlimits: [1]\n",
    ],
)
def test_what_cannot_be_edited_is_left_to_its_author(text: str) -> None:
    with pytest.raises(NotEditable, match=r"write there: time_limit: 2\.5"):
        with_time_limit(text, 2.5)


LINES = st.sampled_from(
    ["name: x", "limits:", "  memory: 5", "  time_limit: 1", "  time_multipliers:", "    ac_to_time_limit: 2",
     "# limits:", "", "keywords: [a, b]", "limits: {memory: 5}", "source:", "  name: y", "  time_limit: 3"]
)  # fmt: skip


@given(st.lists(LINES, max_size=9).map("\n".join))
def test_nothing_else_changes_or_it_is_refused(text: str) -> None:
    before = parse_document("problem.yaml", text, Report())
    try:
        edited = with_time_limit(text, 7)
    except NotEditable:
        return
    after = parse_document("problem.yaml", edited, Report())
    assert before is not None
    assert after is not None
    limits = after.pop("limits").data
    assert isinstance(limits, dict)
    assert limits.pop("time_limit").text == "7"
    given_limits = before.pop("limits", None)
    old = {} if given_limits is None or not isinstance(given_limits.data, dict) else dict(given_limits.data)
    old.pop("time_limit", None)
    assert {name: repr_of(value) for name, value in after.items()} == {
        name: repr_of(value) for name, value in before.items()
    }
    assert {name: repr_of(value) for name, value in limits.items()} == {
        name: repr_of(value) for name, value in old.items()
    }
