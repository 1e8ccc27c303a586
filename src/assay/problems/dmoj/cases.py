"""test_cases, in whichever of its forms: a list, expressions over the archive's names, or nothing at all.

What comes of it is the same: batches and single cases in their order, each with the node that speaks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assay.problems.dmoj.config import Node
from assay.problems.dmoj.data import DataFiles
from assay.problems.dmoj.patterns import DEFAULT_INPUT, DEFAULT_OUTPUT, PatternInvalid, Place, places
from assay.problems.documents import Value
from assay.problems.package import Report

CASES_MAX = 10_000
_POINTS_DEFAULT = 1.0
_POINTS_MAX = 1e6
_FORMATS = (("in", "input_format", DEFAULT_INPUT), ("out", "output_format", DEFAULT_OUTPUT))


@dataclass(frozen=True, kw_only=True)
class Case:
    """One test. `points` are those of its batch if it is in one; `batch` is its number, 0 outside of one."""

    node: Node
    points: float
    batch: int = 0


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Tests of which the worst decides, or a single one (`number` None). `requires`: numbers of batches."""

    cases: tuple[Case, ...]
    points: float
    number: int | None
    requires: tuple[int, ...] = ()


def read_cases(init: Node, data: DataFiles, report: Report) -> tuple[Batch, ...]:
    """Pretests first, worth nothing, then the others, in the order of running."""
    pretests = _of_list(init, init.items("pretest_test_cases"), 0, is_pretest=True)
    count = sum(batch.number is not None for batch in pretests)
    given = init.own("test_cases")
    if given is not None and isinstance(given.data, list):
        batches = _of_list(init, given.data, count, is_pretest=False)
    else:
        batches = _of_list(init, _matched(init, data), count, is_pretest=False)
    found = (*pretests, *batches)
    if not batches:
        init.error("test_cases", "has no test cases")
    if sum(len(batch.cases) for batch in found) > CASES_MAX:
        report.error(init.path, f"has more than {CASES_MAX} test cases")
        return ()
    return found


def _of_list(init: Node, values: Sequence[Value], batches: int, *, is_pretest: bool) -> tuple[Batch, ...]:
    found = []
    first = batches
    for value in values:
        node = init.inner(value)
        if node is None:
            continue
        points = 0.0 if is_pretest else _points(node)
        if node.own("batched") is None:
            found.append(Batch(cases=(Case(node=node, points=points),), points=points, number=None))
            continue
        batches += 1
        inner = [node.inner(each) for each in node.items("batched")]
        cases = tuple(Case(node=each, points=points, batch=batches) for each in inner if each is not None)
        if any(case.node.own("batched") is not None for case in cases):
            node.error("batched", "has batches in a batch")
        if not cases:
            node.error("batched", "has no test cases")
            continue
        # Batches are counted through, pretests included, as DMOJ counts them.
        requires = _dependencies(node, batches - first)
        found.append(
            Batch(
                cases=cases, points=points, number=batches, requires=tuple(first + each for each in requires)
            )
        )
    return tuple(found)


def _points(node: Node) -> float:
    points = node.number("points", at_most=_POINTS_MAX)
    return _POINTS_DEFAULT if points is None else points


def _dependencies(node: Node, number: int) -> tuple[int, ...]:
    found = []
    for value in node.items("dependencies"):
        if isinstance(value.data, bool) or not isinstance(value.data, int) or not 1 <= value.data < number:
            node.error("dependencies", "must be numbers of earlier batches, the first being 1")
            return ()
        found.append(value.data)
    return tuple(found)


def _matched(init: Node, data: DataFiles) -> list[Value]:
    """The list that expressions make: batches and cases by their numbers; words come before numbers."""
    if data.archive is None:
        init.error("test_cases", "is no list, which needs an `archive` whose names tell the test cases")
        return []
    own = init.node("test_cases")
    names = data.names_in_archive
    files: dict[int | str, dict[int | str, dict[str, str]]] = {}
    batches: set[int | str] = set()
    for kind, key, default in _FORMATS:
        pattern = default if own is None else own.text(key) or default
        try:
            found = places(pattern, names)
        except PatternInvalid as error:
            init.error(f"test_cases.{key}", str(error))
            return []
        for name, place in zip(names, found, strict=True):
            if place is not None:
                _note(files, batches, place)[kind] = name
    points = iter([] if own is None else own.items("case_points"))
    line = init.line
    values = []
    for batch in sorted(files, key=lambda each: (isinstance(each, int), each)):
        cases = files[batch]
        if batch not in batches and len(cases) > 1:
            init.error("test_cases", f"several files fit the test case {batch!r}; make input_format stricter")
        inner = [
            _mapping(cases[case], line)
            for case in sorted(cases, key=lambda each: (isinstance(each, int), each))
        ]
        node: dict[str, Value]
        if batch in batches:
            node = {"batched": Value(line=line, data=list(inner))}
        else:
            assert isinstance(inner[0].data, dict)  # noqa: S101  _mapping makes nothing else
            node = dict(inner[0].data)
        if own is not None and own.says("case_points"):
            given = next(points, None)
            if given is None:
                init.error("test_cases.case_points", "has fewer values than there are test cases")
                return []
            node["points"] = given
        values.append(Value(line=line, data=node))
    return values


def _note(
    files: dict[int | str, dict[int | str, dict[str, str]]], batches: set[int | str], place: Place
) -> dict[str, str]:
    """Where the files of a place are gathered. Outside of batches a case's number is that of its batch."""
    if place.batch is not None:
        batches.add(place.batch)
    batch = place.case if place.batch is None else place.batch
    return files.setdefault(batch, {}).setdefault(place.case, {})


def _mapping(files: dict[str, str], line: int) -> Value:
    return Value(
        line=line, data={kind: Value(line=line, data=name, text=name) for kind, name in files.items()}
    )
