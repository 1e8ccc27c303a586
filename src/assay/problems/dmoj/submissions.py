"""The jury's submissions: `tests/<name>/test.yml`, or `tests` in init.yml, with what each test comes to.

language: CPP17
source: solution.cpp       or a list of sources, each a submission
expect: AC                 the codes that any test may have; a list, or * for all
cases: {2: [WA, AC]}       other codes for single tests, counted from 1; or a list of codes
time, memory               limits of this submission: the problem's, which DMOJ keeps elsewhere
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
import re

from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.problems.conversion import Conversion
from assay.problems.dmoj.config import Node
from assay.problems.dmoj.words import language_id_of, verdicts_of
from assay.problems.documents import YAML_BYTES_MAX, Value, parse_document
from assay.problems.expectations import ANY_VERDICT, FORMAT_VERDICTS, Expectation, Rule, finer, ordered
from assay.problems.limits import MEMORY_MAX_MIB, TIME_MAX_S
from assay.problems.package import PackageSubmission
from assay.problems.submissions import FILES_MAX

_FOLDER = "tests"
_FILES = ("test.yml", "test.posix.yml", "test.linux.yml")  # what later ones say counts more
_UNCHECKED = (
    "score",
    "score_cases",
    "feedback",
    "feedback_cases",
    "extended_feedback",
    "extended_feedback_cases",
)


@dataclass(frozen=True, kw_only=True)
class JuryTest:
    """One description of submissions, and the folder that its sources are in ("" for the package's)."""

    node: Node
    folder: str


@dataclass(frozen=True, kw_only=True)
class GivenLimits:
    """The limits that most of the jury's submissions run with; None where there are no such."""

    cpu_time_ms: int | None
    memory_bytes: int | None


def read_jury_tests(conversion: Conversion, init: Node) -> tuple[JuryTest, ...]:
    """All descriptions in the package."""
    found = [
        JuryTest(node=node, folder="")
        for value in init.items("tests")
        if (node := init.inner(value)) is not None
    ]
    for name in conversion.folder.names_in(_FOLDER):
        folder = f"{_FOLDER}/{name}"
        values: dict[str, Value] = {}
        path = ""
        for file in _FILES:
            if f"{folder}/{file}" in conversion.folder.sizes:
                path = f"{folder}/{file}"
                text = conversion.folder.read_text(path, bytes_max=YAML_BYTES_MAX)
                values |= (None if text is None else parse_document(path, text, conversion.report)) or {}
        if values:
            found.append(JuryTest(node=Node(values, conversion.report, path=path), folder=folder))
    return tuple(found)


def limits_of(tests: Sequence[JuryTest]) -> GivenLimits:
    """The limits that most submissions agree on; whose are others is warned about."""
    time = _of_most(tests, "time", at_least=0.001, at_most=TIME_MAX_S)
    memory = _of_most(tests, "memory", at_least=1, at_most=MEMORY_MAX_MIB * 1024)  # in KiB
    return GivenLimits(
        cpu_time_ms=None if time is None else round(time * 1000) or 1,
        memory_bytes=None if memory is None else int(memory * 1024),
    )


def _of_most(tests: Sequence[JuryTest], key: str, *, at_least: float, at_most: float) -> float | None:
    """What more than half of the descriptions give as `key`. A problem has one limit here."""
    given = [test.node.number(key, at_least=at_least, at_most=at_most) for test in tests]
    ((found, count),) = Counter(given).most_common(1) or [(None, 0)]
    if found is None or 2 * count <= len(given):
        return None
    for test, own in zip(tests, given, strict=True):
        if own is not None and own != found:
            test.node.warn(key, f"is judged with {found:g} as the others are: a problem has one limit here")
    return found


def read_submissions(
    conversion: Conversion, jury_tests: Sequence[JuryTest], tests: Sequence[TestCase]
) -> tuple[PackageSubmission, ...]:
    """Every submission, with its expectation for the problem's tests."""
    found: dict[str, PackageSubmission] = {}
    for jury_test in jury_tests:
        node = jury_test.node
        if node.flag("skip"):
            continue
        language = node.text("language") or ""
        language_id = language_id_of(language, conversion.languages)
        for name in _sources(node):
            path = f"{jury_test.folder}/{name}" if jury_test.folder else name
            file = conversion.source_file(path)
            if file is None:
                continue
            if language_id is None:
                conversion.report.warn(path, f"skipped: there is no language here for {language[:40]!r}")
            found[path] = PackageSubmission(
                path=path,
                files=(file,),
                language_id=language_id,
                expectation=_expectation(node, tests),
            )
        if any(node.says(key) for key in _UNCHECKED):
            node.warn("expect", "points and feedback of single tests are not compared with what is expected")
    return tuple(found.values())


def _sources(node: Node) -> Iterator[str]:
    names = node.texts("source")
    if not names:
        node.error("source", "is missing")
    yield from names[:FILES_MAX]


def _expectation(node: Node, tests: Sequence[TestCase]) -> Expectation:
    """What the whole comes to, and a rule for each test that has codes of its own."""
    everywhere = _verdicts(node, "expect", node.get("expect"))
    if everywhere is None:
        everywhere = frozenset({Verdict.AC})
    single = _by_case(node, len(tests))
    sets = [single.get(number, everywhere) for number in range(1, len(tests) + 1)]
    possible = frozenset[Verdict]().union(*sets)
    if Verdict.CE in everywhere:
        possible |= {Verdict.CE}
    if any(each and Verdict.AC not in each for each in sets):
        possible -= {Verdict.AC}
    rules = []
    for number, test in enumerate(tests, start=1):
        permitted = _of_format(single.get(number, everywhere))
        if permitted and (number in single or permitted != FORMAT_VERDICTS):
            name = re.compile(re.escape(test.name))
            origin = f"{node.path}, case {number}" if number in single else ""
            rules.append(
                Rule(permitted=permitted, required=permitted, tests=name, where=test.name, origin=origin)
            )
    return Expectation(verdicts=ordered(possible), rules=tuple(rules))


def _of_format(verdicts: frozenset[Verdict]) -> frozenset[Verdict]:
    """The package format's four, of which each stands for finer ones."""
    return frozenset(each for each in FORMAT_VERDICTS if not finer({each}).isdisjoint(verdicts))


def _by_case(node: Node, count: int) -> dict[int, frozenset[Verdict]]:
    found = node.get("cases")
    if found is None:
        return {}
    if isinstance(found.data, list):
        pairs = [(str(number), value) for number, value in enumerate(found.data, start=1)]
    elif isinstance(found.data, dict):
        pairs = list(found.data.items())
    else:
        node.error("cases", "must be a list of codes, or a mapping of numbers to codes")
        return {}
    sets = {}
    for number, value in pairs:
        verdicts = _verdicts(node, "cases", value)
        if not number.isdecimal() or not 1 <= int(number[:9]) <= count:
            node.warn("cases", f"{number[:20]!r} is no test's number; there are {count}")
        elif verdicts is not None:
            sets[int(number)] = verdicts
    return sets


def _verdicts(node: Node, key: str, value: Value | None) -> frozenset[Verdict] | None:
    if value is None:
        return None
    if value.text == "*":
        return ANY_VERDICT
    codes = value.data if isinstance(value.data, list) else [value]
    found: frozenset[Verdict] = frozenset()
    for code in codes:
        verdicts = verdicts_of(code.text or "")
        if verdicts is None:
            node.error(key, f"{(code.text or '')[:20]!r} is no result code")
            return None
        found |= verdicts
    return found
