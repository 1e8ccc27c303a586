"""The setter's programs in a Polygon package: each is one source with the resources that it includes."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

from assay.domain.jury import Dialect, JuryFile, JuryProgram
from assay.domain.problem import Included
from assay.problems.conversion import TESTLIB, TESTLIB_REMEDY, Conversion
from assay.problems.polygon.document import Element
from assay.problems.polygon.words import language_id_of

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]{1,200})[">]', re.MULTILINE)
_INCLUDES_MAX = 50  # files that one program's sources lead to
_SOLUTION, _COMPILE, _RUN = "solution", "compile", "run"


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A file beside the programs. `for_types` is a mask of source types such as "cpp.*"."""

    path: str
    location: str
    for_types: str
    stages: frozenset[str]
    assets: frozenset[str]
    line: int


def read_resources(problem: Element) -> tuple[Resource, ...]:
    """Every resource that has a type or says where it is used; the others are Polygon's own (olymp.sty)."""
    found = []
    for element in problem.below("files", "resources", "file"):
        assets = {each.get("name").lower() for each in element.below("assets", "asset")}
        stages = {each.get("name").lower() for each in element.below("stages", "stage")}
        if not element.get("type") and not assets:
            continue
        path = element.get("path")
        found.append(
            Resource(
                path=path,
                location=element.get("location") or path.rpartition("/")[2],
                for_types=element.get("for-types") or element.get("for-type"),
                stages=frozenset(stages or {_COMPILE}),
                assets=frozenset(assets),
                line=element.line,
            )
        )
    return tuple(found)


def read_program(
    conversion: Conversion, owner: Element, what: str, *, dialect: Dialect = Dialect.TESTLIB
) -> JuryProgram | None:
    """The program of an element with a <source>. None, reported, when there is none that can be used."""
    source = owner.child("source")
    if source is None:
        conversion.report.error("problem.xml", f"the {what} has no source", field=what, line=owner.line)
        return None
    path = source.get("path")
    content = conversion.source(path)
    if content is None:
        return None
    language_id = language_id_of(source.get("type"), conversion.languages)
    if language_id is None:
        message = (
            f"the {what} {path} is of the type {source.get('type')[:40]!r}, for which there is no language"
        )
        conversion.report.error("problem.xml", message, field=what, line=source.line)
        return None
    main = conversion.jury_file(path)
    files = (main, *_included(conversion, path, content))
    return JuryProgram(name=path, files=files, language_id=language_id, main=main.name, dialect=dialect)


class Generators:
    """The executables that may make tests, each read when a test first asks for it."""

    def __init__(self, conversion: Conversion, problem: Element) -> None:
        self._conversion = conversion
        self._owners: dict[str, Element] = {}
        self._read: dict[str, JuryProgram | None] = {}
        owners = [*problem.below("files", "executables", "executable")]
        owners += problem.below("judging", "testset", "tests", "test", "executables", "executable")
        for owner in owners:
            source = owner.child("source")
            name = "" if source is None else source.get("path").rpartition("/")[2]
            for each in (name, name.rpartition(".")[0]):
                if each:
                    self._owners.setdefault(each, owner)

    def find(self, name: str) -> JuryProgram | None:
        """The one whose file has this name, with or without its ending."""
        if name not in self._read:
            owner = self._owners.get(name)
            self._read[name] = None if owner is None else read_program(self._conversion, owner, "generator")
        return self._read[name]


def read_included(conversion: Conversion, resources: Sequence[Resource]) -> tuple[Included, ...]:
    """What is compiled with every submission, by language: graders and their headers."""
    by_language: dict[str | None, list[JuryFile]] = {}
    for resource in resources:
        if _SOLUTION not in resource.assets or _COMPILE not in resource.stages:
            continue
        if resource.path not in conversion.folder.sizes:
            conversion.source(resource.path)  # says that it is missing
            continue
        file = conversion.jury_file(resource.path, resource.location)
        for language_id in _languages_of(conversion, resource):
            by_language.setdefault(language_id, []).append(file)
    return tuple(
        Included(language_id=language_id, files=tuple(files))
        for language_id, files in sorted(by_language.items(), key=lambda each: each[0] is None)
    )


def read_run_files(conversion: Conversion, resources: Sequence[Resource]) -> tuple[JuryFile, ...]:
    """What lies beside every submission while it runs."""
    return tuple(
        conversion.jury_file(resource.path, resource.location)
        for resource in resources
        if _SOLUTION in resource.assets
        and _RUN in resource.stages
        and conversion.source(resource.path) is not None
    )


def _languages_of(conversion: Conversion, resource: Resource) -> list[str | None]:
    """The languages that a mask such as "cpp.*" means; [None] for all."""
    mask = resource.for_types.rstrip("*")
    if not mask:
        return [None]
    base = language_id_of(mask, conversion.languages)
    if base is None:
        message = f"{resource.path}: for {resource.for_types[:40]!r} there is no language here; left out"
        conversion.report.warn("problem.xml", message, field="resources", line=resource.line)
        return []
    root = conversion.languages.get(base).base or base
    return [each.id for each in conversion.languages.all() if root in (each.id, each.base)]


def _included(conversion: Conversion, path: str, content: bytes) -> list[JuryFile]:
    """The files of the package that a source includes, and those that these include."""
    found: dict[str, JuryFile] = {}
    pending = [(path, content)]
    while pending:
        here, text = pending.pop()
        folder = here.rpartition("/")[0]
        for name in sorted({each.decode(errors="replace") for each in _INCLUDE.findall(text)}):
            if name in found or len(found) >= _INCLUDES_MAX:
                continue
            candidates = [f"{folder}/{name}" if folder else name, f"files/{name}", name]
            if name == TESTLIB:
                file = conversion.testlib(candidates)
                if file is None:
                    conversion.report.error(here, f"includes testlib.h; {TESTLIB_REMEDY}")
                else:
                    found[name] = file
                continue
            place = next((each for each in candidates if each in conversion.folder.sizes), None)
            if place is not None and place != path:
                found[name] = conversion.jury_file(place, name)
                inner = conversion.folder.peek(place, bytes_max=1 << 20)
                pending.append((place, inner or b""))
    return [found[name] for name in sorted(found)]
