"""The tests of a testset: where their files are, and what is to be made of those that are not there.

A "full" package has all files, a "standard" one leaves out what its generators and its main solution make.
"""

from collections.abc import Callable
from dataclasses import dataclass
import re
import shlex

from assay.domain.jury import DataRef, JuryProgram
from assay.problems.conversion import Conversion, made
from assay.problems.package import MadeAnswer, MadeInput, Making
from assay.problems.polygon.document import Element

TESTS_MAX = 10_000
_PATTERN = re.compile(r"([^%]*)%(?:0(\d))?d([^%]*)")  # `tests/%02d.a`
REMEDY = "download the full package, with tests made"
_NUMBER = re.compile(r"\d{1,15}(\.\d{1,9})?")  # points, milliseconds, and bytes of memory
_SHELL_WORDS = frozenset({"|", "||", "&", "&&", ";", "<", ">", ">>"})


@dataclass(frozen=True, kw_only=True)
class PolygonTest:
    """One test as problem.xml has it, numbered from 1. `points` is None where tests have none."""

    number: int
    line: int
    group: str
    points: float | None
    is_sample: bool
    description: str
    input: DataRef
    answer: DataRef


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What tests are made with. `generator` finds one by the name that a command begins with. `solution` is
    the main one, None when it cannot be run here."""

    generator: Callable[[str], JuryProgram | None]
    solution: JuryProgram | None
    is_interactive: bool


def read_tests(
    conversion: Conversion, testset: Element, sources: Sources
) -> tuple[tuple[PolygonTest, ...], tuple[Making, ...]]:
    """All tests in their order, and what is left to make for them: all inputs before the answers."""
    report, where = conversion.report, "problem.xml"
    inputs = read_pattern(conversion, testset, "input-path-pattern")
    answers = read_pattern(conversion, testset, "answer-path-pattern")
    elements = list(testset.below("tests", "test"))
    if not elements:
        report.error(where, "has no tests", field="testset", line=testset.line)
    if len(elements) > TESTS_MAX:
        report.error(where, f"has more than {TESTS_MAX} tests", field="testset", line=testset.line)
        return (), ()
    count = testset.child("test-count")
    if count is not None and count.text != str(len(elements)):
        message = f"says {count.text[:20]!r}, but there are {len(elements)} tests"
        report.warn(where, message, field="test-count", line=count.line)
    if inputs is None or answers is None:
        return (), ()
    makings = _Makings(conversion, sources)
    tests = []
    for number, element in enumerate(elements, start=1):
        given = makings.input(element, inputs(number), number)
        tests.append(
            PolygonTest(
                number=number,
                line=element.line,
                group=element.get("group"),
                points=read_number(conversion, element, "points"),
                is_sample=element.get("sample") == "true",
                description=element.get("description"),
                input=given,
                answer=makings.answer(answers(number), number, given),
            )
        )
    return tuple(tests), (*makings.inputs, *makings.answers)


def read_number(conversion: Conversion, element: Element, attribute: str) -> float | None:
    """A number that is not negative; None when absent or (reported) wrong."""
    text = element.get(attribute)
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        message = f"must be a number that is not negative, of some digits, not {text[:40]!r}"
        conversion.report.error("problem.xml", message, field=attribute, line=element.line)
        return None
    return float(text)


class PathOfTest:
    """Makes a test's path of its number."""

    def __init__(self, before: str, digits: int, after: str) -> None:
        self._before, self._digits, self._after = before, digits, after

    def __call__(self, number: int) -> str:
        return f"{self._before}{number:0{self._digits}d}{self._after}"


def read_pattern(conversion: Conversion, testset: Element, tag: str) -> PathOfTest | None:
    """A path with a number in it; None, reported, when it is none."""
    element = testset.child(tag)
    found = None if element is None else _PATTERN.fullmatch(element.text)
    if found is None:
        message = "must be a path with one %d or %02d in it, such as tests/%02d"
        line = testset.line if element is None else element.line
        conversion.report.error("problem.xml", message, field=tag, line=line)
        return None
    return PathOfTest(found[1], int(found[2] or 1), found[3])


class _Makings:
    """Finds the files of tests, or says how those that are missing are made."""

    def __init__(self, conversion: Conversion, sources: Sources) -> None:
        self._conversion = conversion
        self._sources = sources
        self.inputs: list[MadeInput] = []
        self.answers: list[MadeAnswer] = []

    def input(self, element: Element, path: str, number: int) -> DataRef:
        if path in self._conversion.folder.sizes:
            return DataRef(path)
        command = element.get("cmd")
        if element.get("method") != "generated" or not command:
            message = f"is missing, and nothing says how to make it; {REMEDY}"
            self._conversion.report.error(path, message)
            return DataRef(path)
        try:
            name, *arguments = shlex.split(command)
        except ValueError as error:
            self._error(element, "cmd", f"is no command: {error}")
            return DataRef(path)
        if shell_words := sorted(_SHELL_WORDS.intersection(arguments)):
            message = f"has {shell_words[0]!r}, as if for a shell; a generator is called with arguments alone"
            self._error(element, "cmd", f"{message}; {REMEDY}")
            return DataRef(path)
        generator = self._sources.generator(name.rpartition("/")[2])
        if generator is None:
            self._error(element, "cmd", f"there is no generator {name[:60]!r} that can be used; {REMEDY}")
            return DataRef(path)
        from_file = element.get("from-file") or None
        if from_file is not None and ("/" in from_file or from_file.startswith(".")):
            self._error(element, "from-file", f"must be a file's plain name, not {from_file[:60]!r}")
        given = made(f"tests/{number}.in")  # never a name out of the package: it becomes a path
        making = MadeInput(input=given, generator=generator, args=tuple(arguments), from_file=from_file)
        self.inputs.append(making)
        return given

    def answer(self, path: str, number: int, given: DataRef) -> DataRef:
        if path in self._conversion.folder.sizes:
            return DataRef(path)
        if self._sources.is_interactive:
            message = f"is missing, and comes from an interaction, which is not held here; {REMEDY}"
            self._conversion.report.error(path, message)
        elif self._sources.solution is None:
            message = f"is missing, and there is no main solution to make it; {REMEDY}"
            self._conversion.report.error(path, message)
        else:
            answer = made(f"tests/{number}.ans")
            making = MadeAnswer(answer=answer, input=given, solution=self._sources.solution)
            self.answers.append(making)
            return answer
        return DataRef(path)

    def _error(self, element: Element, field: str, message: str) -> None:
        self._conversion.report.error("problem.xml", message, field=field, line=element.line)
