"""Findings are compared one by one: two in a line are two, and one that moved is not one gone and one new."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from assay.assessments.evidence.finding_changes import changed_findings


def found(line: int, rule: str = "sleeps", **changes: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "competency": "concurrency",
        "severity": "major",
        "message": f"{rule} blocks",
        "path": "main.py",
        "start_line": line,
        "end_line": line,
        **changes,
    }


def told(recorded: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [(each.what, each.recorded, each.now) for each in changed_findings(recorded, now)]


CASES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], list[tuple[Any, ...]]]] = {
    "the same": ([found(1), found(2)], [found(2), found(1)], []),
    "two in a line, the same": ([found(1), found(1)], [found(1), found(1)], []),
    "two in a line, one gone": (
        [found(1), found(1)],
        [found(1)],
        [("finding sleeps at main.py:1", "sleeps blocks", None)],
    ),
    "two in a line, one more": (
        [found(1)],
        [found(1), found(1), found(1)],
        [("finding sleeps at main.py:1", None, "sleeps blocks")] * 2,
    ),
    "two in a line, one says something else": (
        [found(1, message="a"), found(1, message="b")],
        [found(1, message="a"), found(1, message="c")],
        [("message of finding sleeps at main.py:1", "b", "c")],
    ),
    "moved": (
        [found(1)],
        [found(4)],
        [("place of finding sleeps at main.py:1", "line 1", "line 4")],
    ),
    "two moved, each to the nearest": (
        [found(1), found(10)],
        [found(2), found(11)],
        [
            ("place of finding sleeps at main.py:1", "line 1", "line 2"),
            ("place of finding sleeps at main.py:10", "line 10", "line 11"),
        ],
    ),
    "one moved over another that stayed": (
        [found(1), found(2)],
        [found(2), found(3)],
        [("place of finding sleeps at main.py:1", "line 1", "line 3")],
    ),
    "one moved and one new": (
        [found(5)],
        [found(6), found(90)],
        [
            ("place of finding sleeps at main.py:5", "line 5", "line 6"),
            ("finding sleeps at main.py:90", None, "sleeps blocks"),
        ],
    ),
    "longer": (
        [found(1)],
        [found(1, end_line=3)],
        [("place of finding sleeps at main.py:1", "line 1", "lines 1 to 3")],
    ),
    "more severe": (
        [found(1, severity="minor")],
        [found(1)],
        [("severity of finding sleeps at main.py:1", "minor", "major")],
    ),
    "another rule at the same line": (
        [found(1)],
        [found(1, "waits")],
        [
            ("finding sleeps at main.py:1", "sleeps blocks", None),
            ("finding waits at main.py:1", None, "waits blocks"),
        ],
    ),
    "in another file": (
        [found(1)],
        [found(1, path="b.py")],
        [
            ("finding sleeps at b.py:1", None, "sleeps blocks"),
            ("finding sleeps at main.py:1", "sleeps blocks", None),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_changed_is_told_once_and_no_more(name: str) -> None:
    recorded, now, expected = CASES[name]
    assert told(recorded, now) == expected
    assert told(recorded[::-1], now[::-1]) == expected, "the order in which they were found is no matter"


def test_what_is_no_text_is_told_all_the_same() -> None:
    assert told([found(1, message=[1]), found(1, message="x")], [found(1, message="x")]) == [
        ("finding sleeps at main.py:1", [1], None)
    ]


def paired_by_hand(recorded: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """From which line to which each has moved, every other one looked at for each."""
    lines, left = sorted(each["start_line"] for each in recorded), sorted(each["start_line"] for each in now)
    for line in (Counter(lines) & Counter(left)).elements():
        lines.remove(line)
        left.remove(line)
    moved = []
    for line in lines:
        if left:
            nearest = min(left, key=lambda other: abs(other - line))
            left.remove(nearest)
            moved.append((f"line {line}", f"line {nearest}"))
    return sorted(moved)


@pytest.mark.parametrize("seed", range(50))
def test_each_that_moved_is_told_with_the_nearest_that_is_left(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - only has to vary
    recorded, now = ([found(random.randint(1, 30)) for _ in range(random.randint(0, 12))] for _ in range(2))
    moved = [(before, after) for _, before, after in told(recorded, now) if before and after]
    assert sorted(moved) == paired_by_hand(recorded, now)


class Asked(dict[str, Any]):
    """Counts how often any is asked for what it says."""

    times = 0

    def __getitem__(self, name: str) -> Any:
        Asked.times += 1
        return super().__getitem__(name)


@pytest.mark.parametrize(
    ("first", "changes"),
    [(10_001, {}), (1, {"message": "something else"}), (10_001, {"message": "something else"})],
    ids=["moved", "changed", "gone and new"],
)
def test_many_are_not_compared_with_all_others(first: int, changes: dict[str, Any]) -> None:
    count = 2_000
    recorded = [Asked(found(line)) for line in range(1, count + 1)]
    now = [Asked(found(line, **changes)) for line in range(first, first + count)]
    Asked.times = 0
    assert len(told(recorded, now)) == (2 * count if first > 1 and changes else count)
    assert Asked.times < 200 * count
