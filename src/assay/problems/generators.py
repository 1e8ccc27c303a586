"""generators/generators.yaml: how the tests of a package are made. A part of what BAPCtools reads, where the
package format leaves generators free.

    solution: /submissions/accepted/sum.py   who writes answers; null: nobody
    random_salt: abc                         another one, other seeds
    data:
      sample:
        data:
          '1': {in: "1 2\\n", ans: "3\\n"}     texts of files, by their endings
      secret:
        data:
          01-small: random.py 10 {seed}      a program in generators/ that prints the input
          02-manual: {copy: manual/two}      generators/manual/two.in, .ans, …
          03-more: {generate: random.py {count} {seed}, count: 3}
          group1:
            test_group.yaml: {max_score: 30}
            data: [a: path.py 5, b: path.py 6]   numbered: 1-a, 2-b

Source: BAPCtools, doc/generators.md and doc/generators.yaml, whose seeds are ours. What of it is not read is
an error by name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from assay.domain.jury import DataRef, JuryProgram
from assay.problems.documents import YAML_BYTES_MAX, Value, parse_document
from assay.problems.fields import Fields
from assay.problems.folder import NAME
from assay.problems.generator_commands import numbered, read_counts, seeded
from assay.problems.package import MadeAnswer, MadeInput
from assay.problems.programs import ProgramReading, read_program

FILE = "generators/generators.yaml"
TESTS_MAX = 10_000
_PLACE = "generators"
_TEXTS = (
    "in", "ans", "out", "in.statement", "ans.statement", "in.download", "ans.download", "interaction", "hint",
    "desc",
)  # fmt: skip
_COPIED = (*_TEXTS, "yaml", "png", "jpg", "jpeg", "svg")
_UNREAD = ("include", "retries", "generators", "visualizer", "match")
_SETTINGS = ("test_group.yaml", "testdata.yaml")


@dataclass(kw_only=True)
class GeneratorPlan:
    """What is to be in data/: files that the plan has itself, copies of others, and what programs make.

    `tests` are the stems of the tests' paths: "data/secret/01-small".
    """

    texts: dict[DataRef, bytes] = field(default_factory=dict)
    copies: dict[DataRef, DataRef] = field(default_factory=dict)
    makings: list[MadeInput | MadeAnswer] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)

    @property
    def targets(self) -> list[DataRef]:
        """The paths of all files, in order."""
        made = [making.answer if isinstance(making, MadeAnswer) else making.input for making in self.makings]
        return sorted({*self.texts, *self.copies, *made})


@dataclass(frozen=True, kw_only=True)
class _Around:
    """What holds in a folder. `solution` is None when nobody writes answers."""

    solution: JuryProgram | None
    salt: str


def read_generators(
    programs: ProgramReading, *, has_outputs: bool, accepted: Sequence[str]
) -> GeneratorPlan | None:
    """The plan; None when there is no such file, or (reported) it is no YAML.

    `has_outputs`: a submission's output is an answer; else answers that nobody gives are empty (interactive,
    multi-pass). `accepted` are the accepted submissions, of which the first writes answers unless the plan
    names one.
    """
    folder, report = programs.folder, programs.report
    if FILE not in folder.sizes:
        return None
    text = folder.read_text(FILE, bytes_max=YAML_BYTES_MAX)
    document = None if text is None else parse_document(FILE, text, report)
    if document is None:
        return None
    reading = _Reading(programs, has_outputs=has_outputs)
    default = read_program(programs, accepted[0]) if has_outputs and accepted else None
    root = Fields(FILE, document, report)
    reading.directory(root, "data", _Around(solution=default, salt=""))
    return reading.plan


class _Reading:
    def __init__(self, programs: ProgramReading, *, has_outputs: bool) -> None:
        self._programs = programs
        self._folder = programs.folder
        self._has_outputs = has_outputs
        self._known: dict[str, JuryProgram | None] = {}
        self.plan = GeneratorPlan()

    def directory(self, fields: Fields, place: str, around: _Around) -> None:
        around = self._around(fields, around)
        for name in _SETTINGS:
            given = fields.value(name)
            if given is not None:
                self._add_text(fields, name, f"{place}/{name}", _yaml(given))
        given = fields.value("data")
        if given is not None:
            for name, inner, key, value in self._entries(fields, given):
                if NAME.fullmatch(name):
                    self._entry(inner, key, value, f"{place}/{name}", around)
                else:
                    inner.error(key, f"{name[:60]!r} is no test's name: letters, digits, '_', '.' and '-'")
        self._finish(fields)

    def _around(self, fields: Fields, around: _Around) -> _Around:
        salt = fields.text("random_salt")
        solution = around.solution
        if "solution" in fields:
            named = fields.text("solution")
            solution = None if not named else self._program(fields, "solution", named.strip("/"))
        return _Around(solution=solution, salt=around.salt if salt is None else salt)

    def _entries(self, fields: Fields, data: Value) -> Iterator[tuple[str, Fields, str, Value]]:
        """Names, and where each is described. A list numbers its tests."""
        if isinstance(data.data, dict):
            inner = fields.fields("data")
            if inner is not None:
                for key, value in data.data.items():
                    yield key, inner, key, value
            return
        items = fields.items("data") or ()
        width = len(str(len(items)))
        for number, item in enumerate(items, start=1):
            inner = fields.inner("data", item)
            if inner is None or not isinstance(item.data, dict):
                fields.error_at("data", item.line, "must be a mapping of names to tests, or a list of such")
                continue
            for key, value in item.data.items():
                yield f"{number:0{width}}" + (f"-{key}" if key else ""), inner, key, value

    def _entry(self, fields: Fields, key: str, value: Value, place: str, around: _Around) -> None:
        if value.text is not None and fields.value(key) is not None:
            self._test(fields, key, place, value.text, around, count=1)
        elif isinstance(value.data, dict):
            inner = fields.fields(key)
            if inner is not None and any(name in value.data for name in ("data", *_SETTINGS)):
                self.directory(inner, place, around)
            elif inner is not None:
                self._described(inner, fields, key, place, around)
        else:
            fields.error(key, "must be a command, or a mapping that describes a test or a folder")

    def _described(self, own: Fields, fields: Fields, key: str, place: str, around: _Around) -> None:
        """A test, or as many as `count` says."""
        around = self._around(own, around)
        command, copied = own.text("generate"), own.text("copy")
        texts = {ending: text for ending in _TEXTS if (text := own.text(ending)) is not None}
        settings = own.value("yaml")
        counts = read_counts(own)
        self._finish(own)
        for count in [1] if counts is None else counts:
            stem = place if counts is None else f"{place}-{numbered(count, counts)}"
            if copied is not None:
                self._copy(own, copied, stem)
            for ending, text in texts.items():
                self._add_text(own, ending, f"{stem}.{ending}", text)
            if settings is not None:
                self._add_text(own, "yaml", f"{stem}.yaml", _yaml(settings))
            self._test(fields, key, stem, command, around, count=count)

    def _test(
        self, fields: Fields, key: str, stem: str, command: str | None, around: _Around, *, count: int
    ) -> None:
        if stem in self.plan.tests:
            fields.error(key, f"is the second test called {stem}")
            return
        if len(self.plan.tests) >= TESTS_MAX:
            fields.error(key, f"there are more than {TESTS_MAX} tests")
            return
        self.plan.tests.append(stem)
        given = DataRef(f"{stem}.in")
        if command is not None and command.strip():
            self._generate(fields, key, given, command, around, count=count)
        elif not self._has(given):
            fields.error(key, "has no input: give a command, 'in' or 'copy'")
            return
        self._answer(fields, key, stem, around)

    def _generate(
        self, fields: Fields, key: str, given: DataRef, command: str, around: _Around, *, count: int
    ) -> None:
        if self._has(given):
            fields.error(key, "has its input twice: from a command, and from 'in' or 'copy'")
            return
        words = seeded(command, around.salt, given.rpartition("/")[2].removesuffix(".in"), count)
        if words is None:
            fields.error(key, "{seed} may be in a command once")
            return
        program = self._program(fields, key, f"{_PLACE}/{words[0]}")
        if program is not None:
            self.plan.makings.append(MadeInput(input=given, generator=program, args=tuple(words[1:])))

    def _answer(self, fields: Fields, key: str, stem: str, around: _Around) -> None:
        answer, given = DataRef(f"{stem}.ans"), DataRef(f"{stem}.in")
        if self._has(answer) or stem.startswith("data/invalid_input/"):
            return
        if not self._has_outputs:
            self.plan.texts[answer] = b""
        elif around.solution is None:
            fields.error(key, "has no answer: give 'ans', or name a solution that writes it")
        else:
            self.plan.makings.append(MadeAnswer(answer=answer, input=given, solution=around.solution))

    def _copy(self, fields: Fields, name: str, stem: str) -> None:
        base = f"{_PLACE}/{name.strip('/')}"
        found = [ending for ending in _COPIED if f"{base}.{ending}" in self._folder.sizes]
        if not found:
            fields.error("copy", f"there is no {base}.in; paths are below {_PLACE}/, without an ending")
        for ending in found:
            self.plan.copies[DataRef(f"{stem}.{ending}")] = DataRef(f"{base}.{ending}")

    def _add_text(self, fields: Fields, key: str, path: str, text: str) -> None:
        if self._has(DataRef(path)):
            fields.error(key, f"{path} is there already, from 'copy'")
        ended = text if text.endswith("\n") or not text else f"{text}\n"
        self.plan.texts[DataRef(path)] = ended.encode()

    def _has(self, ref: DataRef) -> bool:
        return ref in self.plan.texts or ref in self.plan.copies

    def _program(self, fields: Fields, key: str, path: str) -> JuryProgram | None:
        if path not in self._folder.sizes and path not in self._folder.folders:
            fields.error(key, f"there is no program {path}")
            return None
        if path not in self._known:
            self._known[path] = read_program(self._programs, path)
        return self._known[path]

    def _finish(self, fields: Fields) -> None:
        for name in fields.unknown_names():
            if name in _UNREAD:
                fields.error(name, "is not read here; describe each test by itself")
        for name in _UNREAD:
            fields.value(name)
        fields.finish(what="key of generators.yaml")


def _yaml(value: Value) -> str:
    text: str = yaml.safe_dump(_plain(value), sort_keys=False, allow_unicode=True)
    return text


def _plain(value: Value) -> object:
    if isinstance(value.data, Mapping):
        return {name: _plain(inner) for name, inner in value.data.items()}
    if isinstance(value.data, list):
        return [_plain(inner) for inner in value.data]
    return value.data
