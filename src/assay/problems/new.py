"""A new problem package, whole and right from the start: skeletons/<type>.toml filled in. Pure.

A skeleton has the parts of problem.yaml that its type asks for, statements by language, and files by path.
One with a `base` has what it does not say itself from there, but for the files that it is `without`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
import json
from pathlib import Path
import tomllib

from assay.problems.standard import ID, LANGUAGE_TAG

_SKELETONS = Path(__file__).with_name("skeletons")
_FALLBACK = "en"


class ProblemType(StrEnum):
    """What a new problem may be: the package format's types, one at a time."""

    PASS_FAIL = "pass-fail"  # noqa: S105
    SCORING = "scoring"
    INTERACTIVE = "interactive"
    MULTI_PASS = "multi-pass"  # noqa: S105
    SUBMIT_ANSWER = "submit-answer"


@dataclass(frozen=True, kw_only=True)
class NewProblem:
    """What is asked for. `id` is the folder's name, `languages` are natural ones: "en", "pt-BR".

    Raises ValueError, with the rule, for what the package format does not allow.
    """

    id: str
    name: str
    type: ProblemType
    languages: tuple[str, ...]
    uuid: str

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            plain = "".join(letter for letter in self.id.lower() if ID.fullmatch(letter)) or "sums"
            raise ValueError(
                f"{self.id!r} cannot be a problem's id: lower-case letters and digits only, as {plain!r}"
            )
        wrong = [tag for tag in self.languages if not LANGUAGE_TAG.fullmatch(tag)]
        if wrong or not self.languages:
            raise ValueError(f"{', '.join(wrong) or 'nothing'} is no language such as en, de or pt-BR")


def new_package(problem: NewProblem) -> dict[str, str]:
    """The package's files: texts by path, in 2025-09. A statement in a language that there is none in begins
    as the English one."""
    skeleton = _load(problem.type)
    statements = {
        f"statement/problem.{tag}.md": skeleton.statements.get(tag, skeleton.statements[_FALLBACK])
        for tag in problem.languages
    }
    return {"problem.yaml": _problem_yaml(problem, skeleton.limits), **statements, **skeleton.files}


@dataclass(frozen=True, kw_only=True)
class _Skeleton:
    limits: str
    statements: Mapping[str, str]
    files: Mapping[str, str]


@cache
def _load(kind: str) -> _Skeleton:
    document = tomllib.loads((_SKELETONS / f"{kind}.toml").read_text(encoding="utf-8"))
    files: dict[str, str] = {}
    statements: dict[str, str] = {}
    if "base" in document:
        base = _load(document["base"])
        files |= {name: text for name, text in base.files.items() if name not in document["without"]}
        statements |= base.statements
    return _Skeleton(
        limits=document["limits"],
        statements=statements | document["statements"],
        files=files | document["files"],
    )


def _problem_yaml(problem: NewProblem, limits: str) -> str:
    lines = [
        "problem_format_version: 2025-09",
        f"type: {problem.type}",
        *_name(problem.name, problem.languages),
        f"uuid: {problem.uuid}",
        "# credits: Your Name <you@example.org>",
        "# source: the contest or course that it was written for",
        "license: unknown # cc by-sa, say: until then nobody may use the problem",
    ]
    if limits:
        lines += ["limits:", limits.rstrip("\n")]
    return "\n".join(lines) + "\n"


def _name(name: str, languages: Sequence[str]) -> list[str]:
    quoted = json.dumps(name, ensure_ascii=False)  # a JSON string is a YAML one
    if tuple(languages) == (_FALLBACK,):
        return [f"name: {quoted}"]
    return ["name:", *(f"  {tag}: {quoted}" for tag in languages)]
