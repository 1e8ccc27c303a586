"""Problem as JSON and back, exactly; and the digest that is a problem's version. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, is_dataclass, replace
import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from assay.domain.jury import DataRef, JuryFile
from assay.domain.problem import About, Problem, ShownSample, Statement, TestCase

FORMAT = 2  # of the stored document; a reader refuses what it does not know
_READABLE = (1, 2)  # 1: before test groups and validators; what it lacks has a default
_PROBLEM = TypeAdapter(Problem)
_Node = TypeVar("_Node")


class DocumentInvalid(ValueError):
    """A stored problem cannot be read back: it was damaged, or a later release wrote it."""


def encode_problem(problem: Problem) -> str:
    """The problem as a JSON document. `decode_problem` gives back an equal one."""
    return _canonical({"format": FORMAT, "problem": asdict(problem)})


def decode_problem(document: str) -> Problem:
    """The problem that `encode_problem` wrote, of this release or an earlier one. Raises DocumentInvalid."""
    try:
        outer = json.loads(document)
        if outer["format"] not in _READABLE:
            raise DocumentInvalid(f"format {outer['format']!r} is none of {_READABLE}")
        problem = _PROBLEM.validate_python(outer["problem"])
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise DocumentInvalid(f"not a stored problem: {error!r}") from error
    if not _is_known(outer["problem"], json.loads(_canonical(asdict(problem)))):
        raise DocumentInvalid("has fields that this release does not know")
    return problem


def version_of(problem: Problem, digest: Callable[[DataRef], str]) -> str:
    """SHA-256 (hex) over all that a verdict depends on.

    That is everything but names, statements, attachments, what is shown of samples, and who is thanked.
    What has its default is left out, so that a field that a later release adds changes no version of old.
    `digest` gives a file's SHA-256 (hex) for its name.
    """
    judged = replace(
        problem,
        id="",
        version="",
        name="",
        names=(),
        statements=(),
        statement_files=(),
        more_samples=(),
        attachments=(),
        about=About(),
        model_solution=None,
        tests=tuple(
            replace(test, shown=None, hint="", description="", full_feedback=False) for test in problem.tests
        ),
    )
    content = _without_defaults(with_files(judged, lambda ref: DataRef(digest(ref))))
    return hashlib.sha256(_canonical({"format": FORMAT, "problem": content}).encode()).hexdigest()


def with_files(problem: Problem, rename: Callable[[DataRef], DataRef]) -> Problem:
    """The problem with every file's name replaced, wherever it stands."""
    return _renamed(problem, rename)


def files_of(problem: Problem) -> Iterator[DataRef]:
    """Every file that the problem names, each as often as it does."""
    found: list[DataRef] = []

    def note(ref: DataRef) -> DataRef:
        found.append(ref)
        return ref

    with_files(problem, note)
    yield from found


# Where a DataRef stands: its type is a plain string at run time, so that it must be known by its place.
_FILE_FIELDS: dict[type, tuple[str, ...]] = {
    TestCase: ("input", "answer"),
    JuryFile: ("content",),
    ShownSample: ("input", "output", "interaction", "input_download", "output_download"),
    Statement: ("file",),
}


def _renamed(node: _Node, rename: Callable[[DataRef], DataRef]) -> _Node:
    """`node` with the file names in it and below replaced; itself where there are none."""
    if isinstance(node, tuple):
        members = tuple(_renamed(member, rename) for member in node)
        unchanged = all(new is old for new, old in zip(members, node, strict=True))
        return node if unchanged else members  # type: ignore[return-value]  # a tuple again
    if not is_dataclass(node) or isinstance(node, type):
        return node
    changes: dict[str, Any] = {}
    names = _FILE_FIELDS.get(type(node), ())
    for field in fields(node):
        value = getattr(node, field.name)
        new = rename(value) if field.name in names and value is not None else _renamed(value, rename)
        if new is not value:
            changes[field.name] = new
    return replace(node, **changes) if changes else node


def _without_defaults(node: object) -> object:
    if isinstance(node, tuple):
        return [_without_defaults(member) for member in node]
    if not is_dataclass(node) or isinstance(node, type):
        return node
    values = {field.name: (getattr(node, field.name), field.default) for field in fields(node)}
    return {name: _without_defaults(value) for name, (value, default) in values.items() if value != default}


def _is_known(document: object, read: object) -> bool:
    """Whether every key of a document was understood."""
    if isinstance(document, dict) and isinstance(read, dict):
        return all(key in read and _is_known(value, read[key]) for key, value in document.items())
    if isinstance(document, list) and isinstance(read, list):
        return all(map(_is_known, document, read))
    return True


def _canonical(value: object) -> str:
    """One text for one value: keys sorted, no spaces, floats in shortest exact form."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
