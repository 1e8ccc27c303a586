"""Trees of test groups for formats whose groups are flat, by the names that the package format would use.

    ""                     the sum of
      sample               tests that are shown, worth nothing
      secret               the sum of
        secret/<group>     tests, or beside them
        secret/<test>      tests that are in no group

Groups are run in the order of their first tests, each behind those that it requires.
"""

from collections.abc import Iterable, Mapping, Sequence
import re

from assay.domain.grading import Aggregation, TestGroup

SAMPLE, SECRET = "sample", "secret"
_FORBIDDEN = re.compile(r"[^a-zA-Z0-9_.-]+")


class Circle(ValueError):
    """Groups require each other in a circle. The message names them."""


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """For each name one that the package format allows for a folder, all of them different."""
    plain: dict[str, str] = {}
    for name in names:
        if name in plain:
            continue
        word = _FORBIDDEN.sub("-", name).lstrip(".-")[:80] or "group"
        candidate, count = word, 2
        while candidate in plain.values():
            candidate, count = f"{word}-{count}", count + 1
        plain[name] = candidate
    return plain


def in_order_of_need(names: Sequence[str], requires: Mapping[str, Sequence[str]]) -> list[str]:
    """The names as they are, but each behind all that it requires. Raises `Circle`."""
    done: list[str] = []
    pending = list(dict.fromkeys(names))
    while pending:
        free = next((each for each in pending if set(requires.get(each, ())) <= set(done)), None)
        if free is None:
            raise Circle(", ".join(pending))
        pending.remove(free)
        done.append(free)
    return done


def numbered(number: int, count: int) -> str:
    """A test's number among `count`, so that names are ordered as numbers are."""
    return f"{number:0{max(2, len(str(count)))}d}"


def summing(name: str, members: Sequence[TestGroup | str], max_score: float | None) -> TestGroup:
    """A group of which every member is run and counts."""
    return TestGroup(
        name=name,
        members=tuple(members),
        aggregation=Aggregation.SUM,
        stops_at_rejection=False,
        max_score=max_score,
    )
